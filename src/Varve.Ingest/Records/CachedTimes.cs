namespace Varve.Ingest.Records;

/// <summary>
/// Reads timestamps as <see cref="TimestampParser"/> does, and quicker where the day is that of the one before and the form is
/// <c>2026-11-22T10:00:00[.fraction]Z</c>.
/// </summary>
sealed class CachedTimes
{
    const int DateLength = 11;
    const long MicrosecondsPerSecond = 1_000_000;

    readonly byte[] _date = new byte[DateLength];
    long _dateMicroseconds;

    public bool TryParse(ReadOnlySpan<byte> text, out long microseconds)
    {
        if (text.Length is >= 20 and <= 30 && text[^1] == 'Z' && text[..DateLength].SequenceEqual(_date) && TryTimeOfDay(text[DateLength..^1], out microseconds))
        {
            microseconds += _dateMicroseconds;
            return true;
        }

        if (!TimestampParser.TryParse(text, out microseconds))
            return false;
        if (text.Length >= 20 && text[10] == 'T' && text[^1] == 'Z')
        {
            text[..DateLength].CopyTo(_date);
            _dateMicroseconds = microseconds - Modulo(microseconds);
        }

        return true;
    }

    /// <summary>A leap second takes the long way: it belongs to the next minute.</summary>
    static bool TryTimeOfDay(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text[2] != ':' || text[5] != ':' || !TryTwo(text, out var hour) || !TryTwo(text[3..], out var minute) || !TryTwo(text[6..], out var second)
            || hour > 23 || minute > 59 || second > 59)
            return false;
        var fraction = 0;
        if (text.Length > 8)
        {
            if (text[8] != '.' || text.Length == 9)
                return false;
            var scale = 100_000;
            for (var i = 9; i < text.Length; i++, scale /= 10)
            {
                var digit = (uint)(text[i] - '0');
                if (digit > 9)
                    return false;
                fraction += (int)digit * scale;
            }
        }

        microseconds = (((((hour * 60L) + minute) * 60) + second) * MicrosecondsPerSecond) + fraction;
        return true;
    }

    static bool TryTwo(ReadOnlySpan<byte> text, out int value)
    {
        var (tens, ones) = ((uint)(text[0] - '0'), (uint)(text[1] - '0'));
        value = (int)((tens * 10) + ones);
        return tens <= 9 && ones <= 9;
    }

    static long Modulo(long microseconds)
    {
        const long Day = 86_400 * MicrosecondsPerSecond;
        return ((microseconds % Day) + Day) % Day;
    }
}
