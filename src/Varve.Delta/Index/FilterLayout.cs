using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Varve.Delta.Index;

/// <summary>The filter of one column within an index file: pages of up to 128 blocks, each with a checksum after it.</summary>
/// <param name="Column">The column.</param>
/// <param name="Values">About how many different values are in it.</param>
/// <param name="Offset">Where it begins, in bytes from the start of the index file.</param>
/// <param name="Blocks">Its blocks; 0 when the file has no value in the column.</param>
/// <param name="Seed">What tells its pages from those of any other filter.</param>
sealed record FilterLayout(string Column, long Values, long Offset, int Blocks, ulong Seed)
{
    /// <summary>Blocks of a page: what is read for one value.</summary>
    public const int PageBlocks = 128;

    const int ChecksumBytes = sizeof(ulong);
    const int PageBytes = (PageBlocks * BloomFilter.BlockBytes) + ChecksumBytes;

    /// <summary>Pages of it.</summary>
    public int Pages => (Blocks + PageBlocks - 1) / PageBlocks;

    /// <summary>Bytes of it with the checksums.</summary>
    public long SizeBytes => SizeOf(Blocks);

    /// <summary>Bytes that so many blocks take.</summary>
    public static long SizeOf(int blocks) => ((long)blocks * BloomFilter.BlockBytes) + ((long)(blocks + PageBlocks - 1) / PageBlocks * ChecksumBytes);

    /// <summary>What stands for a column of a data file in the checksums.</summary>
    public static ulong SeedOf(string column, int blocks, long dataFileBytes) =>
        XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(column), (dataFileBytes * 31) + blocks);

    /// <summary>Where a page lies in the index file.</summary>
    public (long Offset, int Length) Page(int page) =>
        (Offset + ((long)page * PageBytes), (BlocksOf(page) * BloomFilter.BlockBytes) + ChecksumBytes);

    /// <summary>Where a block lies in the index file.</summary>
    public long BlockOffset(int block) => Offset + ((long)(block / PageBlocks) * PageBytes) + (block % PageBlocks * BloomFilter.BlockBytes);

    /// <summary>The page that a value's block is in.</summary>
    public int PageOf(ulong hash) => BloomFilter.BlockOf(hash, Blocks) / PageBlocks;

    /// <summary>False when the value is not in the filter, as the page of <see cref="PageOf"/> says.</summary>
    public bool MayContain(ReadOnlySpan<byte> page, ulong hash) =>
        BloomFilter.MayContain(page[(BloomFilter.BlockOf(hash, Blocks) % PageBlocks * BloomFilter.BlockBytes)..], hash);

    /// <summary>Whether a page is as it was written, whole, and the one that it is taken for.</summary>
    public bool IsIntact(ReadOnlySpan<byte> page, int number)
    {
        var blocks = BlocksOf(number) * BloomFilter.BlockBytes;
        return page.Length == blocks + ChecksumBytes && MemoryMarshal.Read<ulong>(page[blocks..]) == Checksum(page[..blocks], number);
    }

    /// <summary>Writes the blocks of the filter in pages.</summary>
    /// <param name="blocks">All blocks, one after the other.</param>
    /// <param name="target">Of <see cref="SizeBytes"/>.</param>
    public void Write(ReadOnlySpan<byte> blocks, Span<byte> target)
    {
        for (var page = 0; page < Pages; page++)
        {
            var content = blocks.Slice(page * PageBlocks * BloomFilter.BlockBytes, BlocksOf(page) * BloomFilter.BlockBytes);
            content.CopyTo(target);
            MemoryMarshal.Write(target[content.Length..], Checksum(content, page));
            target = target[(content.Length + ChecksumBytes)..];
        }
    }

    int BlocksOf(int page) => Math.Min(PageBlocks, Blocks - (page * PageBlocks));

    ulong Checksum(ReadOnlySpan<byte> blocks, int page) => XxHash64.HashToUInt64(blocks, (long)(Seed + (ulong)page));
}
