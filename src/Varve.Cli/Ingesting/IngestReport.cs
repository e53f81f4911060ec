using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest;

namespace Varve.Cli.Ingesting;

/// <summary>What became of all files of an ingest.</summary>
/// <param name="dataset">Where the records went.</param>
sealed class IngestReport(Dataset dataset)
{
    const int RejectsShownMax = 10;

    readonly List<(string File, RejectedLine Line)> _rejects = [];

    public int Files { get; private set; }

    public long Accepted { get; private set; }

    public long Rejected { get; private set; }

    public long Filtered { get; private set; }

    /// <summary>Files that had been stored before.</summary>
    public int Repeated { get; private set; }

    public long? Version { get; private set; }

    /// <summary>Bytes of the files as they are.</summary>
    public long Bytes { get; set; }

    public void Add(string file, IngestOutcome outcome)
    {
        Files++;
        if (outcome.Repeated)
        {
            Repeated++;
            return;
        }

        Accepted += outcome.Accepted;
        Rejected += outcome.Rejected;
        Filtered += outcome.Filtered;
        Version = outcome.Version ?? Version;
        _rejects.AddRange(outcome.Rejects.Take(RejectsShownMax - _rejects.Count).Select(line => (file, line)));
    }

    public void Print(bool asJson, bool isQuiet)
    {
        if (asJson)
            Console.WriteLine(ToJson());
        else if (!isQuiet)
            PrintText();
    }

    string ToJson() => JsonSerializer.Serialize(
        new
        {
            dataset = dataset.Name,
            files = Files,
            bytes = Bytes,
            accepted = Accepted,
            rejected = Rejected,
            filtered = Filtered,
            repeated = Repeated,
            version = Version,
            rejects = _rejects.Select(static reject => new { file = reject.File, line = reject.Line.Line, reason = reject.Line.Reason }),
        },
        CliJson.Line);

    void PrintText()
    {
        if (Repeated < Files)
            Console.WriteLine(Accepted > 0
                ? $"{Accepted} {(Accepted == 1 ? "record" : "records")} stored in {dataset.Name}{(Version is { } version ? $" version {version}" : "")}, {RejectedText()}."
                : $"No record stored, {RejectedText()}.");
        foreach (var (file, line) in _rejects)
            Console.WriteLine($"  {(Files > 1 ? $"{file} " : "")}line {line.Line}: {line.Reason}");
        if (Rejected > 0)
            Console.WriteLine("Rejected lines are kept: SELECT * FROM _rejects");
        if (Repeated > 0)
            Console.WriteLine(
                $"{(Files == 1 ? "Already" : $"{Repeated} of {Files} files: already")} stored (same bytes or key within a day); --again stores {(Repeated == 1 ? "it" : "them")} again.");
    }

    string RejectedText() => $"{Rejected} {(Rejected == 1 ? "line" : "lines")} rejected{(Filtered == 0 ? "" : $", {Filtered} left out by the filter")}";
}
