using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;
using Varve.Delta.Pruning;

namespace Varve.Maintenance.Merging;

/// <summary>Statistics of a column of an output, from an array that <see cref="RowGather"/> made.</summary>
static class Bounds
{
    /// <summary>The least and the greatest value, and the number of nulls. Of a type that has no bounds, and of reals with a NaN, only the latter.</summary>
    public static ColumnStatistics Of(IArrowArray array)
    {
        var nulls = array.NullCount;
        if (nulls == array.Length)
            return ColumnStatistics.OfNulls(nulls);
        var (min, max) = array switch
        {
            // Each text of the dictionary occurs.
            DictionaryArray { Dictionary: StringArray texts } => OfTexts(texts),
            StringArray texts => OfTexts(texts),
            TimestampArray { Data.DataType: TimestampType { Timezone: not null } } times => OfLongs(times, DeltaValue.OfTimestamp),
            TimestampArray times => OfLongs(times, DeltaValue.OfTimestampNtz),
            Int64Array numbers => OfLongs(numbers, DeltaValue.Of),
            DoubleArray reals => OfReals(reals),
            _ => (null, null),
        };
        return new ColumnStatistics(min, max, nulls);
    }

    static (object? Min, object? Max) OfLongs(PrimitiveArray<long> array, Func<long, DeltaValue> value)
    {
        var (min, max) = (long.MaxValue, long.MinValue);
        var values = array.Values;
        var bits = array.NullBitmapBuffer.Span;
        for (var row = 0; row < values.Length; row++)
            if (RowGather.IsValid(bits, row))
                (min, max) = (Math.Min(min, values[row]), Math.Max(max, values[row]));
        return (value(min), value(max));
    }

    static (object? Min, object? Max) OfReals(DoubleArray array)
    {
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        var values = array.Values;
        var bits = array.NullBitmapBuffer.Span;
        for (var row = 0; row < values.Length; row++)
            if (RowGather.IsValid(bits, row))
                // A NaN makes both NaN.
                (min, max) = (Math.Min(min, values[row]), Math.Max(max, values[row]));
        return double.IsNaN(min) ? (null, null) : (DeltaValue.Of(min), DeltaValue.Of(max));
    }

    static (object? Min, object? Max) OfTexts(StringArray array)
    {
        var bytes = array.Values;
        var offsets = array.ValueOffsets;
        var bits = array.NullBitmapBuffer.Span;
        var (min, max) = (-1, -1);
        for (var row = 0; row < array.Length; row++)
        {
            if (!RowGather.IsValid(bits, row))
                continue;
            var text = bytes[offsets[row]..offsets[row + 1]];
            if (min < 0 || text.SequenceCompareTo(bytes[offsets[min]..offsets[min + 1]]) < 0)
                min = row;
            if (max < 0 || text.SequenceCompareTo(bytes[offsets[max]..offsets[max + 1]]) > 0)
                max = row;
        }

        return (DeltaValue.OfUtf8(array.GetBytes(min).ToArray()), DeltaValue.OfUtf8(array.GetBytes(max).ToArray()));
    }
}
