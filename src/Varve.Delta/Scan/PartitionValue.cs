using System.Globalization;
using System.Text;
using Apache.Arrow;
using Varve.Delta.Schema;

namespace Varve.Delta.Scan;

/// <summary>Partition values from their text in the log. Delta protocol: "Partition Value Serialization".</summary>
static class PartitionValue
{
    static readonly string[] TimestampFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd",
    ];

    /// <summary>An array of one value of the type. No text and empty text are null, for every type; text that is no such value is a <see cref="FormatException"/>.</summary>
    public static IArrowArray Parse(string? text, DeltaType type)
    {
        if (type is not DeltaType.Primitive { Name: var name })
            throw new FormatException("it is of a nested type");
        if (string.IsNullOrEmpty(text))
            return new NullArray(1);
        var culture = CultureInfo.InvariantCulture;
        switch (name)
        {
            case "string":
                return new StringArray.Builder().Append(text).Build();
            case "binary":
                // One character is one byte.
                return new BinaryArray.Builder().Append(Encoding.Latin1.GetBytes(text).AsSpan()).Build();
            case "boolean":
                return new BooleanArray.Builder().Append(bool.Parse(text)).Build();
            case "long" or "integer" or "short" or "byte":
                return new Int64Array.Builder().Append(long.Parse(text, NumberStyles.AllowLeadingSign, culture)).Build();
            case "float":
                return new FloatArray.Builder().Append(float.Parse(text, NumberStyles.Float, culture)).Build();
            case "double":
                return new DoubleArray.Builder().Append(double.Parse(text, NumberStyles.Float, culture)).Build();
            case "date":
                return new Date32Array.Builder().Append(DateOnly.ParseExact(text, "yyyy-MM-dd", culture).ToDateTime(default)).Build();
            case "timestamp" or "timestamp_ntz":
                return Timestamp(Microseconds(text));
        }

        if (ArrowSchema.DecimalOf(type) is not { } size)
            throw new FormatException($"the type {name} has no partition values");
        var values = new ArrowBuffer.Builder<Int128>(1).Append(Decimal(text, size.Scale)).Build();
        return ArrowArrayFactory.BuildArray(new ArrayData(ArrowSchema.TypeOf(type), 1, 0, 0, [ArrowBuffer.Empty, values]));
    }

    /// <summary>A number in plain digits as a whole number of the scale; digits beyond the scale must be zeros.</summary>
    internal static Int128 Decimal(string text, int scale)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..].TrimEnd('0');
        if (fraction.Length > scale || !fraction.All(char.IsAsciiDigit))
            throw new FormatException($"'{text}' is no number of {scale} digits after the point");
        return Int128.Parse(whole + fraction.PadRight(scale, '0'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    static IArrowArray Timestamp(long microseconds)
    {
        var values = new ArrowBuffer.Builder<long>(1).Append(microseconds).Build();
        return ArrowArrayFactory.BuildArray(new ArrayData(ArrowSchema.TypeOf(new DeltaType.Primitive("timestamp_ntz")), 1, 0, 0, [ArrowBuffer.Empty, values]));
    }

    internal static long Microseconds(string text) =>
        // Without a zone it is in that of the writer, which nobody knows: UTC.
        (DateTimeOffset.ParseExact(text, TimestampFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
