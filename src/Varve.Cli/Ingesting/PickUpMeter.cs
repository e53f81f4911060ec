using Varve.Cli.Terminal;
using Varve.Ingest.PickUp;

namespace Varve.Cli.Ingesting;

/// <summary>How far a job is, in a line; what goes wrong gets a line of its own.</summary>
sealed class PickUpMeter(PickUpJob job, TimeProvider clock)
{
    readonly long _started = clock.GetTimestamp();
    string? _problem;

    /// <summary>Where problems are told.</summary>
    public Action<string> Say { get; set; } = _ => { };

    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    public string Text(int width)
    {
        var report = job.Report;
        TellProblem(report);
        var lag = report.OldestWaiting is { } oldest ? $"oldest waiting {Amounts.Duration(clock.GetUtcNow() - oldest)}" : "";
        return ProgressText.Line(
            share: null,
            [
                $"{Amounts.Count(report.Done, "object")} taken in",
                Amounts.Count(report.Records, "record"),
                Amounts.Bytes(report.Bytes),
                lag,
                report.Failed > 0 ? $"{report.Failed} failed" : "",
                report.Waiting > 0 ? $"{report.Waiting} waiting" : "",
                report.Held > 0 ? $"{report.Held} with other workers" : "",
                report.Rejected > 0 ? $"{Amounts.Count(report.Rejected, "line")} rejected" : "",
            ],
            width);
    }

    public void TellProblem(PickUpReport report)
    {
        if (report.Problem is not { } problem || problem == _problem)
            return;
        _problem = problem;
        Say(problem);
    }
}
