using System.CommandLine;
using Varve.Datasets;
using Varve.Ingest.Formats;

namespace Varve.Cli.Commands;

/// <summary>Options about records that <c>varve ingest</c> and <c>varve ingest-job</c> share.</summary>
sealed class IngestOptions
{
    const string CombinedDataset = "http_requests";

    readonly Option<string?> _dataset = new("--dataset") { Description = "Dataset, such as http_requests (the default with --format combined)" };
    readonly Option<string> _format = new("--format")
    {
        Description = "auto (NDJSON or a JSON array), ndjson, json, csv, tsv, combined",
        DefaultValueFactory = _ => "auto",
    };

    readonly Option<string?> _fields = new("--fields") { Description = "Names of the fields of CSV or TSV without a header line, parted by commas" };
    readonly Option<double?> _sampleRate = new("--sample-rate") { Description = "Share of records that the sender kept, above 0 to 1 (default: all)" };

    public IngestOptions() => _format.AcceptOnlyFromAmong([.. Enum.GetNames<BodyFormat>().Select(static name => name.ToLowerInvariant())]);

    public Option[] All => [_dataset, _format, _fields, _sampleRate];

    /// <summary>The name of the dataset that is asked for.</summary>
    public string DatasetName(ParseResult parsed)
    {
        var name = parsed.GetValue(_dataset) ?? (Format(parsed) == BodyFormat.Combined ? CombinedDataset
            : throw new UsageException("Option '--dataset' is required. `varve dataset list` names all datasets."));
        return name.Equals(DatasetCatalog.RejectsName, StringComparison.OrdinalIgnoreCase)
            ? throw new UsageException("The rejects are written by ingest itself: name another dataset.")
            : name;
    }

    public BodyFormat Format(ParseResult parsed) => Enum.Parse<BodyFormat>(parsed.GetValue(_format)!, ignoreCase: true);

    public IReadOnlyList<string>? Fields(ParseResult parsed)
    {
        if (parsed.GetValue(_fields) is not { } text)
            return null;
        if (Format(parsed) is not (BodyFormat.Csv or BodyFormat.Tsv))
            throw new UsageException("--fields names the columns of CSV or TSV: give --format csv or tsv too.");
        string[] names = text.Split(',', StringSplitOptions.TrimEntries);
        return names.Contains("") ? throw new UsageException($"--fields '{text}' has a name that is empty.") : names;
    }

    public double? SampleRate(ParseResult parsed) => parsed.GetValue(_sampleRate) is not { } rate ? null
        : rate is > 0 and <= 1 ? rate
        : throw new UsageException("--sample-rate is the share of records that the sender kept: above 0, at most 1.");
}
