namespace Varve.Query;

/// <summary>What one query may ask for. Every limit is tested at its value and one past it.</summary>
public sealed record QueryLimits
{
    /// <summary>Rows of an answer. Default 10,000.</summary>
    public int RowsMax { get; init; } = 10_000;

    /// <summary>How long a query may run. Default 60 s.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Queries that run at once; more wait in line. Default: one per core.</summary>
    public int ConcurrencyMax { get; init; } = Environment.ProcessorCount;

    /// <summary>Memory of the engine in bytes. Default a third of what the process may use.</summary>
    public long EngineMemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3;

    /// <summary>Memory for answers that are kept for whoever asks the same again of the same files, in bytes. Default 64 MiB.</summary>
    public long CachedAnswersBytesMax { get; init; } = 64L << 20;

    /// <summary>Size of one of them; a larger answer is not kept. Default 1 MiB.</summary>
    public long CachedAnswerBytesMax { get; init; } = 1L << 20;

    /// <summary>Disk that the engine may use for what does not fit in memory, in bytes. Default 16 GiB.</summary>
    public long EngineDiskBytes { get; init; } = 16L << 30;
}

/// <summary>Bounds on the text of a statement: what is past them is refused before it costs anything.</summary>
static class SqlLimits
{
    public const int TextBytesMax = 64 << 10;
    public const int NestingMax = 100;
    public const int NodesMax = 5_000;
    public const int PredicatesMax = 200;
    public const int InListMax = 1_000;
    public const int SelectItemsMax = 500;
    public const int PatternBytesMax = 1 << 10;
    public const int OffsetMax = 100_000;
    public const int ColumnBytesAssumed = 64 << 10;
    public const int ResultBytesMax = 16 << 20;
}
