using DuckDB.NET.Data;
using Varve.Storage;

namespace Varve.Query.Execution;

/// <summary>The ways in which a query that was let in fails.</summary>
static class EngineFaults
{
    public static VarveException New(FaultKind kind, string code, string message) =>
        new(kind, message) { Detail = new FaultDetail(code) };

    public static VarveException Timeout(TimeSpan duration) => New(FaultKind.LimitExceeded, "timeout",
        $"The query ran for {duration.TotalSeconds:0} s, which is the limit. Narrow the time range or name fewer columns.");

    public static VarveException FetchTimeout(TimeSpan duration, Exception fault) => new(FaultKind.LimitExceeded,
        $"What the query reads could not be fetched within {duration.TotalSeconds:0} s, which is the limit. Narrow the time range or name fewer columns; what came is kept, so that the same query has less to fetch.",
        fault)
    {
        Detail = new FaultDetail("timeout"),
    };

    public static VarveException OutOfMemory() => New(FaultKind.LimitExceeded, "out_of_memory",
        "The query needs more memory than it may have. Narrow the time range, or group by a field with fewer values.");

    public static VarveException ProcessOutOfMemory(long bytesMax) => New(FaultKind.LimitExceeded, "out_of_memory",
        $"The query was stopped since the process held more than {bytesMax >> 20} MiB of memory. Narrow the time range, or group by a field with fewer values.");

    public static VarveException WorkerOutOfMemory(long bytesMax) => New(FaultKind.LimitExceeded, "out_of_memory",
        $"The query's process took more than {bytesMax >> 20} MiB of memory and was ended. Narrow the time range, or group by a field with fewer values.");

    public static VarveException WorkerDied(int exitCode) => New(FaultKind.Internal, "engine_crashed",
        $"The query's process ended in the middle of the query ({exitCode}). Other queries are not affected. If the statement does so again, report it.");

    public static VarveException AnswerTooLarge(long bytesMax) => New(FaultKind.LimitExceeded, "answer_too_large",
        $"The answer has more than {bytesMax} bytes, which is the limit. Name fewer columns, or use LIMIT.");

    public static VarveException Cancelled() => New(FaultKind.Conflict, "cancelled", "The query was cancelled by its id.");

    public static VarveException Busy(string message, TimeSpan retryAfter) => new(FaultKind.Busy, message)
    {
        Detail = new FaultDetail("query_busy"),
        RetryAfter = retryAfter,
    };

    public static VarveException Stuck() => New(FaultKind.Unavailable, "engine_stuck",
        "Queries that were stopped still run, so no more are begun. Try again later; if it goes on, restart the process.");

    /// <summary>What the engine's own error means for who asked.</summary>
    public static Exception Explain(Exception fault)
    {
        if (fault is not DuckDBException)
            return fault;
        var message = FirstParagraph(fault.Message);
        return message switch
        {
            _ when Begins("Out of Memory") => OutOfMemory(),
            _ when Begins("IO Error") || Holds("No magic bytes") || Holds("too small to be a Parquet file") || Holds("Invalid data") =>
                New(FaultKind.Corrupt, "file_unreadable", $"A data file cannot be read. {message}"),
            _ when Begins("Binder Error") || Begins("Conversion Error") || Begins("Invalid Input Error") || Begins("Out of Range Error")
                || Begins("Parser Error") || Begins("Catalog Error") =>
                New(FaultKind.Invalid, "type_mismatch", message[(message.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()),
            _ => New(FaultKind.Internal, "internal", message),
        };

        bool Begins(string start) => message.StartsWith(start, StringComparison.Ordinal);
        bool Holds(string part) => message.Contains(part, StringComparison.Ordinal);
    }

    static string FirstParagraph(string message)
    {
        var end = message.IndexOf("\n\n", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).ReplaceLineEndings(" ");
    }
}
