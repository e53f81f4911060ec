using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Varve.Ingest.Formats;

/// <summary>
/// A record that could not be turned into JSON, on its way through the stream of lines: a line that begins with a byte that JSON cannot begin with,
/// then the reason, the size and the text. The text's newlines are escaped, so that it stays one line.
/// </summary>
readonly ref struct RefusedLine
{
    /// <summary>The first byte of such a line.</summary>
    public const byte Mark = 0x1E;

    const byte Separator = 0x1F;
    const byte Escape = 0x10;

    /// <summary>Why the record was not taken.</summary>
    public required string Reason { get; init; }

    /// <summary>Size of the whole record in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its text, or the first part of it.</summary>
    public required ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Writes the line with its newline.</summary>
    public static void Write(IBufferWriter<byte> output, string reason, ReadOnlySpan<byte> text, long bytes)
    {
        output.Write([Mark]);
        Encoding.UTF8.GetBytes(reason, output);
        Span<byte> number = stackalloc byte[22];
        Utf8Formatter.TryFormat(bytes, number[1..], out var digits);
        number[0] = number[digits + 1] = Separator;
        output.Write(number[..(digits + 2)]);
        while (text.IndexOfAny((byte)'\n', Escape) is >= 0 and var at)
        {
            output.Write(text[..at]);
            output.Write(text[at] == Escape ? [Escape, Escape] : [Escape, (byte)'n']);
            text = text[(at + 1)..];
        }

        output.Write(text);
        output.Write("\n"u8);
    }

    /// <summary>Reads a line back; false when it is none of these.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out RefusedLine refused)
    {
        refused = default;
        if (line is not [Mark, ..])
            return false;
        var first = line.IndexOf(Separator);
        var second = first < 0 ? -1 : line[(first + 1)..].IndexOf(Separator);
        if (second < 0 || !Utf8Parser.TryParse(line[(first + 1)..], out long bytes, out var digits) || digits != second)
            return false;
        refused = new RefusedLine { Reason = Encoding.UTF8.GetString(line[1..first]), Bytes = bytes, Text = Unescape(line[(first + second + 2)..]) };
        return true;
    }

    static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains(Escape))
            return text;
        var plain = new byte[text.Length];
        var length = 0;
        for (var at = 0; at < text.Length; at++)
            plain[length++] = text[at] == Escape && at + 1 < text.Length && text[++at] == (byte)'n' ? (byte)'\n' : text[at];
        return plain.AsSpan(0, length);
    }
}
