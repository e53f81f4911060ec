using System.Globalization;
using Varve.Delta.Scan;
using Varve.Delta.Schema;

namespace Varve.Delta.Pruning;

/// <summary>
/// Bounds of statistics from their text, and how far writers are known to be off. Delta protocol: "Per-file Statistics".
/// </summary>
static class BoundText
{
    const long MillisecondCut = 999;
    const long MicrosecondsOfDay = 86_400_000_000;

    // 1582-10-15: before it files of old writers count days in another calendar than their statistics, ten days apart at most.
    const long GregorianDay = -141_427;
    const int CalendarDays = 12;

    // 1900-01-01: before it zones were off whole hours by some minutes and seconds, which some writers cut and others forget.
    const long EvenZonesDay = -25_567;

    // Some writers pass decimals through double: these have so many digits for certain.
    static readonly Int128 DoubleExactMax = 1_000_000_000_000_000;
    const int DoubleBits = 52;

    /// <summary>The bound, or null when the text is no value of the type.</summary>
    /// <param name="text">The number or the string in the statistics.</param>
    /// <param name="type">The type of the column.</param>
    /// <param name="isMax">Whether it is the greater one.</param>
    /// <param name="wasWidened">Whether the text may be that of a narrower type.</param>
    public static DeltaValue? Parse(string text, DeltaType type, bool isMax, bool wasWidened) => DeltaValueKinds.Of(type) switch
    {
        DeltaValueKind.Boolean => bool.TryParse(text, out var flag) ? DeltaValue.Of(flag) : null,
        DeltaValueKind.Integer =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? DeltaValue.Of(whole) : null,
        DeltaValueKind.Real => Real(text, type is DeltaType.Primitive { Name: "float" }, isMax, wasWidened),
        DeltaValueKind.Decimal => Decimal(text, ArrowSchema.DecimalOf(type)!.Value.Scale, isMax),
        DeltaValueKind.String => DeltaValue.Of(text),
        DeltaValueKind.Date => ValueText.Day(text) is { } day ? DeltaValue.OfDate(day) : null,
        DeltaValueKind.Timestamp => Time(text, isMax) is { } instant ? DeltaValue.OfTimestamp(instant) : null,
        DeltaValueKind.TimestampNtz => Time(text, isMax) is { } time ? DeltaValue.OfTimestampNtz(time) : null,
        _ => null,
    };

    /// <summary>The bound moved outward by as much as some writer may have cut or shifted it.</summary>
    public static DeltaValue Outward(in DeltaValue bound, bool isMax)
    {
        var sign = isMax ? 1 : -1;
        switch (bound.Kind)
        {
            case DeltaValueKind.Decimal when Int128.Abs(bound.Number) > DoubleExactMax:
                return DeltaValue.OfDecimal(bound.Number + (sign * ((Int128.Abs(bound.Number) >> DoubleBits) + 1)), bound.Scale);
            case DeltaValueKind.Date when bound.Number < GregorianDay:
                return DeltaValue.OfDate((int)bound.Number + (sign * CalendarDays));
            case DeltaValueKind.Timestamp or DeltaValueKind.TimestampNtz when bound.Number < EvenZonesDay * MicrosecondsOfDay:
                var days = bound.Number < GregorianDay * MicrosecondsOfDay ? CalendarDays : 1;
                var time = (long)bound.Number + (sign * days * MicrosecondsOfDay);
                return bound.Kind == DeltaValueKind.Timestamp ? DeltaValue.OfTimestamp(time) : DeltaValue.OfTimestampNtz(time);
            default:
                return bound;
        }
    }

    static DeltaValue? Real(string text, bool isSingle, bool isMax, bool wasWidened)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) || double.IsNaN(real))
            return null;
        // What is out of range reads as infinite: only the word itself is.
        if (double.IsInfinity(real) && !text.EndsWith("Infinity", StringComparison.Ordinal))
            return null;
        if (!isSingle && !wasWidened)
            return DeltaValue.Of(real);
        // A float in decimal is the nearest float, not the nearest double: 1.1 would lie below the value.
        var single = (double)float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (isSingle)
            return double.IsFinite(single) || double.IsInfinity(real) ? DeltaValue.Of(single) : null;
        return DeltaValue.Of(isMax ? Math.Max(real, single) : Math.Min(real, single));
    }

    static DeltaValue? Decimal(string text, int scale, bool isMax)
    {
        if (DecimalText.Parse(text) is not var (unscaled, found))
            return null;
        // Digits beyond the scale come from arithmetic of the writer's: the bound goes to the next value outward.
        if (found > scale)
        {
            var (whole, rest) = Int128.DivRem(unscaled, DeltaValue.PowerOfTen(found - scale));
            unscaled = whole + (rest != 0 && rest > 0 == isMax ? Int128.Sign(rest) : 0);
        }
        else if (DecimalText.Rescale(unscaled, found, scale) is { } scaled)
            unscaled = scaled;
        else
            return null;
        return DeltaValue.OfDecimal(unscaled, scale);
    }

    static long? Time(string text, bool isMax)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return null;
        var microseconds = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        // Many writers cut timestamps to milliseconds.
        return microseconds + (isMax && !HasMicroseconds(text) ? MillisecondCut : 0);
    }

    static bool HasMicroseconds(string timestamp)
    {
        const int DigitsOfMilliseconds = 3;
        var point = timestamp.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
            return false;
        var fraction = timestamp.AsSpan(point + 1);
        var digits = fraction.IndexOfAnyExceptInRange('0', '9');
        return (digits < 0 ? fraction.Length : digits) > DigitsOfMilliseconds;
    }
}
