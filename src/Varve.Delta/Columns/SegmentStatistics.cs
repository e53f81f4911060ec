using System.Collections.Concurrent;
using Varve.Delta.Pruning;

namespace Varve.Delta.Columns;

/// <summary>Statistics of the files of a segment as far as they were asked for: numbers of rows, and bounds of a few columns.</summary>
sealed class SegmentStatistics(int rows)
{
    /// <summary>Columns whose bounds are kept: those that questions ask for again and again are few.</summary>
    public const int ColumnsMax = 4;

    const long Unread = 0;
    const long Unknown = 1;
    const long FirstCount = 2;

    readonly ConcurrentDictionary<string, BoundsColumn> _columns = new(StringComparer.Ordinal);
    readonly long[] _records = new long[rows];

    /// <summary>The bounds of a column; those of others are forgotten when there are too many.</summary>
    public BoundsColumn Column(PredicateColumn column)
    {
        var key = BoundsColumn.KeyOf(column);
        if (_columns.TryGetValue(key, out var known))
            return known;
        if (_columns.Count >= ColumnsMax)
            _columns.Clear();
        return _columns.GetOrAdd(key, _ => new BoundsColumn(rows, column));
    }

    /// <summary>Whether the number of a file's rows was read; it may be unknown all the same.</summary>
    public bool TryGetRecords(int row, out long? records)
    {
        var kept = Volatile.Read(ref _records[row]);
        records = kept < FirstCount ? null : kept - FirstCount;
        return kept != Unread;
    }

    public void SetRecords(int row, long? records) => Volatile.Write(ref _records[row], records is { } known ? known + FirstCount : Unknown);
}
