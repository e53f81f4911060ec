using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Columns;

/// <summary>A column of values of one size.</summary>
abstract class FixedColumn<T>(string name) : Column(name)
    where T : unmanaged, IComparable<T>
{
    PinnedArray<T> _values;
    int _used;

    public override long UsedBytes => (long)_used * Unsafe.SizeOf<T>();

    public T this[int row] => _values[row];

    public void Set(int row, T value)
    {
        _values.Fit(row, 1024);
        _values[row] = value;
        _used = row + 1;
        Mark(row);
    }

    public override void Clear()
    {
        base.Clear();
        _used = 0;
    }

    public override Gathered Gather(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, FieldRule? rule, GatherScratch scratch)
    {
        var memory = scratch.Values((long)order.Length * Unsafe.SizeOf<T>());
        var values = GatherScratch.As<T>(memory);
        var (bits, nulls) = scratch.IsFull ? (ArrowBuffer.Empty, 0) : Validity(sources, order, scratch);
        if (nulls == 0)
            Pick(sources, order, values);
        else
            for (var i = 0; i < order.Length; i++)
                values[i] = (bits.Span[i >> 3] & (1 << (i & 7))) != 0 ? ((FixedColumn<T>)sources[order[i].Source])._values[order[i].Row] : default;
        var data = new ArrayData(Type, order.Length, nulls, 0, [bits, new ArrowBuffer(memory)]);
        return new Gathered(ArrowArrayFactory.BuildArray(data), nulls == order.Length ? NoBounds(nulls) : StatisticsOf(values, bits.Span, nulls));
    }

    static void Pick(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, Span<T> values)
    {
        if (sources.Length > 1)
        {
            for (var i = 0; i < order.Length; i++)
                values[i] = ((FixedColumn<T>)sources[order[i].Source])._values[order[i].Row];
            return;
        }

        var only = ((FixedColumn<T>)sources[0])._values;
        for (var i = 0; i < order.Length; i++)
            values[i] = only[order[i].Row];
    }

    ColumnStatistics StatisticsOf(ReadOnlySpan<T> values, ReadOnlySpan<byte> valid, int nulls)
    {
        var (min, max, seen) = (default(T), default(T), false);
        for (var i = 0; i < values.Length; i++)
        {
            if (nulls > 0 && (valid[i >> 3] & (1 << (i & 7))) == 0)
                continue;
            var value = values[i];
            if (!IsOrdered(value))
                return NoBounds(nulls);
            if (!seen || value.CompareTo(min) < 0)
                min = value;
            if (!seen || value.CompareTo(max) > 0)
                max = value;
            seen = true;
        }

        return new ColumnStatistics(Bound(min), Bound(max), nulls);
    }

    protected virtual bool IsOrdered(T value) => true;

    protected abstract object Bound(T value);
}

/// <summary>64-bit integers.</summary>
sealed class Int64Column(string name) : FixedColumn<long>(name)
{
    public override IArrowType Type => Int64Type.Default;

    protected override object Bound(long value) => value;
}

/// <summary>64-bit floating point.</summary>
sealed class DoubleColumn(string name) : FixedColumn<double>(name)
{
    public override IArrowType Type => DoubleType.Default;

    protected override bool IsOrdered(double value) => !double.IsNaN(value);

    protected override object Bound(double value) => value;
}

/// <summary>Instants in microseconds since 1970, UTC.</summary>
sealed class TimestampColumn(string name) : FixedColumn<long>(name)
{
    static readonly TimestampType Microseconds = new(TimeUnit.Microsecond, "UTC");

    public override IArrowType Type => Microseconds;

    protected override object Bound(long value) => DateTimeOffset.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond);
}

/// <summary>True or false.</summary>
sealed class BooleanColumn(string name) : Column(name)
{
    RowBits _values = new();

    public override IArrowType Type => BooleanType.Default;

    public override long UsedBytes => 0;

    public bool this[int row] => _values[row];

    public void Set(int row, bool value)
    {
        if (value)
            _values.Set(row);
        else
            _values.Unset(row);
        Mark(row);
    }

    public override void Clear()
    {
        base.Clear();
        _values.Clear();
    }

    public override Gathered Gather(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, FieldRule? rule, GatherScratch scratch)
    {
        var memory = scratch.Values((order.Length + 7) / 8);
        memory.Span.Clear();
        for (var i = 0; i < order.Length; i++)
            if (((BooleanColumn)sources[order[i].Source])._values[order[i].Row])
                memory.Span[i >> 3] |= (byte)(1 << (i & 7));
        var (bits, nulls) = Validity(sources, order, scratch);
        return new Gathered(new BooleanArray(new ArrayData(Type, order.Length, nulls, 0, [bits, new ArrowBuffer(memory)])), NoBounds(nulls));
    }
}
