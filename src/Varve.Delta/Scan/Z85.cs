using System.Buffers.Binary;

namespace Varve.Delta.Scan;

/// <summary>Five characters for four bytes, as ZeroMQ's RFC 32 has it.</summary>
static class Z85
{
    const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    const int GroupCharacters = 5;
    const int GroupBytes = 4;

    /// <summary>The bytes, or null when the text is not Z85.</summary>
    public static byte[]? TryDecode(ReadOnlySpan<char> text)
    {
        if (text.Length % GroupCharacters != 0)
            return null;
        var bytes = new byte[text.Length / GroupCharacters * GroupBytes];
        for (var group = 0; group < text.Length / GroupCharacters; group++)
        {
            var value = 0L;
            foreach (var character in text.Slice(group * GroupCharacters, GroupCharacters))
            {
                var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
                if (digit < 0)
                    return null;
                value = (value * Alphabet.Length) + digit;
            }

            if (value > uint.MaxValue)
                return null;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(group * GroupBytes), (uint)value);
        }

        return bytes;
    }

    /// <summary>The text of bytes whose number is a multiple of four.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length / GroupBytes * GroupCharacters];
        for (var group = 0; group < bytes.Length / GroupBytes; group++)
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(bytes[(group * GroupBytes)..]);
            for (var place = GroupCharacters - 1; place >= 0; place--)
            {
                text[(group * GroupCharacters) + place] = Alphabet[(int)(value % Alphabet.Length)];
                value /= (uint)Alphabet.Length;
            }
        }

        return new string(text);
    }
}
