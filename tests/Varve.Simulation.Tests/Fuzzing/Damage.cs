using System.Text;

namespace Varve.Simulation.Tests.Fuzzing;

/// <summary>Bytes that were right, and are damaged by chance: flipped, cut, doubled, moved, or with a token that means something.</summary>
static class Damage
{
    static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "null", "true", "-1", "0", "9223372036854775808", "1e999", "\"\"", "[]", "{}", "[", "]", "{", "}", ",", ":", "\"", "\\", "\\ud800", "%", "%ZZ",
            "\n", "\r\n", "\0", "\uFEFF", "../", "/", "é", "delta.typeChanges", "NaN",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF],
    ];

    /// <summary>The bytes with one to four damages.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content, Random random)
    {
        var bytes = content.ToArray().ToList();
        for (var count = random.Next(1, 5); count > 0; count--)
            Do(bytes, random);
        return [.. bytes];
    }

    static void Do(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, 1 << random.Next(1, 7)), bytes.Count - at);
        switch (random.Next(7))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 5:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
            default:
                bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
        }
    }
}
