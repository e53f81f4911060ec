namespace Varve.Query;

/// <summary>What one query may ask for. Every limit is tested at its value and one past it.</summary>
public sealed record QueryLimits
{
    /// <summary>Rows of an answer. Default 10,000.</summary>
    public int RowsMax { get; init; } = 10_000;

    /// <summary>How long a query may run. Default 60 s.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Bytes that a query is expected to read from which it is heavy: heavy queries run apart, so that light ones do not wait for them.
    /// Default 256 MiB.
    /// </summary>
    public long HeavyBytes { get; init; } = 256L << 20;

    /// <summary>Bytes that a query may be expected to read; one that needs more is refused before it runs. Default: no bound.</summary>
    public long BytesExpectedMax { get; init; } = long.MaxValue;

    /// <summary>Bytes that all queries of a UTC day may be expected to read in this process; one that needs more than is left is told to come again. Default: no bound.</summary>
    public long BytesPerDayMax { get; init; } = long.MaxValue;

    /// <summary>Light queries that run at once; more wait in line. Default: one per core.</summary>
    public int ConcurrencyMax { get; init; } = Environment.ProcessorCount;

    /// <summary>Side indexes that one query reads at once. Default 32.</summary>
    public int IndexReadsMax { get; init; } = 32;

    /// <summary>Light queries that wait; one more is told to come again later. Default 256.</summary>
    public int WaitingMax { get; init; } = 256;

    /// <summary>How long a light query waits before it is told to come again later. Default 10 s.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Heavy queries that run at once; more wait in line. Default 1.</summary>
    public int HeavyConcurrencyMax { get; init; } = 1;

    /// <summary>Heavy queries that wait; one more is told to come again later. Default 32.</summary>
    public int HeavyWaitingMax { get; init; } = 32;

    /// <summary>How long a heavy query waits before it is told to come again later. Default 30 s.</summary>
    public TimeSpan HeavyWaitMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The share of the places in a line that one account may take, above 0 to 1. Default three quarters.</summary>
    public double AccountShareMax { get; init; } = 0.75;

    /// <summary>
    /// Bytes of the values of an answer, texts in UTF-8; a query with a larger answer fails. Default 256 MiB.
    /// </summary>
    public long AnswerBytesMax { get; init; } = 256L << 20;

    /// <summary>How long an export may run. Default 30 min.</summary>
    public TimeSpan ExportDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Bytes of the values of an export, texts in UTF-8; a larger one fails. Default 64 GiB.</summary>
    public long ExportBytesMax { get; init; } = 64L << 30;

    /// <summary>Memory that both engines count and keep within, in bytes. Default a third of what the process may use.</summary>
    public long EngineMemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3;

    /// <summary>Memory for answers that are kept for whoever asks the same again of the same files, in bytes. Default 64 MiB.</summary>
    public long CachedAnswersBytesMax { get; init; } = 64L << 20;

    /// <summary>Size of one of them; a larger answer is not kept. Default 1 MiB.</summary>
    public long CachedAnswerBytesMax { get; init; } = 1L << 20;

    /// <summary>How long a query waits for the answer of another that asks the same of the same files, before it runs itself. Default 5 s.</summary>
    public TimeSpan SharedWaitMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Disk that both engines may use for what does not fit in memory, in bytes. Default 16 GiB.</summary>
    public long EngineDiskBytes { get; init; } = 16L << 30;

    /// <summary>The share of <see cref="EngineMemoryBytes"/> and <see cref="EngineDiskBytes"/> that the heavy queries have, between 0 and 1. Default 0.6.</summary>
    public double HeavyShare { get; init; } = 0.6;

    /// <summary>
    /// Memory of the whole process, in bytes, past which a query is stopped: an engine does not count all that it takes. Default three quarters of
    /// what the process may use.
    /// </summary>
    public long ResidentBytesMax { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>How often the memory of the process is looked at while queries run. Default 100 ms.</summary>
    public TimeSpan MemoryLookEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a query may go on after it was interrupted. Then it is given up, and its engine replaced. Default 5 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory of one process that runs queries apart, in bytes, past which it is killed. Default a third of what this process may use.</summary>
    public long WorkerBytesMax { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3;

    /// <summary>How long a process that runs queries apart is kept when there are none for it. Default 60 s.</summary>
    public TimeSpan WorkerIdleMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Queries given up that still run; with more in a lane it takes no further ones. Default 4.</summary>
    public int GivenUpMax { get; init; } = 4;
}

/// <summary>Bounds on the text of a statement: what is past them is refused before it costs anything.</summary>
static class SqlLimits
{
    /// <summary>Memory for what the parser has said of statements, in bytes, and as much for values of their constants.</summary>
    public const long ParserMemoryBytes = 8L << 20;

    public const int TextBytesMax = 64 << 10;
    public const int NestingMax = 100;
    public const int NodesMax = 5_000;
    public const int PredicatesMax = 200;
    public const int InListMax = 1_000;
    public const int SelectItemsMax = 500;

    /// <summary>Datasets that a statement names.</summary>
    public const int TablesMax = 8;

    /// <summary>The same when each use of a WITH query counts for what it reads.</summary>
    public const int ExpandedTablesMax = 64;

    /// <summary>Queries that WITH names.</summary>
    public const int NamedQueriesMax = 16;

    /// <summary>Queries inside of each other.</summary>
    public const int QueryNestingMax = 8;

    /// <summary>Groupings of GROUPING SETS, ROLLUP and CUBE.</summary>
    public const int GroupSetsMax = 64;
    public const int ParametersMax = 100;
    public const int ParameterLengthMax = 16 << 10;
    public const int PatternBytesMax = 1 << 10;
    public const int OffsetMax = 100_000;
    public const int ColumnBytesAssumed = 64 << 10;
    public const int ResultBytesMax = 16 << 20;
}
