namespace Varve.Delta.Pruning;

/// <summary>What the log tells of the rows of one file. Columns are those of the predicate, by their numbers.</summary>
interface IFileFacts
{
    /// <summary>Rows of the file, deleted ones too; null when unknown.</summary>
    long? NumRecords { get; }

    /// <summary>The file's value of a partition column.</summary>
    ColumnBounds PartitionValue(int column);

    /// <summary>The bounds of a column that is in the file.</summary>
    ColumnBounds Bounds(int column);
}
