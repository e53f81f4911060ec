namespace Varve.Delta.Columns;

/// <summary>
/// A run of files in columns: what a replay, a look-up and a first pruning need is at hand, all else is in <see cref="Actions"/>. Immutable
/// but for the index, which is made when the first key is looked for.
/// </summary>
sealed class FileSegment
{
    KeyIndex? _index;
    SegmentStatistics? _statistics;
    bool _isSorted;
    bool _isReady;

    /// <summary>Decoded paths.</summary>
    public required KeyColumn Keys { get; init; }

    /// <summary>Sizes in bytes.</summary>
    public required long[] Sizes { get; init; }

    /// <summary>Of live files when they were written, of tombstones when they were removed, in milliseconds since 1970.</summary>
    public required long[] Times { get; init; }

    /// <summary>The partition values that occur.</summary>
    public required PartitionTuple[] Partitions { get; init; }

    /// <summary>Which of them each row has; null when all rows have the first.</summary>
    public required int[]? PartitionOf { get; init; }

    /// <summary>What tells the deletion vector of each row from another; null when no row has one.</summary>
    public required string?[]? Vectors { get; init; }

    /// <summary>The rest of each row.</summary>
    public required IActionRows Actions { get; init; }

    public int Count => Keys.Count;

    /// <summary>What was read of the statistics so far.</summary>
    public SegmentStatistics Statistics => LazyInitializer.EnsureInitialized(ref _statistics, () => new SegmentStatistics(Count));

    public PartitionTuple PartitionAt(int row) => Partitions[PartitionOf is null ? 0 : PartitionOf[row]];

    /// <summary>The decoded path of a row.</summary>
    public string KeyAt(int row) => System.Text.Encoding.UTF8.GetString(Keys[row]);

    public string? VectorAt(int row) => Vectors?[row];

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
