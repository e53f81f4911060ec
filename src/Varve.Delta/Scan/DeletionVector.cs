using System.Buffers.Binary;
using Varve.Storage;

namespace Varve.Delta.Scan;

/// <summary>
/// The rows of a data file that are deleted, by their position from 0. Immutable. Delta protocol: "Deletion Vector Format", and
/// the portable form of 64-bit Roaring bitmaps.
/// </summary>
public sealed class DeletionVector
{
    const int Magic = 1681511377;
    const int CookieWithRuns = 12347;
    const int CookieWithoutRuns = 12346;
    const int OffsetsFromContainers = 4;
    const int ArrayMax = 4096;
    const int WordsOfBitmap = 1024;

    readonly List<long> _keys = [];
    readonly List<Container> _containers = [];

    DeletionVector() { }

    /// <summary>Number of rows in it.</summary>
    public long Cardinality { get; private set; }

    /// <summary>The greatest row in it, or -1 when it is empty.</summary>
    public long LastRow => _keys.Count == 0 ? -1 : (_keys[^1] << 16) | (long)_containers[^1].Last;

    /// <summary>Reads the bitmap; <paramref name="source"/> names it in a fault.</summary>
    /// <exception cref="VarveException">The bytes are no bitmap of the portable form, or hold more than it.</exception>
    public static DeletionVector Decode(ReadOnlySpan<byte> data, string source)
    {
        var vector = new DeletionVector();
        var input = new Input(data, source);
        var magic = input.Int32();
        if (magic != Magic)
            throw input.Corrupt($"it starts with {magic} instead of {Magic}");
        var bitmaps = input.Int64();
        if (bitmaps is < 0 or > int.MaxValue)
            throw input.Corrupt($"it has {bitmaps} bitmaps");
        var lastKey = -1L;
        for (var i = 0L; i < bitmaps; i++)
        {
            var key = input.Int32() & 0xFFFF_FFFFL;
            // The greatest keys would give rows beyond a long.
            if (key <= lastKey || key > int.MaxValue)
                throw input.Corrupt($"its bitmap {key} is out of order");
            lastKey = key;
            vector.ReadBitmap(ref input, key << 16);
        }

        if (!input.AtEnd)
            throw input.Corrupt("it goes on after its last bitmap");
        return vector;
    }

    /// <summary>True when the row is deleted.</summary>
    public bool Contains(long row)
    {
        var index = _keys.BinarySearch(row >> 16);
        return index >= 0 && _containers[index].Contains((ushort)row);
    }

    void ReadBitmap(ref Input input, long highBits)
    {
        var cookie = input.Int32();
        var hasRuns = (cookie & 0xFFFF) == CookieWithRuns;
        if (!hasRuns && cookie != CookieWithoutRuns)
            throw input.Corrupt($"a bitmap in it starts with {cookie}");
        var count = hasRuns ? (int)((uint)cookie >> 16) + 1 : input.Int32();
        if (count is < 0 or > ushort.MaxValue + 1)
            throw input.Corrupt($"a bitmap in it has {count} containers");
        var isRun = hasRuns ? input.Take((count + 7) / 8) : [];
        var header = input.Take(4 * count);
        if (!hasRuns || count >= OffsetsFromContainers)
            input.Take(4 * count);

        var lastKey = -1;
        for (var i = 0; i < count; i++)
        {
            int key = BinaryPrimitives.ReadUInt16LittleEndian(header[(4 * i)..]);
            var size = BinaryPrimitives.ReadUInt16LittleEndian(header[((4 * i) + 2)..]) + 1;
            if (key <= lastKey)
                throw input.Corrupt($"its container {key} is out of order");
            lastKey = key;
            var container = hasRuns && (isRun[i / 8] & (1 << (i % 8))) != 0 ? ReadRuns(ref input)
                : size <= ArrayMax ? ReadArray(ref input, size)
                : ReadWords(ref input);
            if (container.Count != size)
                throw input.Corrupt($"a container in it holds {container.Count} rows instead of {size}");
            Cardinality += size;
            _keys.Add(highBits | (long)key);
            _containers.Add(container);
        }
    }

    static Container ReadRuns(ref Input input)
    {
        int count = input.UInt16();
        var pairs = new ushort[2 * count];
        var last = -1;
        for (var i = 0; i < count; i++)
        {
            var start = input.UInt16();
            var end = start + input.UInt16();
            if (start <= last || end > ushort.MaxValue)
                throw input.Corrupt("a run in it is out of order");
            (pairs[2 * i], pairs[(2 * i) + 1]) = (start, (ushort)end);
            last = end;
        }

        return new Container.Runs(pairs);
    }

    static Container.Sorted ReadArray(ref Input input, int size)
    {
        var values = new ushort[size];
        for (var i = 0; i < size; i++)
        {
            values[i] = input.UInt16();
            if (i > 0 && values[i] <= values[i - 1])
                throw input.Corrupt("a row in it is out of order");
        }

        return new Container.Sorted(values);
    }

    static Container.Words ReadWords(ref Input input)
    {
        var words = new ulong[WordsOfBitmap];
        for (var i = 0; i < words.Length; i++)
            words[i] = (ulong)input.Int64();
        return new Container.Words(words);
    }

    /// <summary>Up to 65,536 rows that share their high bits, in the form that is smallest.</summary>
    abstract class Container
    {
        public abstract int Count { get; }

        public abstract ushort Last { get; }

        public abstract bool Contains(ushort value);

        public sealed class Sorted(ushort[] values) : Container
        {
            public override int Count => values.Length;

            public override ushort Last => values[^1];

            public override bool Contains(ushort value) => Array.BinarySearch(values, value) >= 0;
        }

        public sealed class Words(ulong[] words) : Container
        {
            public override int Count { get; } = words.Sum(static word => System.Numerics.BitOperations.PopCount(word));

            public override ushort Last
            {
                get
                {
                    var index = Array.FindLastIndex(words, static word => word != 0);
                    return (ushort)((64 * index) + System.Numerics.BitOperations.Log2(words[index]));
                }
            }

            public override bool Contains(ushort value) => (words[value / 64] & (1UL << (value % 64))) != 0;
        }

        /// <summary>First and last value of each run, in order.</summary>
        public sealed class Runs(ushort[] pairs) : Container
        {
            public override int Count { get; } = Enumerable.Range(0, pairs.Length / 2).Sum(i => pairs[(2 * i) + 1] - pairs[2 * i] + 1);

            public override ushort Last => pairs[^1];

            public override bool Contains(ushort value)
            {
                var index = Array.BinarySearch(pairs, value);
                // Between the first and the last value of a run the next greater entry is a last one, at an odd index.
                return index >= 0 || (~index & 1) == 1;
            }
        }
    }

    /// <summary>Bytes that are taken from the front; running out is corrupt.</summary>
    ref struct Input(ReadOnlySpan<byte> data, string source)
    {
        ReadOnlySpan<byte> _rest = data;

        public readonly bool AtEnd => _rest.IsEmpty;

        public ReadOnlySpan<byte> Take(int length)
        {
            if (length > _rest.Length)
                throw Corrupt("it ends too early");
            var taken = _rest[..length];
            _rest = _rest[length..];
            return taken;
        }

        public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

        public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

        public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

        public readonly VarveException Corrupt(string reason) =>
            new(FaultKind.Corrupt, $"The deletion vector {source} cannot be read: {reason}.");
    }
}
