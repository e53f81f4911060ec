using System.Buffers;
using System.IO.Compression;

namespace Varve.Delta.Columns;

/// <summary>Lines of commits, one after the other; packed when they are many.</summary>
sealed class LineBlock
{
    // Quality 1 takes half the time of 4 and keeps most of the gain: lines of one table repeat each other.
    const int Quality = 1;
    const int Window = 22;

    readonly byte[] _bytes;
    readonly int[] _starts;
    readonly int[] _ends;
    readonly int _packedFrom;
    WeakReference<byte[]>? _unpacked;

    LineBlock(byte[] bytes, int[] starts, int[] ends, int packedFrom) => (_bytes, _starts, _ends, _packedFrom) = (bytes, starts, ends, packedFrom);

    public int Count => _ends.Length;

    public bool IsPacked => _packedFrom > 0;

    /// <summary>Lines that lie in a text; what is between them is not looked at. The text is kept as it is.</summary>
    public static LineBlock Plain(byte[] text, int[] starts, int[] ends) => new(text, starts, ends, packedFrom: 0);

    /// <summary>The lines, packed.</summary>
    public static LineBlock Pack(IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var (text, starts, ends) = Join(lines);
        var packed = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(text.Length));
        try
        {
            return BrotliEncoder.TryCompress(text, packed, out var length, Quality, Window) && length < text.Length
                ? new LineBlock(packed[..length], starts, ends, text.Length)
                : new LineBlock(text, starts, ends, packedFrom: 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    /// <summary>The lines copied out of what they lie in.</summary>
    public static LineBlock Copy(IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var (text, starts, ends) = Join(lines);
        return new LineBlock(text, starts, ends, packedFrom: 0);
    }

    public ReadOnlyMemory<byte> this[int line] => Text().AsMemory(_starts[line], _ends[line] - _starts[line]);

    static (byte[] Text, int[] Starts, int[] Ends) Join(IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var text = new byte[lines.Sum(line => line.Length)];
        var (starts, ends) = (new int[lines.Count], new int[lines.Count]);
        var at = 0;
        for (var index = 0; index < lines.Count; index++)
        {
            lines[index].CopyTo(text.AsMemory(at));
            starts[index] = at;
            at += lines[index].Length;
            ends[index] = at;
        }

        return (text, starts, ends);
    }

    byte[] Text()
    {
        if (!IsPacked)
            return _bytes;
        // Who reads one line mostly reads its neighbours next.
        if (_unpacked?.TryGetTarget(out var known) == true)
            return known;
        var text = new byte[_packedFrom];
        if (!BrotliDecoder.TryDecompress(_bytes, text, out var length) || length != text.Length)
            throw new InvalidDataException("A packed block of lines cannot be unpacked.");
        _unpacked = new WeakReference<byte[]>(text);
        return text;
    }
}
