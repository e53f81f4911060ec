namespace Varve.Delta.Columns;

/// <summary>
/// A run of files in columns: what a replay, a look-up and a first pruning need is at hand, all else is in <see cref="Actions"/>. Immutable
/// but for what is made or read when it is first asked for.
/// </summary>
sealed class FileSegment
{
    readonly ISegmentColumns? _columns;
    KeyColumn? _keys;
    PartitionColumn? _partitions;
    KeyIndex? _index;
    SegmentStatistics? _statistics;
    bool _isSorted;
    bool _isReady;

    /// <summary>A segment whose columns are at hand.</summary>
    public FileSegment(KeyColumn keys, PartitionColumn partitions) => (Count, _keys, _partitions) = (keys.Count, keys, partitions);

    /// <summary>A segment whose columns are read when they are first asked for.</summary>
    public FileSegment(int count, ISegmentColumns columns) => (Count, _columns) = (count, columns);

    public int Count { get; }

    /// <summary>Decoded paths. Several threads may read them at once: each comes to the same.</summary>
    public KeyColumn Keys => _keys ??= _columns!.ReadKeys();

    /// <summary>Sizes in bytes.</summary>
    public required long[] Sizes { get; init; }

    /// <summary>The partition values that occur.</summary>
    public PartitionTuple[] Partitions => PartitionColumn.Tuples;

    /// <summary>Which of them each row has; null when all rows have the first.</summary>
    public int[]? PartitionOf => PartitionColumn.Of;

    /// <summary>What tells the deletion vector of each row from another; null when no row has one.</summary>
    public required string?[]? Vectors { get; init; }

    /// <summary>The rest of each row.</summary>
    public required IActionRows Actions { get; init; }

    /// <summary>What was read of the statistics so far.</summary>
    public SegmentStatistics Statistics => LazyInitializer.EnsureInitialized(ref _statistics, () => new SegmentStatistics(Count));

    /// <summary>The decoded path of a row.</summary>
    public string KeyAt(int row) => System.Text.Encoding.UTF8.GetString(Keys[row]);

    public string? VectorAt(int row) => Vectors?[row];

    PartitionColumn PartitionColumn => _partitions ??= _columns!.ReadPartitions();

    /// <summary>Takes over the index that was kept while the segment was built.</summary>
    public void SetIndex(KeyIndex index) => (_index, _isReady) = (index, true);

    /// <summary>
    /// The newest row of a key, or -1. With <paramref name="vectorCounts"/> the row has to have this deletion vector too.
    /// </summary>
    public int Find(ReadOnlySpan<byte> key, ulong hash, bool vectorCounts, string? vector)
    {
        if (!_isReady)
            Prepare(vectorCounts);
        if (_isSorted)
        {
            var row = Keys.Search(key);
            return row >= 0 && vectorCounts && VectorAt(row) != vector ? -1 : row;
        }

        var probe = _index!.Start(hash);
        while (probe.Next())
            if (Keys[probe.Row].SequenceEqual(key) && (!vectorCounts || VectorAt(probe.Row) == vector))
                return probe.Row;
        return -1;
    }

    /// <summary>Several threads may do so at once: each comes to the same.</summary>
    void Prepare(bool vectorCounts)
    {
        if (Keys.IsStrictlySorted())
            _isSorted = true;
        else
        {
            var index = new KeyIndex(Count);
            for (var row = 0; row < Count; row++)
                Put(index, row, vectorCounts);
            _index = index;
        }

        Volatile.Write(ref _isReady, true);
    }

    void Put(KeyIndex index, int row, bool vectorCounts)
    {
        var key = Keys[row];
        var hash = FileKey.Hash(key);
        var probe = index.Start(hash);
        while (probe.Next())
            if (Keys[probe.Row].SequenceEqual(key) && (!vectorCounts || VectorAt(probe.Row) == VectorAt(row)))
            {
                probe.Replace(row);
                return;
            }

        index.Add(hash, row);
    }
}
