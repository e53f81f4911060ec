namespace Varve.Ingest.Formats;

/// <summary>The time of an access log, <c>17/May/2015:10:05:03 +0000</c>, in RFC 3339.</summary>
static class CombinedTime
{
    /// <summary>Bytes of the text that <see cref="Write"/> writes.</summary>
    public const int WrittenBytes = 25;

    const int Length = 26;
    static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;
    static ReadOnlySpan<byte> Form => "00/AAA/0000:00:00:00 +0000"u8;

    /// <summary>True for a text of this form that names a month; whether the day exists is the timestamp parser's to say.</summary>
    public static bool IsTime(ReadOnlySpan<byte> text)
    {
        if (text.Length != Length || MonthOf(text) == 0)
            return false;
        for (var at = 0; at < Length; at++)
            if (!Fits(text[at], Form[at]))
                return false;
        return true;
    }

    /// <summary>Writes <c>2015-05-17T10:05:03+00:00</c>.</summary>
    public static void Write(ReadOnlySpan<byte> text, Span<byte> target)
    {
        var month = MonthOf(text);
        text.Slice(7, 4).CopyTo(target);
        target[4] = target[7] = (byte)'-';
        (target[5], target[6]) = ((byte)('0' + month / 10), (byte)('0' + month % 10));
        text[..2].CopyTo(target[8..]);
        target[10] = (byte)'T';
        text.Slice(12, 8).CopyTo(target[11..]);
        text.Slice(21, 3).CopyTo(target[19..]);
        target[22] = (byte)':';
        text.Slice(24, 2).CopyTo(target[23..]);
    }

    static int MonthOf(ReadOnlySpan<byte> text)
    {
        for (var month = 0; month < 12; month++)
            if (text.Slice(3, 3).SequenceEqual(Months.Slice(month * 3, 3)))
                return month + 1;
        return 0;
    }

    static bool Fits(byte actual, byte form) => form switch
    {
        (byte)'0' => actual is >= (byte)'0' and <= (byte)'9',
        (byte)'A' => true,
        (byte)'+' => actual is (byte)'+' or (byte)'-',
        _ => actual == form,
    };
}
