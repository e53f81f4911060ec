using System.Diagnostics.Metrics;

namespace Varve.Query;

/// <summary>Metrics, named like the project. docs/operations.md lists them.</summary>
static class Telemetry
{
    const string Name = "Varve.Query";
    static readonly Meter Meter = new(Name);
    static readonly double[] Seconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    public static UpDownCounter<long> Running { get; } = Meter.CreateUpDownCounter<long>("varve.query.running", "{query}", "Queries that run");

    public static UpDownCounter<long> Waiting { get; } = Meter.CreateUpDownCounter<long>("varve.query.waiting", "{query}", "Queries that wait for their turn");

    public static Counter<long> Failures { get; } = Meter.CreateCounter<long>("varve.query.failures", "{query}", "Queries that failed or were stopped");

    public static Counter<long> GivenUp { get; } = Meter.CreateCounter<long>("varve.query.given_up", "{query}", "Queries that could not be stopped");

    public static Counter<long> StoppedForMemory { get; } = Meter.CreateCounter<long>(
        "varve.query.stopped_for_memory", "{query}", "Queries that were stopped since the process held too much memory");

    public static Histogram<double> Duration { get; } = Meter.CreateHistogram(
        "varve.query.duration", "s", "From asking to the last row", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
}
