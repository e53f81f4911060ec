using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Varve.Delta.Index;

/// <summary>
/// Split-block Bloom filters as Parquet has them: blocks of 32 bytes, of which a value sets one bit in each of eight words. Parquet format,
/// BloomFilter.md: https://github.com/apache/parquet-format/blob/master/BloomFilter.md. Words are little endian.
/// </summary>
// HOT PATH: bench/Varve.Load ingest-stages, gather and encode; nothing is allocated.
public static class BloomFilter
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 32;

    /// <summary>Bits of a filter for each different value: about 1 % of other values are taken for one that is in it.</summary>
    public const double BitsPerValue = 10;

    const int Words = 8;
    const int BitsOfBlock = BlockBytes * 8;

    static ReadOnlySpan<uint> Salts => [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    /// <summary>The blocks of a filter of so many different values; none for none.</summary>
    public static long BlocksFor(long values, double bitsPerValue = BitsPerValue) => (long)Math.Ceiling(values * bitsPerValue / BitsOfBlock);

    /// <summary>Which block a value belongs to.</summary>
    /// <param name="hash">Its <see cref="ValueHash"/>.</param>
    /// <param name="blocks">Blocks of the filter, at least one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BlockOf(ulong hash, int blocks) => (int)(((hash >> 32) * (uint)blocks) >> 32);

    /// <summary>Puts a value into the filter, whose blocks are given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Insert(Span<byte> filter, ulong hash)
    {
        var block = filter.Slice(BlockOf(hash, filter.Length / BlockBytes) * BlockBytes, BlockBytes);
        if (Avx2.IsSupported)
            (Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(block)) | Mask((uint)hash).AsByte()).StoreUnsafe(ref MemoryMarshal.GetReference(block));
        else
            InsertByWords(block, (uint)hash);
    }

    /// <summary>False when the value was never put into the filter that the block is of; else it may have been.</summary>
    /// <param name="block">The block of <see cref="BlockOf"/>.</param>
    /// <param name="hash">The value's <see cref="ValueHash"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayContain(ReadOnlySpan<byte> block, ulong hash)
    {
        if (!Avx2.IsSupported)
            return MayContainByWords(block, (uint)hash);
        var mask = Mask((uint)hash).AsByte();
        return (Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(block[..BlockBytes])) & mask) == mask;
    }

    /// <summary>As <see cref="Insert"/> of one block, on any processor.</summary>
    internal static void InsertByWords(Span<byte> block, uint key)
    {
        for (var word = 0; word < Words; word++)
        {
            var bytes = block.Slice(word * sizeof(uint), sizeof(uint));
            BitConverter.TryWriteBytes(bytes, BitConverter.ToUInt32(bytes) | Bit(key, word));
        }
    }

    /// <summary>As <see cref="MayContain"/>, on any processor.</summary>
    internal static bool MayContainByWords(ReadOnlySpan<byte> block, uint key)
    {
        for (var word = 0; word < Words; word++)
            if ((BitConverter.ToUInt32(block.Slice(word * sizeof(uint), sizeof(uint))) & Bit(key, word)) == 0)
                return false;
        return true;
    }

    static uint Bit(uint key, int word) => 1u << (int)((key * Salts[word]) >> 27);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<uint> Mask(uint key) => Avx2.ShiftLeftLogicalVariable(
        Vector256<uint>.One, Vector256.ShiftRightLogical(Vector256.Create(key) * Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(Salts)), 27));
}
