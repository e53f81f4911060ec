using System.Diagnostics.Metrics;

namespace Varve.Query;

/// <summary>The meter of this project.</summary>
static class Telemetry
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Varve.Query";

    static readonly Meter Meter = new(Name);

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
