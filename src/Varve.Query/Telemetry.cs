using System.Diagnostics.Metrics;

namespace Varve.Query;

/// <summary>Metrics, named like the project. docs/operations.md lists them.</summary>
static class Telemetry
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Varve.Query";
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

    /// <summary>Parts of files that queries needed; tag <c>outcome</c>: <c>hit</c> when a part was here, <c>shared</c> when it was on its way, <c>miss</c>.</summary>
    public static Counter<long> CacheParts { get; } = Meter.CreateCounter<long>("varve.query.cache.parts", "{part}", "Parts of files that queries over a bucket needed");

    /// <summary>Requests for data files.</summary>
    public static Counter<long> CacheRequests { get; } = Meter.CreateCounter<long>("varve.query.cache.requests", "{request}", "Requests of queries for data files of a bucket");

    /// <summary>Bytes that came.</summary>
    public static Counter<long> CacheFetched { get; } = Meter.CreateCounter<long>("varve.query.cache.fetched", "By", "Bytes of data files that queries fetched from a bucket");

    /// <summary>Files that had to go for others.</summary>
    public static Counter<long> CacheEvictions { get; } = Meter.CreateCounter<long>("varve.query.cache.evictions", "{file}", "Files that were deleted from the cache to make room");

    /// <summary>Bytes that are kept.</summary>
    public static UpDownCounter<long> CacheBytes { get; } = Meter.CreateUpDownCounter<long>("varve.query.cache.size", "By", "Bytes of data files that the cache holds");
}
