using System.Runtime.InteropServices;
using System.Text;

namespace Varve.Delta.Columns;

/// <summary>Keys of files as UTF-8: what a path decodes to, and a hash of it.</summary>
static class FileKey
{
    const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    /// <summary>The key of a path as the log has it, in UTF-8. One that is neither encoded nor an address is given back as it is.</summary>
    /// <param name="path">The path.</param>
    /// <param name="address">Where the table is; see <see cref="TablePath.Key"/>. Null when there is no telling.</param>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> path, string? address) =>
        path.IndexOfAny((byte)'%', (byte)':') < 0 && !path.StartsWith("/"u8) ? path : Of(Encoding.UTF8.GetString(path), address);

    /// <summary>The key of a path as the log has it.</summary>
    public static byte[] Of(string path, string? address) =>
        Encoding.UTF8.GetBytes(address is null ? TablePath.Decode(path) : TablePath.Key(address, path));

    /// <summary>Spreads keys that differ in few places over all bits. Equal on all machines of one byte order; it is never stored.</summary>
    public static ulong Hash(ReadOnlySpan<byte> key)
    {
        var hash = (ulong)key.Length * Multiplier;
        while (key.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(key));
            key = key[sizeof(ulong)..];
        }

        var tail = 0UL;
        foreach (var unit in key)
            tail = (tail << 8) | unit;
        return Mix(hash ^ tail);
    }

    static ulong Mix(ulong value)
    {
        var product = Math.BigMul(value ^ Multiplier, 0xD6E8_FEB8_6659_FD93, out var low);
        return product ^ low;
    }
}
