namespace Varve.Delta.Pruning;

/// <summary>What holds for every file of a partition: nothing is known of statistics.</summary>
sealed class PartitionFacts(IFileFacts file) : IFileFacts
{
    /// <inheritdoc/>
    public long? NumRecords => null;

    /// <inheritdoc/>
    public ColumnBounds PartitionValue(int column) => file.PartitionValue(column);

    /// <inheritdoc/>
    public ColumnBounds Bounds(int column) => ColumnBounds.Unknown(KeepReason.NoStatistics);
}
