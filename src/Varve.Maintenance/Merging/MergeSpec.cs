using Varve.Delta.Schema;

namespace Varve.Maintenance.Merging;

/// <summary>What files are made of the rows of others.</summary>
/// <param name="Schema">The table's columns.</param>
/// <param name="PartitionColumns">Those that files do not have.</param>
/// <param name="TimestampColumn">The column of the time, by which rows are sorted.</param>
sealed record MergeSpec(TableSchema Schema, IReadOnlyList<string> PartitionColumns, string TimestampColumn)
{
    /// <summary>The column of the id by which rows are split by level; null: they stay together.</summary>
    public string? SplitBy { get; init; }

    /// <summary>Columns that the log gets statistics of.</summary>
    public IReadOnlySet<string> StatisticsColumns { get; init; } = new HashSet<string>();

    /// <summary>Columns that side indexes have.</summary>
    public IReadOnlySet<string> IndexedColumns { get; init; } = new HashSet<string>();

    /// <summary>Bytes of a file after which another is begun.</summary>
    public long TargetBytes { get; init; } = 128L << 20;

    /// <summary>Bytes of decoded columns that are kept.</summary>
    public long PieceBytesMax { get; init; } = 192L << 20;
}
