using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Varve.Ingest.Records;

/// <summary>
/// Walks over JSON in a buffer that has <see cref="Padding"/> readable bytes after each line, the first of them a newline: every scan ends there
/// at the latest. A method that returns -1 has met what is no JSON, or what it does not take; the slow reader then has the word.
/// </summary>
// HOT PATH: bench/Varve.Load ingest.
static class JsonBytes
{
    /// <summary>Bytes that can be read beyond the end of a line.</summary>
    public const int Padding = 64;

    /// <summary>Values within values, as System.Text.Json has it.</summary>
    public const int DepthMax = 64;

    /// <summary>The first byte at or after a place that is a quote, a backslash or a control character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfText(ref byte bytes, int at)
    {
        while (true)
        {
            var chunk = Vector256.LoadUnsafe(ref bytes, (nuint)at);
            var special = Vector256.Equals(chunk, Vector256.Create((byte)'"'))
                | Vector256.Equals(chunk, Vector256.Create((byte)'\\'))
                | Vector256.Equals(Vector256.Min(chunk, Vector256.Create((byte)0x1F)), chunk);
            var mask = special.ExtractMostSignificantBits();
            if (mask != 0)
                return at + BitOperations.TrailingZeroCount(mask);
            at += Vector256<byte>.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipBlanks(ref byte bytes, int at)
    {
        while (Unsafe.Add(ref bytes, at) is (byte)' ' or (byte)'\t' or (byte)'\r')
            at++;
        return at;
    }

    /// <summary>The place after a text that begins at a quote, and whether it has escapes.</summary>
    public static int SkipText(ref byte bytes, int at, out bool hasEscapes)
    {
        hasEscapes = false;
        at++;
        while (true)
        {
            at = EndOfText(ref bytes, at);
            switch (Unsafe.Add(ref bytes, at))
            {
                case (byte)'"':
                    return at + 1;
                case (byte)'\\':
                    hasEscapes = true;
                    at = SkipEscape(ref bytes, at);
                    if (at < 0)
                        return -1;
                    break;
                default:
                    return -1;
            }
        }
    }

    static int SkipEscape(ref byte bytes, int at)
    {
        switch (Unsafe.Add(ref bytes, at + 1))
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                return at + 2;
            case (byte)'u':
                for (var digit = 2; digit < 6; digit++)
                    if (!char.IsAsciiHexDigit((char)Unsafe.Add(ref bytes, at + digit)))
                        return -1;
                return at + 6;
            default:
                return -1;
        }
    }

    /// <summary>
    /// Writes the text that begins at a quote, without its escapes. The place after it; -1 when it is no JSON text, or has half of a surrogate pair, which
    /// UTF-8 cannot write.
    /// </summary>
    /// <param name="bytes">The buffer.</param>
    /// <param name="at">The place of the quote.</param>
    /// <param name="target">As long as the text is in the buffer, at least.</param>
    /// <param name="written">Bytes written.</param>
    public static int Unescape(ref byte bytes, int at, Span<byte> target, out int written)
    {
        written = 0;
        at++;
        while (true)
        {
            var end = EndOfText(ref bytes, at);
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref bytes, at), end - at).CopyTo(target[written..]);
            written += end - at;
            if (Unsafe.Add(ref bytes, end) == '"')
                return end + 1;
            if (Unsafe.Add(ref bytes, end) != '\\')
                return -1;
            var escaped = Unsafe.Add(ref bytes, end + 1);
            at = end + 2;
            if (escaped == 'u')
            {
                at = UnescapeLetter(ref bytes, at, target, ref written);
                if (at < 0)
                    return -1;
                continue;
            }

            var letter = Plain(escaped);
            if (letter == 0)
                return -1;
            target[written++] = letter;
        }
    }

    static byte Plain(byte escaped) => escaped switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' => escaped,
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => 0,
    };

    /// <summary>Writes the letter of which the four digits, or two times four for a pair, begin here; gives the place after them.</summary>
    static int UnescapeLetter(ref byte bytes, int at, Span<byte> target, ref int written)
    {
        if (!TryHex(ref bytes, at, out var unit))
            return -1;
        at += 4;
        if (unit is >= 0xD800 and <= 0xDFFF)
        {
            if (unit > 0xDBFF || Unsafe.Add(ref bytes, at) != '\\' || Unsafe.Add(ref bytes, at + 1) != 'u'
                || !TryHex(ref bytes, at + 2, out var low) || low is < 0xDC00 or > 0xDFFF)
                return -1;
            unit = 0x10000 + ((unit - 0xD800) << 10) + low - 0xDC00;
            at += 6;
        }

        written += new Rune(unit).EncodeToUtf8(target[written..]);
        return at;
    }

    static bool TryHex(ref byte bytes, int at, out int value)
    {
        value = 0;
        for (var digit = 0; digit < 4; digit++)
        {
            var letter = (char)Unsafe.Add(ref bytes, at + digit);
            if (!char.IsAsciiHexDigit(letter))
                return false;
            value = (value << 4) | (letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10);
        }

        return true;
    }

    /// <summary>The place after a number.</summary>
    public static int SkipNumber(ref byte bytes, int at)
    {
        if (Unsafe.Add(ref bytes, at) == '-')
            at++;
        var first = Unsafe.Add(ref bytes, at);
        if (!IsDigit(first))
            return -1;
        at = SkipDigits(ref bytes, at + 1, out var more);
        if (first == '0' && more > 0)
            return -1;
        if (Unsafe.Add(ref bytes, at) == '.')
        {
            at = SkipDigits(ref bytes, at + 1, out var fraction);
            if (fraction == 0)
                return -1;
        }

        if (Unsafe.Add(ref bytes, at) is (byte)'e' or (byte)'E')
        {
            at++;
            if (Unsafe.Add(ref bytes, at) is (byte)'+' or (byte)'-')
                at++;
            at = SkipDigits(ref bytes, at, out var exponent);
            if (exponent == 0)
                return -1;
        }

        return at;
    }

    /// <summary>The place after a value of any kind.</summary>
    /// <param name="bytes">The buffer.</param>
    /// <param name="at">Where the value begins.</param>
    /// <param name="depth">Lists and objects that the value stands in.</param>
    public static int SkipValue(ref byte bytes, int at, int depth)
    {
        // One bit a level: set in an object.
        var objects = 0UL;
        var start = depth;
        while (true)
        {
            switch (Unsafe.Add(ref bytes, at))
            {
                case (byte)'"':
                    at = SkipText(ref bytes, at, out _);
                    break;
                case (byte)'{' or (byte)'[':
                    var isObject = Unsafe.Add(ref bytes, at) == '{';
                    if (++depth > DepthMax)
                        return -1;
                    objects = isObject ? objects | (1UL << (depth - 1)) : objects & ~(1UL << (depth - 1));
                    at = SkipBlanks(ref bytes, at + 1);
                    if (Unsafe.Add(ref bytes, at) != (isObject ? '}' : ']'))
                    {
                        at = isObject ? SkipName(ref bytes, at) : at;
                        if (at < 0)
                            return -1;
                        continue;
                    }

                    depth--;
                    at++;
                    break;
                case (byte)'t':
                    at = Is(ref bytes, at, "true"u8) ? at + 4 : -1;
                    break;
                case (byte)'f':
                    at = Is(ref bytes, at, "false"u8) ? at + 5 : -1;
                    break;
                case (byte)'n':
                    at = Is(ref bytes, at, "null"u8) ? at + 4 : -1;
                    break;
                default:
                    at = SkipNumber(ref bytes, at);
                    break;
            }

            if (at < 0)
                return -1;
            at = AfterValue(ref bytes, at, objects, start, ref depth);
            if (at < 0 || depth == start)
                return at;
        }
    }

    /// <summary>The place of the next value in the list or object that the walk is in, or after all that have ended.</summary>
    static int AfterValue(ref byte bytes, int at, ulong objects, int start, ref int depth)
    {
        while (depth > start)
        {
            var isObject = (objects & (1UL << (depth - 1))) != 0;
            at = SkipBlanks(ref bytes, at);
            var next = Unsafe.Add(ref bytes, at);
            at++;
            if (next == ',')
            {
                at = SkipBlanks(ref bytes, at);
                return isObject ? SkipName(ref bytes, at) : at;
            }

            if (next != (isObject ? '}' : ']'))
                return -1;
            depth--;
        }

        return at;
    }

    /// <summary>The place of the value after a name and its colon.</summary>
    static int SkipName(ref byte bytes, int at)
    {
        if (Unsafe.Add(ref bytes, at) != '"')
            return -1;
        at = SkipText(ref bytes, at, out _);
        if (at < 0)
            return -1;
        at = SkipBlanks(ref bytes, at);
        return Unsafe.Add(ref bytes, at) == ':' ? SkipBlanks(ref bytes, at + 1) : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDigit(byte value) => (uint)(value - '0') <= 9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(ref byte bytes, int at, ReadOnlySpan<byte> word) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref bytes, at), word.Length).SequenceEqual(word);

    static int SkipDigits(ref byte bytes, int at, out int count)
    {
        var start = at;
        while (IsDigit(Unsafe.Add(ref bytes, at)))
            at++;
        count = at - start;
        return at;
    }
}
