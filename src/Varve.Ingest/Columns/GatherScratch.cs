using System.Runtime.InteropServices;

namespace Varve.Ingest.Columns;

/// <summary>
/// Memory for the columns of a file, one after the other: a column is encoded before the next is gathered, so that all of them can use the
/// same. Not safe for several threads.
/// </summary>
sealed class GatherScratch
{
    byte[] _values = [];
    byte[] _bits = [];
    byte[] _offsets = [];
    byte[] _dictionary = [];
    byte[] _dictionaryOffsets = [];
    int[] _codes = [];
    RowRef[] _items = [];
    GatherScratch? _first;
    GatherScratch? _second;

    /// <summary>True when the column at hand has a value in every row.</summary>
    public bool IsFull { get; set; }

    /// <summary>The memory for the items of a list, or the keys of a map.</summary>
    public GatherScratch First => _first ??= new GatherScratch();

    /// <summary>The memory for the values of a map.</summary>
    public GatherScratch Second => _second ??= new GatherScratch();

    /// <summary>Validity bits for so many rows, all 0.</summary>
    public Memory<byte> Bits(int rows)
    {
        var bits = Sized(ref _bits, (rows + 7) / 8);
        bits.Span.Clear();
        return bits;
    }

    /// <summary>Room for values; not cleared.</summary>
    public Memory<byte> Values(long bytes) => Sized(ref _values, bytes);

    /// <summary>Room for offsets of rows; not cleared.</summary>
    public Memory<byte> Offsets(int rows) => Sized(ref _offsets, (rows + 1L) * sizeof(int));

    /// <summary>Room for the bytes of a dictionary; not cleared.</summary>
    public Memory<byte> Dictionary(long bytes) => Sized(ref _dictionary, bytes);

    /// <summary>Room for the offsets of a dictionary; not cleared.</summary>
    public Memory<byte> DictionaryOffsets(int values) => Sized(ref _dictionaryOffsets, (values + 1L) * sizeof(int));

    /// <summary>Codes by source and old code, all -1.</summary>
    public Span<int> Codes(int count)
    {
        if (_codes.Length < count)
            _codes = new int[Math.Max(count, _codes.Length * 2)];
        var codes = _codes.AsSpan(0, count);
        codes.Fill(-1);
        return codes;
    }

    /// <summary>Room for references to items; not cleared.</summary>
    public Span<RowRef> Items(int count)
    {
        if (_items.Length < count)
            _items = new RowRef[Math.Max(count, _items.Length * 2)];
        return _items.AsSpan(0, count);
    }

    public static Span<T> As<T>(Memory<byte> memory)
        where T : struct => MemoryMarshal.Cast<byte, T>(memory.Span);

    static Memory<byte> Sized(ref byte[] array, long bytes)
    {
        if (array.Length < bytes)
            array = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(bytes, Math.Max(4096, array.Length * 2L))), pinned: true);
        return array.AsMemory(0, (int)bytes);
    }
}
