using System.Globalization;
using System.Text;
using Apache.Arrow;
using Varve.Delta.Pruning;
using Varve.Delta.Schema;

namespace Varve.Delta.Scan;

/// <summary>Partition values and their text in the log. Delta protocol: "Partition Value Serialization".</summary>
static class PartitionValue
{
    // Without a zone a time is in that of the writer, which nobody knows: UTC.
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
        if (TryRead(text, type) is not { } value)
            throw new FormatException($"it is no {name}");
        return value.Kind switch
        {
            DeltaValueKind.String => new StringArray.Builder().Append(value.Bytes).Build(),
            DeltaValueKind.Binary => new BinaryArray.Builder().Append(value.Bytes).Build(),
            DeltaValueKind.Boolean => new BooleanArray.Builder().Append(value.Number != 0).Build(),
            DeltaValueKind.Integer => new Int64Array.Builder().Append((long)value.Number).Build(),
            DeltaValueKind.Real when name == "float" => new FloatArray.Builder().Append((float)value.Real).Build(),
            DeltaValueKind.Real => new DoubleArray.Builder().Append(value.Real).Build(),
            DeltaValueKind.Date => One((int)value.Number, type),
            DeltaValueKind.Decimal => One(value.Number, type),
            _ => One((long)value.Number, type),
        };
    }

    /// <summary>The value of a text that is not empty; null when it is none of the type.</summary>
    public static DeltaValue? TryRead(string text, DeltaType type)
    {
        var culture = CultureInfo.InvariantCulture;
        switch (DeltaValueKinds.Of(type))
        {
            case DeltaValueKind.String:
                return DeltaValue.Of(text);
            case DeltaValueKind.Binary:
                // One character is one byte.
                return text.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF') ? null : DeltaValue.OfBinary(Encoding.Latin1.GetBytes(text));
            case DeltaValueKind.Boolean:
                return bool.TryParse(text, out var flag) ? DeltaValue.Of(flag) : null;
            case DeltaValueKind.Integer:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var whole) ? DeltaValue.Of(whole) : null;
            case DeltaValueKind.Real when type is DeltaType.Primitive { Name: "float" }:
                return float.TryParse(text, NumberStyles.Float, culture, out var single) ? DeltaValue.Of((double)single) : null;
            case DeltaValueKind.Real:
                return double.TryParse(text, NumberStyles.Float, culture, out var real) ? DeltaValue.Of(real) : null;
            case DeltaValueKind.Date:
                return ValueText.Day(text) is { } day ? DeltaValue.OfDate(day) : null;
            case DeltaValueKind.Timestamp:
                return Microseconds(text) is { } instant ? DeltaValue.OfTimestamp(instant) : null;
            case DeltaValueKind.TimestampNtz:
                return Microseconds(text) is { } time ? DeltaValue.OfTimestampNtz(time) : null;
            case DeltaValueKind.Decimal when ArrowSchema.DecimalOf(type) is var (_, scale) && DecimalText.Parse(text) is var (unscaled, found):
                return DecimalText.Rescale(unscaled, found, scale) is { } scaled ? DeltaValue.OfDecimal(scaled, scale) : null;
            default:
                return null;
        }
    }

    /// <summary>The text of a value that the log has for it; null for null, and for the texts and bytes of length 0, which read as null.</summary>
    public static string? Format(DeltaValue? value, DeltaType type) => value is not { } known ? null : known.Kind switch
    {
        DeltaValueKind.String when known.Bytes.IsEmpty => null,
        DeltaValueKind.Binary when known.Bytes.IsEmpty => null,
        DeltaValueKind.String => Encoding.UTF8.GetString(known.Bytes),
        DeltaValueKind.Binary => Encoding.Latin1.GetString(known.Bytes),
        DeltaValueKind.Boolean => known.Number != 0 ? "true" : "false",
        DeltaValueKind.Real => JavaText(known.Real, type is DeltaType.Primitive { Name: "float" }),
        DeltaValueKind.Date => RowText.DateText((long)known.Number),
        DeltaValueKind.Timestamp => RowText.TimestampText((long)known.Number) + "Z",
        DeltaValueKind.TimestampNtz => RowText.TimestampText((long)known.Number).Replace('T', ' '),
        DeltaValueKind.Decimal => RowText.DecimalText(known.Number, known.Scale),
        _ => known.Number.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>As Java writes it: with a point always, and an exponent from ten millions on and below a thousandth.</summary>
    static string JavaText(double value, bool isSingle)
    {
        if (!double.IsFinite(value))
            return value.ToString(CultureInfo.InvariantCulture);
        var shortest = isSingle ? ((float)value).ToString("R", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);
        if (value == 0)
            return shortest + ".0";
        var parts = shortest.TrimStart('-').Split('E');
        var (mantissa, shift) = (parts[0], parts.Length == 1 ? 0 : int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        var point = mantissa.IndexOf('.', StringComparison.Ordinal) is >= 0 and var found ? found : mantissa.Length;
        var first = mantissa.AsSpan().IndexOfAnyExcept('0', '.');
        var exponent = shift + point - first - (first < point ? 1 : 0);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).Trim('0');
        var sign = value < 0 ? "-" : "";
        if (exponent is < -3 or >= 7)
            return $"{sign}{digits[0]}.{(digits.Length > 1 ? digits[1..] : "0")}E{exponent.ToString(CultureInfo.InvariantCulture)}";
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        digits = digits.PadRight(exponent + 2, '0');
        return $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    static IArrowArray One<T>(T value, DeltaType type)
        where T : struct =>
        ArrowArrayFactory.BuildArray(new ArrayData(
            ArrowSchema.TypeOf(type), 1, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer.Builder<T>(1).Append(value).Build()]));

    /// <summary>An instant in microseconds since 1970, or null when it is none. Without a zone it is UTC.</summary>
    internal static long? Microseconds(string text) =>
        DateTimeOffset.TryParseExact(text, TimestampFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (long)Math.Floor((time - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerMicrosecond)
            : null;
}
