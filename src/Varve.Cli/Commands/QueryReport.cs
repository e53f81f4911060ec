using System.Globalization;
using Varve.Cli.Terminal;
using Varve.Query;
using Varve.Query.Files;

namespace Varve.Cli.Commands;

/// <summary>What is said of a query on standard error: how far it is while one waits, and what its answer covered.</summary>
/// <param name="output">Where the answer goes.</param>
/// <param name="isQuiet">Nothing is said.</param>
/// <param name="saysRerunId">The rerun id is said, too.</param>
sealed class QueryReport(AnswerOutput output, bool isQuiet, bool saysRerunId)
{
    public AnswerOutput Output { get; } = output;

    /// <summary>Waits for an answer, and writes it.</summary>
    /// <param name="progress">How far it is.</param>
    /// <param name="first">Waits for its columns.</param>
    /// <param name="write">Writes its rows.</param>
    public async Task WhileAsync(Func<QueryProgress> progress, Func<Task> first, Func<Task> write)
    {
        // Rows on a terminal and a line that is drawn again and again do not go together.
        await using (Line(progress))
        {
            await first();
            if (Output.IsFile)
                await write();
        }

        if (!Output.IsFile)
            await write();
    }

    /// <summary>What the answer covered.</summary>
    public async Task EndAsync(long rows, bool isTruncated, long filesRead, long filesTotal, FetchFigures? fetched, double elapsedMs, string? rerunId)
    {
        if (!isQuiet)
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{rows} {(rows == 1 ? "row" : "rows")} in {elapsedMs:0} ms; {(filesRead == filesTotal ? $"all {filesTotal} files read." : $"{filesRead} of {filesTotal} files read, the others cannot hold a match.")}{(fetched is null ? "" : $" {fetched.BytesFetched} bytes came in {fetched.Requests} requests, {fetched.BytesCached} were here.")} {(isTruncated ? "Cut at the row limit: there are more, and --output FILE gets them all." : "Complete.")}"));
        if (saysRerunId && rerunId is not null)
            await Console.Error.WriteLineAsync($"Rerun id: {rerunId}");
    }

    ProgressLine Line(Func<QueryProgress> progress) => new(ProgressLine.ModeFor(isQuiet), width => Text(progress(), width), TimeProvider.System);

    /// <summary>Such as <c>Running: about 34 % done, 12,000 rows</c>.</summary>
    internal static string Text(QueryProgress progress, int width)
    {
        var text = progress switch
        {
            { State: QueryState.Waiting } => "Waiting for its turn",
            { Percentage: { } percentage, Rows: 0 } => string.Create(CultureInfo.InvariantCulture, $"Running: about {percentage:0} % done"),
            { Percentage: { } percentage } => string.Create(CultureInfo.InvariantCulture, $"Running: about {percentage:0} % done, {Amounts.Count(progress.Rows, "row")}"),
            { Rows: 0 } => "Running",
            _ => $"Running: {Amounts.Count(progress.Rows, "row")}",
        };
        return text.Length <= width ? text : text[..width];
    }
}
