namespace Varve.Server;

/// <summary>Marks a route that only stores records: the ingest token is good for it, and a token may stand in its address.</summary>
sealed class IngestRoute
{
    IngestRoute() { }

    /// <summary>The mark.</summary>
    public static IngestRoute Mark { get; } = new();

    /// <summary>Routes that agents are pointed at: whatever they ask below these is about ingest.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = ["/es", "/otlp"];

    /// <summary>True for a call to such a route.</summary>
    public static bool IsOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IngestRoute>() is not null
        || Prefixes.Any(prefix => context.Request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));
}
