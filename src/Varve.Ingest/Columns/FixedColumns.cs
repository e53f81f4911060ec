using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;

namespace Varve.Ingest.Columns;

/// <summary>A column of values of one size.</summary>
abstract class FixedColumn<T>(string name) : ColumnBuffer(name)
    where T : unmanaged, IComparable<T>
{
    T[] _values = new T[1024];

    public ReadOnlySpan<T> Values => _values.AsSpan(0, Count);

    public void Append(T value)
    {
        Put(value);
        Mark(valid: true);
    }

    public override void AppendNull()
    {
        Put(default);
        Mark(valid: false);
    }

    public override IArrowArray Gather(ReadOnlySpan<int> rows)
    {
        var picked = new T[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            picked[i] = _values[rows[i]];
        var (bits, nulls) = Validity(rows);
        var data = new ArrayData(Type, rows.Length, nulls, 0, [bits, new ArrowBuffer(MemoryMarshal.AsBytes<T>(picked).ToArray())]);
        return ArrowArrayFactory.BuildArray(data);
    }

    public override ColumnStatistics Statistics(ReadOnlySpan<int> rows)
    {
        T? min = null, max = null;
        foreach (var row in rows)
        {
            if (!IsValid(row))
                continue;
            var value = _values[row];
            if (!IsOrdered(value))
                return new ColumnStatistics(null, null, NullsIn(rows));
            if (min is null || value.CompareTo(min.Value) < 0)
                min = value;
            if (max is null || value.CompareTo(max.Value) > 0)
                max = value;
        }

        return new ColumnStatistics(min is null ? null : Bound(min.Value), max is null ? null : Bound(max.Value), NullsIn(rows));
    }

    protected virtual bool IsOrdered(T value) => true;

    protected abstract object Bound(T value);

    void Put(T value)
    {
        if (Count == _values.Length)
            System.Array.Resize(ref _values, Count * 2);
        _values[Count] = value;
    }
}

/// <summary>64-bit integers.</summary>
sealed class Int64Column(string name) : FixedColumn<long>(name)
{
    protected override IArrowType Type => Int64Type.Default;

    protected override object Bound(long value) => value;
}

/// <summary>64-bit floating point.</summary>
sealed class DoubleColumn(string name) : FixedColumn<double>(name)
{
    protected override IArrowType Type => DoubleType.Default;

    protected override bool IsOrdered(double value) => !double.IsNaN(value);

    protected override object Bound(double value) => value;
}

/// <summary>Instants in microseconds since 1970, UTC.</summary>
sealed class TimestampColumn(string name) : FixedColumn<long>(name)
{
    static readonly TimestampType Microseconds = new(TimeUnit.Microsecond, "UTC");

    protected override IArrowType Type => Microseconds;

    protected override object Bound(long value) => DateTimeOffset.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond);
}

/// <summary>True or false.</summary>
sealed class BooleanColumn(string name) : ColumnBuffer(name)
{
    readonly List<bool> _values = [];

    protected override IArrowType Type => BooleanType.Default;

    public void Append(bool value)
    {
        _values.Add(value);
        Mark(valid: true);
    }

    public override void AppendNull()
    {
        _values.Add(false);
        base.AppendNull();
    }

    public override IArrowArray Gather(ReadOnlySpan<int> rows)
    {
        var picked = new byte[(rows.Length + 7) / 8];
        for (var i = 0; i < rows.Length; i++)
            if (_values[rows[i]])
                picked[i >> 3] |= (byte)(1 << (i & 7));
        var (bits, nulls) = Validity(rows);
        return new BooleanArray(new ArrayData(Type, rows.Length, nulls, 0, [bits, new ArrowBuffer(picked)]));
    }

    public override ColumnStatistics Statistics(ReadOnlySpan<int> rows) => new(null, null, NullsIn(rows));
}
