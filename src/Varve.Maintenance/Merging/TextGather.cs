using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Varve.Maintenance.Merging;

/// <summary>Texts of several arrays in one, whether they come as themselves or as codes of a dictionary.</summary>
static class TextGather
{
    /// <summary>The texts themselves.</summary>
    public static IArrowArray Take(IArrowType type, IReadOnlyList<IArrowArray?> sources, ReadOnlySpan<RowRef> rows)
    {
        using var pieces = new Texts(sources);
        var (valid, nulls) = RowGather.Validity(pieces.Rows, rows);
        var bits = valid.Span;
        var memory = new byte[checked((rows.Length + 1) * sizeof(int))];
        var offsets = MemoryMarshal.Cast<byte, int>(memory.AsSpan());
        for (var i = 0; i < rows.Length; i++)
            offsets[i + 1] = checked(offsets[i] + (RowGather.IsValid(bits, i) ? pieces.Of(rows[i]).Length : 0));
        var bytes = GC.AllocateUninitializedArray<byte>(offsets[rows.Length]);
        for (var i = 0; i < rows.Length; i++)
            if (RowGather.IsValid(bits, i))
                pieces.Of(rows[i]).CopyTo(bytes.AsSpan(offsets[i]));
        return ArrowArrayFactory.BuildArray(new ArrayData(type, rows.Length, nulls, 0, [valid, new ArrowBuffer(memory), new ArrowBuffer(bytes)]));
    }

    /// <summary>As codes of a dictionary that has each text that occurs once.</summary>
    public static DictionaryArray TakeCodes(IReadOnlyList<IArrowArray?> sources, ReadOnlySpan<RowRef> rows)
    {
        using var pieces = new Texts(sources);
        var (valid, nulls) = RowGather.Validity(pieces.Rows, rows);
        var bits = valid.Span;
        var texts = new TextTable();
        var memory = GC.AllocateUninitializedArray<byte>(checked(rows.Length * sizeof(int)));
        var codes = MemoryMarshal.Cast<byte, int>(memory.AsSpan());
        for (var i = 0; i < rows.Length; i++)
            codes[i] = RowGather.IsValid(bits, i) ? pieces.CodeOf(rows[i], texts) : 0;
        var indices = new Int32Array(new ArrayData(Int32Type.Default, rows.Length, nulls, 0, [valid, new ArrowBuffer(memory)]));
        return new DictionaryArray(RowGather.Codes, indices, texts.Build());
    }

    /// <summary>The pieces of a column of texts.</summary>
    sealed class Texts : IDisposable
    {
        readonly PinnedPieces _values;
        readonly PinnedPieces? _codes;
        readonly int[]?[] _known;
        readonly bool[] _hasCodes;
        readonly int[] _dictionaryLengths;

        public Texts(IReadOnlyList<IArrowArray?> sources)
        {
            var values = new IArrowArray?[sources.Count];
            var codes = new IArrowArray?[sources.Count];
            (_known, _hasCodes, _dictionaryLengths) = (new int[]?[sources.Count], new bool[sources.Count], new int[sources.Count]);
            for (var piece = 0; piece < sources.Count; piece++)
            {
                _hasCodes[piece] = sources[piece] is DictionaryArray;
                // Without codes the nulls are those of the texts, and they stand in both.
                (values[piece], codes[piece]) = sources[piece] is DictionaryArray dictionary
                    ? (dictionary.Dictionary, Int32(dictionary.Indices))
                    : (sources[piece], sources[piece]);
                _dictionaryLengths[piece] = values[piece]?.Length ?? 0;
            }

            _values = new PinnedPieces(values, buffers: 2);
            _codes = System.Array.Exists(_hasCodes, has => has) ? new PinnedPieces(codes, buffers: 1) : null;
        }

        /// <summary>Tells which rows are null.</summary>
        public PinnedPieces Rows => _codes ?? _values;

        /// <summary>The text of a row that has one.</summary>
        public ReadOnlySpan<byte> Of(RowRef at)
        {
            var place = _hasCodes[at.Piece] ? at with { Row = _codes!.Value<int>(0, at) } : at;
            var (start, end) = _values.Range(0, place);
            return _values.Bytes(1, at.Piece, start, end);
        }

        /// <summary>The code in a table of the text of a row that has one; the text of each code of a piece is looked up once.</summary>
        public int CodeOf(RowRef at, TextTable texts)
        {
            if (!_hasCodes[at.Piece])
                return texts.CodeOf(Of(at));
            var known = _known[at.Piece] ??= new int[_dictionaryLengths[at.Piece]];
            ref var code = ref known[_codes!.Value<int>(0, at)];
            if (code == 0)
                code = texts.CodeOf(Of(at)) + 1;
            return code - 1;
        }

        public void Dispose()
        {
            _values.Dispose();
            _codes?.Dispose();
        }

        static Int32Array Int32(IArrowArray indices) => indices as Int32Array
            ?? throw new InvalidDataException($"the codes of a dictionary are {indices.Data.DataType.Name}, not int32");
    }
}
