namespace Varve.Ingest;

/// <summary>What one ingest may ask for. Every limit is tested at its value and one past it.</summary>
public sealed record IngestLimits
{
    /// <summary>Longest line in bytes; a longer one is rejected, the rest goes in. Default 4 MiB.</summary>
    public int LineBytesMax { get; init; } = 4 << 20;

    /// <summary>Most bytes of one ingest after decompression; more is refused as a whole. Default: none.</summary>
    public long BodyBytesMax { get; init; } = long.MaxValue;

    /// <summary>NDJSON bytes that are collected before a file is written. Default 128 MiB.</summary>
    public long FlushBytes { get; init; } = 128L << 20;

    /// <summary>Records that are collected before a file is written. Default 245,760, two row groups.</summary>
    public int FlushRows { get; init; } = 2 * Delta.Files.ParquetFile.RowGroupRows;

    /// <summary>Bytes of a rejected line that are kept. Default 64 KiB.</summary>
    public int RejectedLineBytesMax { get; init; } = 64 << 10;

    /// <summary>Rejected lines that the outcome shows; all of them are in the rejects table. Default 10.</summary>
    public int RejectsShownMax { get; init; } = 10;

    /// <summary>Fields that the header line of a CSV or TSV body may name; more is refused as a whole. Default 4,096.</summary>
    public int CsvFieldsMax { get; init; } = 4096;
}
