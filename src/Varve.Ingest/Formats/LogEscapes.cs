using System.Text.Unicode;

namespace Varve.Ingest.Formats;

/// <summary>
/// The escapes that Apache (<c>\" \\ \n \t \xhh</c>) and nginx (<c>\xHH</c>) write into access logs. A text is decoded when that gives printable UTF-8;
/// bytes of another protocol stay as they were logged.
/// </summary>
static class LogEscapes
{
    /// <summary>How many times as long as it was a text may become.</summary>
    public const int GrowthMax = 4;

    /// <summary>Writes the text and gives its length in bytes; it is valid UTF-8.</summary>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (!text.Contains((byte)'\\'))
            return Keep(text, target);
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                target[length++] = text[at];
                continue;
            }

            var rest = text[(at + 1)..];
            switch (rest)
            {
                case [(byte)'"' or (byte)'\\', ..]:
                    target[length++] = rest[0];
                    at++;
                    break;
                case [(byte)'t', ..]:
                    target[length++] = (byte)'\t';
                    at++;
                    break;
                case [(byte)'x', var high, var low, ..] when char.IsAsciiHexDigit((char)high) && char.IsAsciiHexDigit((char)low):
                    target[length++] = (byte)(Value(high) * 16 + Value(low));
                    at += 3;
                    break;
                default:
                    return Keep(text, target);
            }
        }

        var decoded = target[..length];
        return Utf8.IsValid(decoded) && !HasControls(decoded) ? length : Keep(text, target);
    }

    /// <summary>The text as it was logged; a byte that is not UTF-8 is written as servers escape it.</summary>
    static int Keep(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (Utf8.IsValid(text))
        {
            text.CopyTo(target);
            return text.Length;
        }

        var length = 0;
        while (!text.IsEmpty)
        {
            var status = System.Text.Rune.DecodeFromUtf8(text, out _, out var consumed);
            if (status == System.Buffers.OperationStatus.Done)
                text[..consumed].CopyTo(target[length..]);
            else
                for (var at = 0; at < consumed; at++)
                    Escape(text[at], target[(length + 4 * at)..]);
            length += status == System.Buffers.OperationStatus.Done ? consumed : 4 * consumed;
            text = text[consumed..];
        }

        return length;
    }

    static void Escape(byte value, Span<byte> target)
    {
        const string Hex = "0123456789ABCDEF";
        (target[0], target[1], target[2], target[3]) = ((byte)'\\', (byte)'x', (byte)Hex[value >> 4], (byte)Hex[value & 15]);
    }

    static bool HasControls(ReadOnlySpan<byte> text)
    {
        foreach (var each in text)
            if (each is < 0x20 and not (byte)'\t' or 0x7F)
                return true;
        return false;
    }

    static int Value(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
