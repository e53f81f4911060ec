using System.Globalization;
using Varve.Delta.Schema;

namespace Varve.Delta.Pruning;

/// <summary>Values of a column's type from the text that people and other programs write for them.</summary>
static class ValueText
{
    // Seven digits after the point would be cut: six are all that a timestamp has.
    static readonly string[] TimestampFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd' 'HH:mmK", "yyyy-MM-dd",
    ];

    /// <summary>What a text has to look like to be a value of the type, for messages.</summary>
    public static string Describe(DeltaType type) => DeltaValueKinds.Of(type) switch
    {
        DeltaValueKind.Boolean => "true or false",
        DeltaValueKind.Integer or DeltaValueKind.Decimal => "a number of up to 38 digits",
        DeltaValueKind.Real => "a number, 'NaN', 'Infinity' or '-Infinity'",
        DeltaValueKind.String => "a text in single quotes",
        DeltaValueKind.Binary => "X'…' with two hexadecimal digits a byte",
        DeltaValueKind.Date => "'yyyy-MM-dd'",
        DeltaValueKind.Timestamp => "'yyyy-MM-ddTHH:mm:ss.ffffffZ'; without a zone it is UTC",
        DeltaValueKind.TimestampNtz => "'yyyy-MM-ddTHH:mm:ss.ffffff'",
        _ => "nothing: only IS NULL and IS NOT NULL can be asked of a nested column",
    };

    /// <summary>The value, or null when the text is none of the type.</summary>
    public static DeltaValue? Parse(string text, DeltaType type)
    {
        var culture = CultureInfo.InvariantCulture;
        switch (DeltaValueKinds.Of(type))
        {
            case DeltaValueKind.Boolean:
                return bool.TryParse(text, out var flag) ? DeltaValue.Of(flag) : null;
            case DeltaValueKind.Integer or DeltaValueKind.Decimal:
                return Number(text);
            case DeltaValueKind.Real when type is DeltaType.Primitive { Name: "float" }:
                return float.TryParse(text, NumberStyles.Float, culture, out var single) ? DeltaValue.Of((double)single) : null;
            case DeltaValueKind.Real:
                return double.TryParse(text, NumberStyles.Float, culture, out var real) ? DeltaValue.Of(real) : null;
            case DeltaValueKind.String:
                return DeltaValue.Of(text);
            case DeltaValueKind.Binary:
                return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? Hexadecimal(text[2..]) : null;
            case DeltaValueKind.Date:
                return Day(text) is { } day ? DeltaValue.OfDate(day) : null;
            case DeltaValueKind.Timestamp:
                return Microseconds(text) is { } instant ? DeltaValue.OfTimestamp(instant) : null;
            case DeltaValueKind.TimestampNtz:
                return Microseconds(text) is { } time ? DeltaValue.OfTimestampNtz(time) : null;
            default:
                return null;
        }
    }

    /// <summary>A whole number when it is one of 64 bits, else a decimal.</summary>
    public static DeltaValue? Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return DeltaValue.Of(whole);
        return DecimalText.Parse(text) is var (unscaled, scale) ? DeltaValue.OfDecimal(unscaled, scale) : null;
    }

    public static DeltaValue? Hexadecimal(string digits) =>
        digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? DeltaValue.OfBinary(Convert.FromHexString(digits)) : null;

    public static int? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day.DayNumber - new DateOnly(1970, 1, 1).DayNumber
            : null;

    public static long? Microseconds(string text) =>
        DateTimeOffset.TryParseExact(text, TimestampFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
            : null;
}
