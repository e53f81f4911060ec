using System.Text.Json;
using Varve.Cli.Terminal;
using Varve.Ingest.PickUp;

namespace Varve.Cli.Ingesting;

/// <summary>What is printed of a job, for people and for programs.</summary>
static class PickUpText
{
    const int FailedShownMax = 20;

    public static void Print(string job, PickUpReport report, TimeSpan elapsed, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    job,
                    found = report.Found,
                    @new = report.New,
                    done = report.Done,
                    repeated = report.Repeated,
                    failed = report.Failed,
                    waiting = report.Waiting,
                    held = report.Held,
                    gone = report.Gone,
                    records = report.Records,
                    rejected = report.Rejected,
                    filtered = report.Filtered,
                    bytes = report.Bytes,
                    oldestWaiting = report.OldestWaiting,
                    nextDue = report.NextDue,
                    elapsedMs = (long)elapsed.TotalMilliseconds,
                },
                CliJson.Line));
            return;
        }

        Console.WriteLine(
            $"{Amounts.Count(report.Done, "object")} taken in ({Amounts.Count(report.Found, "object")} listed, {report.New} not done before): "
            + $"{Amounts.Count(report.Records, "record")}, {Amounts.Count(report.Rejected, "line")} rejected, {Amounts.Bytes(report.Bytes)} in {Amounts.Duration(elapsed)}.");
        Tell(report.Repeated, "had been stored by an attempt that broke off.");
        Tell(report.Gone, "gone before it was read.");
        Tell(report.Held, "with other workers.");
        Tell(report.Waiting, $"waiting{(report.NextDue is { } due ? $"; the next may be tried at {Amounts.Time(due)}" : "")}.");
        Tell(report.Failed, "given up: --status shows why, --retry-failed has the next run try again.");
        if (report.Rejected > 0)
            Console.WriteLine("Rejected lines are kept: SELECT * FROM _rejects");
    }

    public static void Print(PickUpStatus status, DateTimeOffset now, bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    job = status.Job,
                    source = status.Source,
                    totals = status.Totals,
                    found = status.Look.Found,
                    waiting = status.Look.Waiting,
                    held = status.Look.Held,
                    oldestWaiting = status.Look.OldestWaiting,
                    givenUp = status.Look.Failed,
                    failed = status.Failed.Select(static each => new { path = each.Path, at = each.At, attempts = each.Attempts, reason = each.Reason, next = each.Next }),
                },
                CliJson.Line));
            return;
        }

        var (totals, look) = (status.Totals, status.Look);
        Console.WriteLine($"The job {status.Job} picks up from {status.Source}.");
        TextTable.Print(
            ["STATE", "OBJECTS", ""],
            [
                ["taken in", $"{totals.Objects}", $"{Amounts.Count(totals.Records, "record")}, {Amounts.Count(totals.Rejected, "line")} rejected, {Amounts.Bytes(totals.Bytes)}"],
                ["waiting", $"{look.Waiting}", look.OldestWaiting is { } oldest ? $"the oldest was written {Amounts.Duration(now - oldest)} ago, {Amounts.Time(oldest)}" : ""],
                ["in work", $"{look.Held}", ""],
                ["given up", $"{look.Failed}", look.Failed > 0 ? "--retry-failed has the next run try again" : ""],
            ]);
        foreach (var failed in status.Failed.Take(FailedShownMax))
            Console.WriteLine(
                $"  {failed.Path} ({Amounts.Count(failed.Attempts, "attempt")}, {(failed.Next is { } next ? $"the next {Amounts.Time(next)}" : "given up")}): {failed.Reason}");
        if (status.Failed.Count > FailedShownMax)
            Console.WriteLine($"  … and {status.Failed.Count - FailedShownMax} more; --json shows all.");
    }

    public static void PrintRetried(int count, bool asJson) => Console.WriteLine(
        asJson ? JsonSerializer.Serialize(new { retried = count }, CliJson.Line)
        : count == 0 ? "No object was given up."
        : $"The next run tries {Amounts.Count(count, "object")} again.");

    static void Tell(long count, string what)
    {
        if (count > 0)
            Console.WriteLine($"  {Amounts.Count(count, "object")} {what}");
    }
}
