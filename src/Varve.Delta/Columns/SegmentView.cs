namespace Varve.Delta.Columns;

/// <summary>A segment, and which of its rows are no longer in the set. Immutable.</summary>
/// <param name="Segment">The rows.</param>
/// <param name="Dead">A bit for each row that has gone; null when none has.</param>
/// <param name="Count">Rows that are left.</param>
/// <param name="SizeBytes">Sum of the sizes of the files that are left.</param>
sealed record SegmentView(FileSegment Segment, ulong[]? Dead, int Count, long SizeBytes)
{
    public const int BitsOfWord = 64;

    public bool Has(int row) => Dead is null || (Dead[row / BitsOfWord] & (1UL << (row % BitsOfWord))) == 0;

    /// <summary>The rows that are left, in order.</summary>
    public IEnumerable<int> Rows()
    {
        for (var row = 0; row < Segment.Count; row++)
            if (Has(row))
                yield return row;
    }
}
