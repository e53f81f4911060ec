using Varve.Delta.Pruning;

namespace Varve.Delta.Columns;

/// <summary>
/// Bounds of one column for the rows of a segment, kept when they were first read out of the statistics: whole numbers, days and instants in two
/// longs, other values as they are. Rows are filled in one by one, by many threads at once: each comes to the same.
/// </summary>
sealed class BoundsColumn(int rows, PredicateColumn column)
{
    const byte Filled = 1;
    const byte HasMin = 2;
    const byte HasMax = 4;
    const int NullsShift = 3;
    const int NullsMask = 3;
    const int MissingShift = 5;

    readonly byte[] _flags = new byte[rows];
    readonly long[]? _wholeMin = IsWhole(column) ? new long[rows] : null;
    readonly long[]? _wholeMax = IsWhole(column) ? new long[rows] : null;
    readonly DeltaValue?[]? _min = IsWhole(column) ? null : new DeltaValue?[rows];
    readonly DeltaValue?[]? _max = IsWhole(column) ? null : new DeltaValue?[rows];

    /// <summary>What tells this column from others of the segment.</summary>
    public static string KeyOf(PredicateColumn column) => $"{string.Join('\0', column.PhysicalNames)}\0\0{column.Type}\0{column.WasWidened}";

    public bool IsFilled(int row) => (Volatile.Read(ref _flags[row]) & Filled) != 0;

    public ColumnBounds this[int row]
    {
        get
        {
            var flags = _flags[row];
            var missing = flags >> MissingShift;
            return new ColumnBounds(
                (flags & HasMin) == 0 ? null : _wholeMin is null ? _min![row] : Value(_wholeMin[row]),
                (flags & HasMax) == 0 ? null : _wholeMax is null ? _max![row] : Value(_wholeMax[row]),
                (Nulls)((flags >> NullsShift) & NullsMask),
                missing == 0 ? null : (KeepReason)(missing - 1));
        }
    }

    public void Fill(int row, in ColumnBounds bounds)
    {
        var flags = (int)Filled | ((int)bounds.Nulls << NullsShift) | ((bounds.Missing is { } missing ? (int)missing + 1 : 0) << MissingShift);
        if (bounds.Min is { } min && TryPut(_wholeMin, _min, row, min, column.Kind))
            flags |= HasMin;
        if (bounds.Max is { } max && TryPut(_wholeMax, _max, row, max, column.Kind))
            flags |= HasMax;
        Volatile.Write(ref _flags[row], (byte)flags);
    }

    /// <summary>A value that does not fit is unknown: it rules nothing out.</summary>
    static bool TryPut(long[]? whole, DeltaValue?[]? values, int row, in DeltaValue value, DeltaValueKind? kind)
    {
        if (whole is null)
        {
            values![row] = value;
            return true;
        }

        if (value.Kind != kind || value.Number < long.MinValue || value.Number > long.MaxValue)
            return false;
        whole[row] = (long)value.Number;
        return true;
    }

    static bool IsWhole(PredicateColumn column) =>
        column.Kind is DeltaValueKind.Integer or DeltaValueKind.Date or DeltaValueKind.Timestamp or DeltaValueKind.TimestampNtz;

    DeltaValue Value(long number) => column.Kind switch
    {
        DeltaValueKind.Date => DeltaValue.OfDate((int)number),
        DeltaValueKind.Timestamp => DeltaValue.OfTimestamp(number),
        DeltaValueKind.TimestampNtz => DeltaValue.OfTimestampNtz(number),
        _ => DeltaValue.Of(number),
    };
}
