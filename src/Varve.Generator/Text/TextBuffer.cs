using System.Buffers.Text;

namespace Varve.Generator.Text;

/// <summary>
/// Growing UTF-8 text. The generator writes only ASCII that needs no JSON escape: payloads and paths are URL-encoded and
/// the word lists hold neither quotes nor backslashes, so values are copied as they are.
/// </summary>
internal sealed class TextBuffer(int capacity)
{
    byte[] _bytes = new byte[capacity];

    public int Length { get; set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Raw(ReadOnlySpan<byte> text)
    {
        if (_bytes.Length - Length < text.Length)
            Grow(text.Length);
        text.CopyTo(_bytes.AsSpan(Length));
        Length += text.Length;
    }

    public void Byte(byte value)
    {
        if (Length == _bytes.Length)
            Grow(1);
        _bytes[Length++] = value;
    }

    public void Number(long value)
    {
        if (_bytes.Length - Length < 20)
            Grow(20);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(Length), out var written);
        Length += written;
    }

    /// <summary>Lower-case hexadecimal with <paramref name="digits"/> digits, or as many as needed when 0.</summary>
    public void Hex(ulong value, int digits = 0)
    {
        if (digits == 0)
            digits = Math.Max(1, (67 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 4);
        for (var shift = (digits - 1) * 4; shift >= 0; shift -= 4)
            Byte("0123456789abcdef"u8[(int)(value >> shift) & 15]);
    }

    /// <summary>A hundredth as a number with two decimals, so that no floating-point printing is involved.</summary>
    public void Hundredths(int value)
    {
        Number(value / 100);
        Byte((byte)'.');
        Byte((byte)('0' + value / 10 % 10));
        Byte((byte)('0' + value % 10));
    }

    public void Text(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Raw(key);
        Byte((byte)'"');
        Raw(value);
        Byte((byte)'"');
    }

    public void Number(ReadOnlySpan<byte> key, long value)
    {
        Raw(key);
        Number(value);
    }

    void Grow(int needed)
    {
        Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + needed));
    }
}
