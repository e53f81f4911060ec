using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;

namespace Varve.Delta.Checkpoints;

/// <summary>Arrow arrays of a table's types from texts of the log. Null, and what is no value of the type, is null.</summary>
static class TypedColumn
{
    public static IArrowArray Of(DeltaType type, IReadOnlyList<string?> texts) => type is not DeltaType.Primitive { Name: var name }
        ? ArrowColumns.Strings(texts)
        : name switch
        {
            "string" => ArrowColumns.Strings(texts),
            "long" => Fixed(Int64Type.Default, texts, static text => Whole(text, long.MinValue, long.MaxValue)),
            "integer" => Fixed(Int32Type.Default, texts, static text => (int?)Whole(text, int.MinValue, int.MaxValue)),
            "short" => Fixed(Int16Type.Default, texts, static text => (short?)Whole(text, short.MinValue, short.MaxValue)),
            "byte" => Fixed(Int8Type.Default, texts, static text => (sbyte?)Whole(text, sbyte.MinValue, sbyte.MaxValue)),
            "float" => Fixed(FloatType.Default, texts, static text => Single(text)),
            "double" => Fixed(DoubleType.Default, texts, static text => Double(text)),
            "boolean" => ArrowColumns.Booleans(texts.Select(static text => bool.TryParse(text, out var value) ? value : (bool?)null)),
            "binary" => Binary(texts),
            "date" => Fixed(Date32Type.Default, texts, static text => Days(text)),
            "timestamp" or "timestamp_ntz" => Fixed(ArrowSchema.TypeOf(type), texts, PartitionValue.Microseconds),
            _ when ArrowSchema.DecimalOf(type) is { } size =>
                Fixed(ArrowSchema.TypeOf(type), texts, text => Decimal(text, size.Precision, size.Scale)),
            _ => ArrowColumns.Strings(texts),
        };

    static IArrowArray Fixed<T>(IArrowType type, IReadOnlyList<string?> texts, Func<string, T?> parse)
        where T : unmanaged
    {
        var values = new ArrowBuffer.Builder<T>(texts.Count);
        var present = new ArrowBuffer.BitmapBuilder(texts.Count);
        foreach (var text in texts)
        {
            var value = string.IsNullOrEmpty(text) ? null : parse(text);
            values.Append(value.GetValueOrDefault());
            present.Append(value.HasValue);
        }

        var nullCount = present.UnsetBitCount;
        return ArrowArrayFactory.BuildArray(new ArrayData(type, texts.Count, nullCount, 0, [present.Build(), values.Build()]));
    }

    static BinaryArray Binary(IReadOnlyList<string?> texts)
    {
        var builder = new BinaryArray.Builder();
        foreach (var text in texts)
            if (string.IsNullOrEmpty(text))
                builder.AppendNull();
            else
                builder.Append(Encoding.Latin1.GetBytes(text).AsSpan());
        return builder.Build();
    }

    static long? Whole(string text, long min, long max) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value : null;

    static float? Single(string text) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    static double? Double(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    static int? Days(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber : null;

    static Int128? Decimal(string text, int precision, int scale) =>
        DecimalText.Parse(text) is var (unscaled, found) && DecimalText.Rescale(unscaled, found, scale) is { } value
        && Int128.Abs(value).ToString(CultureInfo.InvariantCulture).Length <= precision ? value : null;
}
