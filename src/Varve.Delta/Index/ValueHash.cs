using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Text;

namespace Varve.Delta.Index;

/// <summary>
/// The hash by which a value stands in a <see cref="BloomFilter"/>: XXH64 with seed 0 of its plain encoding, of a text its UTF-8 without the
/// length. https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
/// </summary>
public static class ValueHash
{
    const ulong Prime1 = 0x9E3779B185EBCA87;
    const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    const ulong Prime3 = 0x165667B19E3779F9;
    const ulong Prime4 = 0x85EBCA77C2B2AE63;
    const ulong Prime5 = 0x27D4EB2F165667C5;
    const int StripeBytes = 32;

    /// <summary>The hash of a text.</summary>
    public static ulong Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Of(bytes);
    }

    /// <summary>The hash of a text as UTF-8.</summary>
    // HOT PATH: bench/Varve.Load ingest-stages, gather and encode. Ids and addresses have fewer than 32 bytes, of which XXH64 is but its end.
    public static ulong Of(ReadOnlySpan<byte> value)
    {
        if (value.Length >= StripeBytes)
            return XxHash64.HashToUInt64(value);
        var hash = Prime5 + (ulong)value.Length;
        while (value.Length >= sizeof(ulong))
        {
            hash ^= BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(value) * Prime2, 31) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
            value = value[sizeof(ulong)..];
        }

        if (value.Length >= sizeof(uint))
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(value) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3;
            value = value[sizeof(uint)..];
        }

        foreach (var part in value)
            hash = BitOperations.RotateLeft(hash ^ (part * Prime5), 11) * Prime1;
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }
}
