namespace Varve.Ingest;

/// <summary>What one ingest may ask for. Every limit is tested at its value and one past it.</summary>
public sealed record IngestLimits
{
    /// <summary>Longest line in bytes; a longer one is rejected, the rest goes in. Default 4 MiB.</summary>
    public int LineBytesMax { get; init; } = 4 << 20;

    /// <summary>Most bytes of one batch after decompression; more is refused as a whole. Default: none.</summary>
    public long BodyBytesMax { get; init; } = long.MaxValue;

    /// <summary>NDJSON bytes that are collected before a file is written. Default 128 MiB.</summary>
    public long FlushBytes { get; init; } = 128L << 20;

    /// <summary>Records that are collected before a file is written. Default 245,760, two row groups.</summary>
    public int FlushRows { get; init; } = 2 * Delta.Files.ParquetFile.RowGroupRows;

    /// <summary>NDJSON bytes from which on each of those who read a batch at once writes a file of its own at its end. Default 16 MiB.</summary>
    public long OwnFileBytesMin { get; init; } = 16L << 20;

    /// <summary>Bytes from which on a data file gets a side index; a smaller one is read about as fast. Default 16 KiB.</summary>
    public int IndexedFileBytesMin { get; init; } = 16 << 10;

    /// <summary>Data files with a side index after which these are grouped into packs. Default 256.</summary>
    public int PackedFiles { get; init; } = 256;

    /// <summary>How long a data file's side index waits for others to be grouped with; at the next file after that they are. Default 10 min.</summary>
    public TimeSpan PackAgeMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of one pack of side indexes, which are in memory while it is written. Default 16 MiB.</summary>
    public long PackBytesMax { get; init; } = 16L << 20;

    /// <summary>Bytes of a rejected line that are kept. Default 64 KiB.</summary>
    public int RejectedLineBytesMax { get; init; } = 64 << 10;

    /// <summary>Rejected lines that the outcome shows; all of them are in the rejects table. Default 10.</summary>
    public int RejectsShownMax { get; init; } = 10;

    /// <summary>
    /// Bytes of records that all batches together hold in memory, about. Past it batches write what they have to files early, and further ones
    /// wait. Default 192 MiB.
    /// </summary>
    public long MemoryBytesMax { get; init; } = 192L << 20;

    /// <summary>The share of <see cref="MemoryBytesMax"/> that one account may hold, above 0 to 1. Default three quarters.</summary>
    public double AccountShareMax { get; init; } = 0.75;

    /// <summary>Batches that wait for memory; one more is told to come again later. Default 64.</summary>
    public int WaitingMax { get; init; } = 64;

    /// <summary>How long a batch waits for memory before it is told to come again later. Default 5 s.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a batch that has come waits for others of its table that are still coming, to be stored in one file with them. Default 100 ms.
    /// </summary>
    public TimeSpan GatherMax { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the store may fail before a batch is given up as unavailable. Default 2 min.</summary>
    public TimeSpan OutageMax { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Batches whose keys a table remembers, for a day. Of further ones that bring no key of their own repetitions are not noticed until older
    /// keys have expired. Default 200,000.
    /// </summary>
    public int BatchKeysMax { get; init; } = 200_000;

    /// <summary>Fields that the header line of a CSV or TSV body may name; more is refused as a whole. Default 4,096.</summary>
    public int CsvFieldsMax { get; init; } = 4096;
}
