using System.Collections.Immutable;

namespace Varve.Delta.Columns;

/// <summary>
/// Files by key, in segments of columns. Immutable; the next version shares all segments but the small ones (a log-structured merge: a
/// commit makes a segment, and segments of like size are merged, so that a look-up asks few of them and an advance copies little).
/// </summary>
/// <param name="Views">The segments, oldest first. A key is in one of them at most.</param>
/// <param name="VectorCounts">True when the deletion vector is part of the key: of tombstones. A live path has at most one.</param>
/// <param name="Table">The table, for messages.</param>
/// <param name="Address">Where the table is, for files that are named by their address; null when there is no telling.</param>
sealed record FileSet(ImmutableArray<SegmentView> Views, bool VectorCounts, string Table, string? Address)
{
    public int Count { get; } = Sum(Views);

    public long SizeBytes { get; } = Views.Sum(static view => view.SizeBytes);

    public static FileSet Empty(bool vectorCounts, string table, string? address) => new([], vectorCounts, table, address);

    /// <summary>Where a key is; null when it is not in the set.</summary>
    public (SegmentView View, int Row)? Find(string key, string? vector)
    {
        // The key is decoded already; an address below the table's root is the same file as the path from there.
        var bytes = System.Text.Encoding.UTF8.GetBytes(Address is null ? key : TablePath.KeyOfDecoded(Address, key));
        var hash = FileKey.Hash(bytes);
        for (var index = Views.Length - 1; index >= 0; index--)
        {
            var view = Views[index];
            var row = view.Segment.Find(bytes, hash, VectorCounts, vector);
            if (row >= 0 && view.Has(row))
                return (view, row);
        }

        return null;
    }

    static int Sum(ImmutableArray<SegmentView> views) => checked(views.Sum(static view => view.Count));
}
