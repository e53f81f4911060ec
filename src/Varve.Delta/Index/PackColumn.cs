using System.IO.Hashing;
using System.Text;

namespace Varve.Delta.Index;

/// <summary>
/// A column of a pack. The hashes are cut into slices, and of each slice the blocks of all files lie together: what is looked for needs one read,
/// however many files there are. A block at the edge of two slices is in both.
/// </summary>
/// <param name="Name">The column.</param>
/// <param name="Offset">Where its slices begin, in bytes from the start of the pack.</param>
/// <param name="Blocks">Blocks of each file's filter: 0 when the file has no value in the column, <see cref="NoColumn"/> when its index does not have it.</param>
/// <param name="Seed">What tells its slices from those of any other column or pack.</param>
sealed record PackColumn(string Name, long Offset, int[] Blocks, ulong Seed)
{
    /// <summary>In place of a number of blocks: the file's index has no such column.</summary>
    public const int NoColumn = -1;

    /// <summary>A slice has about so many bytes.</summary>
    public const int SliceBytes = 64 << 10;

    const int ChecksumBytes = sizeof(ulong);

    long[]? _starts;

    /// <summary>Slices of it; 0 when no file has a value.</summary>
    public int Slices { get; } = SlicesOf(Blocks);

    /// <summary>Bytes of all slices with their checksums.</summary>
    public long SizeBytes => Starts[^1];

    // Where each slice begins, from the offset on, and where the last ends.
    long[] Starts => _starts ??= StartsOf();

    /// <summary>What stands for a column of a pack in the checksums.</summary>
    public static ulong SeedOf(string name, long packBytes) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(name), packBytes);

    /// <summary>Slices that so many blocks are cut into.</summary>
    public static int SlicesOf(IEnumerable<int> blocks)
    {
        var bytes = blocks.Where(static count => count > 0).Sum(static count => (long)count * BloomFilter.BlockBytes);
        return (int)((bytes + SliceBytes - 1) / SliceBytes);
    }

    /// <summary>The slice that a hash is in.</summary>
    public int SliceOf(ulong hash) => (int)(((hash >> 32) * (uint)Slices) >> 32);

    /// <summary>Where a slice lies in the pack, its checksum included.</summary>
    public (long Offset, int Length) Slice(int slice) => (Offset + Starts[slice], (int)(Starts[slice + 1] - Starts[slice]));

    /// <summary>The blocks of a file that a slice has: the first, and how many.</summary>
    public (int First, int Count) BlocksIn(int file, int slice)
    {
        if (Blocks[file] <= 0)
            return (0, 0);
        var first = (int)((long)slice * Blocks[file] / Slices);
        var end = (int)((((long)slice + 1) * Blocks[file] + Slices - 1) / Slices);
        return (first, end - first);
    }

    /// <summary>For each file whether a hash may be in it, by the slice that it is in: null for files whose index does not have the column.</summary>
    public void Ask(ReadOnlySpan<byte> slice, ulong hash, Span<bool?> mayContain)
    {
        var (number, at) = (SliceOf(hash), 0);
        for (var file = 0; file < Blocks.Length; file++)
        {
            if (Blocks[file] == NoColumn)
                continue;
            var (first, count) = BlocksIn(file, number);
            mayContain[file] ??= false;
            if (count > 0 && BloomFilter.MayContain(slice[(at + ((BloomFilter.BlockOf(hash, Blocks[file]) - first) * BloomFilter.BlockBytes))..], hash))
                mayContain[file] = true;
            at += count * BloomFilter.BlockBytes;
        }
    }

    /// <summary>Whether a slice is as it was written, whole, and the one that it is taken for.</summary>
    public bool IsIntact(ReadOnlySpan<byte> content, int slice) =>
        content.Length == Slice(slice).Length && BitConverter.ToUInt64(content[^ChecksumBytes..]) == Checksum(content[..^ChecksumBytes], slice);

    /// <summary>Writes a slice whose blocks are there: its checksum.</summary>
    public void Seal(Span<byte> content, int slice) => BitConverter.TryWriteBytes(content[^ChecksumBytes..], Checksum(content[..^ChecksumBytes], slice));

    ulong Checksum(ReadOnlySpan<byte> blocks, int slice) => XxHash64.HashToUInt64(blocks, (long)(Seed + (ulong)slice));

    long[] StartsOf()
    {
        var starts = new long[Slices + 1];
        for (var slice = 0; slice < Slices; slice++)
        {
            var bytes = (long)ChecksumBytes;
            for (var file = 0; file < Blocks.Length; file++)
                bytes += BlocksIn(file, slice).Count * BloomFilter.BlockBytes;
            starts[slice + 1] = starts[slice] + bytes;
        }

        return starts;
    }
}
