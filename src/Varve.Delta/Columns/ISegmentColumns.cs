namespace Varve.Delta.Columns;

/// <summary>Columns of a segment that are read when they are first asked for.</summary>
interface ISegmentColumns
{
    /// <summary>The decoded paths.</summary>
    KeyColumn ReadKeys();

    /// <summary>The partition values.</summary>
    PartitionColumn ReadPartitions();
}

/// <summary>The partition values of the rows of a segment.</summary>
/// <param name="Tuples">Those that occur.</param>
/// <param name="Of">Which of them each row has; null when all rows have the first.</param>
sealed record PartitionColumn(PartitionTuple[] Tuples, int[]? Of);
