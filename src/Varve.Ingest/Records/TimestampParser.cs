using System.Buffers.Text;

namespace Varve.Ingest.Records;

/// <summary>
/// Reads the forms in which Logpush and its neighbours write an instant: RFC 3339 with up to nine fraction digits, with a blank for the T,
/// with an offset or without a zone (then UTC); and integers of seconds, milliseconds, microseconds or nanoseconds, told apart by size.
/// </summary>
static class TimestampParser
{
    // From 1973-03-03 on, one unit's values lie a thousandfold above those of the next longer unit for 3,000 years.
    const long SecondsMin = 100_000_000;
    const long MillisecondsMin = SecondsMin * 1_000;
    const long MicrosecondsMin = MillisecondsMin * 1_000;
    const long NanosecondsMin = MicrosecondsMin * 1_000;
    const long MicrosecondsPerSecond = 1_000_000;

    /// <summary>The instant in microseconds since 1970. False for what is no time, also for 0, 1 and other integers too small to be one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long microseconds)
    {
        if (Utf8Parser.TryParse(text, out long number, out var read) && read == text.Length)
            return TryFromInteger(number, out microseconds);
        return TryParseRfc3339(text, out microseconds);
    }

    /// <summary>The instant in microseconds since 1970 of an integer whose unit its size tells.</summary>
    public static bool TryFromInteger(long number, out long microseconds)
    {
        microseconds = number switch
        {
            < SecondsMin => 0,
            < MillisecondsMin => number * MicrosecondsPerSecond,
            < MicrosecondsMin => number * 1_000,
            < NanosecondsMin => number,
            _ => number / 1_000,
        };
        return number >= SecondsMin;
    }

    static bool TryParseRfc3339(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[13] != ':' || text[16] != ':')
            return false;
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
            return false;
        var rest = text[19..];
        if (!TakeFraction(ref rest, out var fraction) || !TryOffset(rest, out var offsetMinutes))
            return false;
        var days = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Subtract(DateTime.UnixEpoch).Days;
        // A leap second counts as the first of the next minute, as in POSIX time.
        var seconds = (days * 86_400L) + (hour * 3_600) + (minute * 60) + second - (offsetMinutes * 60L);
        microseconds = (seconds * MicrosecondsPerSecond) + fraction;
        return true;
    }

    static bool TakeFraction(ref ReadOnlySpan<byte> rest, out int microseconds)
    {
        microseconds = 0;
        if (rest.IsEmpty || rest[0] is not ((byte)'.' or (byte)','))
            return true;
        var digits = 0;
        var scale = 100_000;
        for (rest = rest[1..]; !rest.IsEmpty && rest[0] is >= (byte)'0' and <= (byte)'9'; rest = rest[1..], scale /= 10, digits++)
            microseconds += (rest[0] - '0') * scale;
        return digits is >= 1 and <= 9;
    }

    static bool TryOffset(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (rest.IsEmpty || rest is [(byte)'Z' or (byte)'z'])
            return true;
        if (rest[0] is not ((byte)'+' or (byte)'-'))
            return false;
        var colon = rest.Length == 6 && rest[3] == ':' ? 1 : 0;
        if (rest.Length != 5 + colon || !Digits(rest[1..3], out var hours) || !Digits(rest[(3 + colon)..], out var more) || hours > 23 || more > 59)
            return false;
        minutes = ((hours * 60) + more) * (rest[0] == '-' ? -1 : 1);
        return true;
    }

    static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
