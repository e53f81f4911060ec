namespace Varve.Server;

/// <summary>What one call of an agent's protocol may ask for. These bodies are held in memory, since one call may be for several datasets.</summary>
public sealed record ProtocolLimits
{
    /// <summary>Most bytes of an Elasticsearch bulk after decompression; more is refused as a whole. Default 64 MiB.</summary>
    public int BulkBytesMax { get; init; } = 64 << 20;

    /// <summary>Most items of a bulk; more is refused as a whole. Default 200,000.</summary>
    public int BulkItemsMax { get; init; } = 200_000;

    /// <summary>Most bytes of an OTLP request after decompression; more is refused as a whole. Default 32 MiB.</summary>
    public int OtlpBytesMax { get; init; } = 32 << 20;

    /// <summary>Bytes that all bodies of these protocols may hold together; a call past it is asked to come again. Default 256 MiB.</summary>
    public long HeldBytesMax { get; init; } = 256L << 20;
}
