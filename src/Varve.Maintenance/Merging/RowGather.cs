using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Varve.Maintenance.Merging;

/// <summary>Copies chosen rows of several arrays, the pieces of one column, into one array.</summary>
// HOT PATH: bench/Varve.Load compaction.
static class RowGather
{
    /// <summary>What texts become that are to be written as codes.</summary>
    public static DictionaryType Codes { get; } = new(Int32Type.Default, StringType.Default, ordered: false);

    /// <summary>The rows, in the order given.</summary>
    /// <param name="type">The type of the result: that of the pieces, <see cref="Codes"/> for texts as codes, or texts from codes.</param>
    /// <param name="pieces">The arrays; null where a piece lacks the column: its rows are null.</param>
    /// <param name="rows">Which rows.</param>
    public static IArrowArray Take(IArrowType type, IReadOnlyList<IArrowArray?> pieces, ReadOnlySpan<RowRef> rows) => type switch
    {
        DictionaryType => TextGather.TakeCodes(pieces, rows),
        StringType or BinaryType => TextGather.Take(type, pieces, rows),
        BooleanType => TakeBits(type, pieces, rows),
        MapType or ListType => TakeLists(type, pieces, rows),
        StructType nested => TakeStructs(nested, pieces, rows),
        FixedWidthType { BitWidth: 64 } => TakeFixed<long>(type, pieces, rows),
        FixedWidthType { BitWidth: 32 } => TakeFixed<int>(type, pieces, rows),
        FixedWidthType { BitWidth: 16 } => TakeFixed<short>(type, pieces, rows),
        FixedWidthType { BitWidth: 8 } => TakeFixed<byte>(type, pieces, rows),
        FixedWidthType { BitWidth: 128 } => TakeFixed<Int128>(type, pieces, rows),
        _ => throw new NotSupportedException($"columns of type {type.Name} are not merged"),
    };

    /// <summary>The bits of which rows have a value; empty when all have.</summary>
    public static (ArrowBuffer Bits, int Nulls) Validity(PinnedPieces pieces, ReadOnlySpan<RowRef> rows)
    {
        if (!pieces.MayHaveNulls && rows.IndexOf(RowRef.None) < 0)
            return (ArrowBuffer.Empty, 0);
        var bits = new byte[(rows.Length + 7) / 8];
        var nulls = 0;
        for (var i = 0; i < rows.Length; i++)
            if (pieces.IsNull(rows[i]))
                nulls++;
            else
                bits[i >> 3] |= (byte)(1 << (i & 7));
        return nulls == 0 ? (ArrowBuffer.Empty, 0) : (new ArrowBuffer(bits), nulls);
    }

    /// <summary>Whether a row of the result has a value.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bits, int row) => bits.IsEmpty || (bits[row >> 3] & (1 << (row & 7))) != 0;

    static IArrowArray TakeFixed<T>(IArrowType type, IReadOnlyList<IArrowArray?> sources, ReadOnlySpan<RowRef> rows)
        where T : unmanaged
    {
        using var pieces = new PinnedPieces(sources, buffers: 1);
        var (valid, nulls) = Validity(pieces, rows);
        var bits = valid.Span;
        var memory = NewMemory<T>(rows.Length);
        var values = MemoryMarshal.Cast<byte, T>(memory.AsSpan());
        for (var i = 0; i < rows.Length; i++)
            values[i] = IsValid(bits, i) ? pieces.Value<T>(0, rows[i]) : default;
        return ArrowArrayFactory.BuildArray(new ArrayData(type, rows.Length, nulls, 0, [valid, new ArrowBuffer(memory)]));
    }

    static BooleanArray TakeBits(IArrowType type, IReadOnlyList<IArrowArray?> sources, ReadOnlySpan<RowRef> rows)
    {
        using var pieces = new PinnedPieces(sources, buffers: 1);
        var (valid, nulls) = Validity(pieces, rows);
        var bits = valid.Span;
        var values = new byte[(rows.Length + 7) / 8];
        for (var i = 0; i < rows.Length; i++)
            if (IsValid(bits, i) && pieces.Bit(0, rows[i]))
                values[i >> 3] |= (byte)(1 << (i & 7));
        return new BooleanArray(new ArrayData(type, rows.Length, nulls, 0, [valid, new ArrowBuffer(values)]));
    }

    static IArrowArray TakeLists(IArrowType type, IReadOnlyList<IArrowArray?> sources, ReadOnlySpan<RowRef> rows)
    {
        using var pieces = new PinnedPieces(sources, buffers: 1);
        var (valid, nulls) = Validity(pieces, rows);
        var bits = valid.Span;
        var memory = NewMemory<int>(rows.Length + 1);
        var offsets = MemoryMarshal.Cast<byte, int>(memory.AsSpan());
        offsets[0] = 0;
        var items = new List<RowRef>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            if (IsValid(bits, i))
                for (var (item, end) = pieces.Range(0, rows[i]); item < end; item++)
                    items.Add(new RowRef(rows[i].Piece, item));
            offsets[i + 1] = items.Count;
        }

        var child = type is MapType map ? map.KeyValueType : ((ListType)type).ValueDataType;
        var children = sources.Select(source => source is null ? null : ArrowArrayFactory.BuildArray(source.Data.Children[0])).ToList();
        var values = Take(child, children, CollectionsMarshal.AsSpan(items));
        return ArrowArrayFactory.BuildArray(
            new ArrayData(type, rows.Length, nulls, 0, [valid, new ArrowBuffer(memory)], [values.Data]));
    }

    static StructArray TakeStructs(StructType type, IReadOnlyList<IArrowArray?> sources, ReadOnlySpan<RowRef> rows)
    {
        using var pieces = new PinnedPieces(sources, buffers: 0);
        var (valid, nulls) = Validity(pieces, rows);
        var children = new ArrayData[type.Fields.Count];
        for (var field = 0; field < children.Length; field++)
        {
            var index = field;
            children[field] = Take(
                type.Fields[field].DataType,
                [.. sources.Select(source => source is null ? null : ((StructArray)source).Fields[index])],
                rows).Data;
        }

        return new StructArray(new ArrayData(type, rows.Length, nulls, 0, [valid], children));
    }

    static unsafe byte[] NewMemory<T>(int count)
        where T : unmanaged => GC.AllocateUninitializedArray<byte>(checked(count * sizeof(T)));
}
