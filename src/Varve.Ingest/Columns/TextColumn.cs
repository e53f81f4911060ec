using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Columns;

/// <summary>
/// Texts as UTF-8. As long as they repeat, each different one is held once and a row is its code, which is also what a Parquet file wants; a
/// column whose values hardly repeat holds them one after the other. It remembers which from one filling to the next.
/// </summary>
// HOT PATH: bench/Varve.Load ingest.
sealed class TextColumn(string name) : Column(name)
{
    // A dictionary page of a Parquet file has at most 1 MiB; past it the writer gives the dictionary up.
    const int DictionaryBytesMax = 900 << 10;
    const int DistinctMin = 1024;
    const int ProbesMax = 32;
    const int FillingsBeforeRetry = 16;

    byte[] _heap = [];
    int _heapLength;
    Slice[] _slices = [];
    int _used;
    int[] _slots = [];
    uint[] _hashes = [];
    Slice[] _distinct = [];
    int _distinctCount;
    int _setCount;
    bool _isPlain;
    int _fillings;

    public override IArrowType Type => StringType.Default;

    public override long UsedBytes => _heapLength + ((long)_used * Unsafe.SizeOf<Slice>());

    /// <summary>The text of a row that is set.</summary>
    public ReadOnlySpan<byte> this[int row] => Bytes(_isPlain ? _slices[row] : _distinct[_slices[row].Start]);

    public void Set(int row, ReadOnlySpan<byte> text)
    {
        if (row >= _slices.Length)
            System.Array.Resize(ref _slices, Math.Max(row + 1, Math.Max(1024, _slices.Length * 2)));
        _setCount++;
        if (!_isPlain && Find(text) is var code and >= 0)
            _slices[row] = new Slice(code, 0);
        else
            _slices[row] = Keep(text);
        _used = row + 1;
        Mark(row);
    }

    public override void Clear()
    {
        base.Clear();
        if (_distinctCount > 0)
            _slots.AsSpan().Clear();
        (_heapLength, _used, _distinctCount, _setCount) = (0, 0, 0, 0);
        if (_isPlain && ++_fillings % FillingsBeforeRetry == 0)
            _isPlain = false;
    }

    /// <summary>True when the rows of all of them are codes.</summary>
    public static bool HasCodes(ReadOnlySpan<Column> sources)
    {
        foreach (var source in sources)
            if (source.HasValues && ((TextColumn)source)._isPlain)
                return false;
        return true;
    }

    /// <summary>True when the values of all of them hardly repeat: a dictionary in the file would be in vain.</summary>
    public static bool AreUnique(ReadOnlySpan<Column> sources)
    {
        foreach (var source in sources)
            if (source.HasValues && !((TextColumn)source)._isPlain)
                return false;
        return true;
    }

    public override Gathered Gather(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, FieldRule? rule, GatherScratch scratch) =>
        HasCodes(sources) ? GatherCodes(sources, order, rule, scratch) : GatherPlain(sources, order, rule, scratch);

    /// <summary>As an array of texts whatever the columns hold; for columns within lists and maps.</summary>
    public static Gathered GatherPlain(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, FieldRule? rule, GatherScratch scratch)
    {
        var offsets = GatherScratch.As<int>(scratch.Offsets(order.Length));
        var bits = scratch.Bits(order.Length);
        var output = new ArrayBufferWriter<byte>(rule is null ? 1 : 256);
        long size = 0;
        if (rule is null)
            foreach (var (source, row) in order)
                size += sources[source].Has(row) ? ((TextColumn)sources[source])[row].Length : 0;
        var bytes = scratch.Values(size);
        ReadOnlySpan<byte> min = default, max = default;
        var (nulls, written, seen) = (0, 0, false);
        offsets[0] = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var (source, row) = order[i];
            if (sources[source].Has(row) && TryApply(rule, ((TextColumn)sources[source])[row], output, out var text))
            {
                if (rule is null)
                    text.CopyTo(bytes.Span[written..]);
                written += text.Length;
                bits.Span[i >> 3] |= (byte)(1 << (i & 7));
                if (rule is null)
                {
                    if (!seen || text.SequenceCompareTo(min) < 0)
                        min = text;
                    if (!seen || text.SequenceCompareTo(max) > 0)
                        max = text;
                    seen = true;
                }
            }
            else
            {
                nulls++;
            }

            offsets[i + 1] = written;
        }

        var content = rule is null ? new ArrowBuffer(bytes) : new ArrowBuffer(output.WrittenMemory);
        var array = new StringArray(new ArrayData(
            StringType.Default, order.Length, nulls, 0,
            [nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(bits), new ArrowBuffer(scratch.Offsets(order.Length)), content]));
        return new Gathered(array, seen ? new ColumnStatistics(Encoding.UTF8.GetString(min), Encoding.UTF8.GetString(max), nulls) : NoBounds(nulls));
    }

    static Gathered GatherCodes(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, FieldRule? rule, GatherScratch scratch)
    {
        var starts = new int[sources.Length];
        var count = 0;
        for (var i = 0; i < sources.Length; i++)
        {
            starts[i] = count;
            count += ((TextColumn)sources[i])._distinctCount;
        }

        // The codes of each source become those of the file: only values that occur in these rows, each once.
        var codes = scratch.Codes(count);
        var merged = new MergedTexts(sources.Length, rule);
        var indices = GatherScratch.As<int>(scratch.Values(order.Length * sizeof(int)));
        var bits = scratch.Bits(order.Length);
        var nulls = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var (source, row) = order[i];
            indices[i] = 0;
            if (!sources[source].Has(row))
            {
                nulls++;
                continue;
            }

            var column = (TextColumn)sources[source];
            var own = column._slices[row].Start;
            ref var code = ref codes[starts[source] + own];
            if (code == -1)
                code = merged.CodeOf(column.Bytes(column._distinct[own]));
            if (code < 0)
            {
                nulls++;
                continue;
            }

            indices[i] = code;
            bits.Span[i >> 3] |= (byte)(1 << (i & 7));
        }

        var (dictionary, min, max) = merged.Build(scratch);
        var codesArray = new Int32Array(new ArrayData(
            Int32Type.Default, order.Length, nulls, 0,
            [nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(bits), new ArrowBuffer(scratch.Values(order.Length * sizeof(int)))]));
        var type = new DictionaryType(Int32Type.Default, StringType.Default, ordered: false);
        return new Gathered(
            new DictionaryArray(type, codesArray, dictionary),
            min is null ? NoBounds(nulls) : new ColumnStatistics(min, max, nulls));
    }

    static bool TryApply(FieldRule? rule, ReadOnlySpan<byte> value, ArrayBufferWriter<byte> output, out ReadOnlySpan<byte> text)
    {
        text = value;
        if (rule is null)
            return true;
        var before = output.WrittenCount;
        if (!rule.TryWrite(value, output))
            return false;
        text = output.WrittenSpan[before..];
        return true;
    }

    ReadOnlySpan<byte> Bytes(Slice slice) => _heap.AsSpan(slice.Start, slice.Length);

    Slice Keep(ReadOnlySpan<byte> text)
    {
        if (_heapLength + text.Length > _heap.Length)
            System.Array.Resize(ref _heap, (int)Math.Min(System.Array.MaxLength, Math.Max(_heapLength + (long)text.Length, Math.Max(4096, _heap.Length * 2L))));
        text.CopyTo(_heap.AsSpan(_heapLength));
        var slice = new Slice(_heapLength, text.Length);
        _heapLength += text.Length;
        return slice;
    }

    /// <summary>The code of a text, which is added when it is new; -1 when the column has just become plain.</summary>
    int Find(ReadOnlySpan<byte> text)
    {
        if (_distinctCount * 2 >= _slots.Length)
            Rehash();
        var hash = TextHash.Of(text);
        var mask = _slots.Length - 1;
        for (var probe = 0; probe < ProbesMax; probe++)
        {
            ref var slot = ref _slots[(hash + (uint)probe) & (uint)mask];
            if (slot == 0)
            {
                if (_heapLength + text.Length > DictionaryBytesMax || (_distinctCount > DistinctMin && _distinctCount * 2 > _setCount))
                    break;
                return Add(text, hash, ref slot);
            }

            if (_hashes[slot - 1] == hash && Bytes(_distinct[slot - 1]).SequenceEqual(text))
                return slot - 1;
        }

        BecomePlain();
        return -1;
    }

    int Add(ReadOnlySpan<byte> text, uint hash, ref int slot)
    {
        _hashes[_distinctCount] = hash;
        _distinct[_distinctCount] = Keep(text);
        slot = ++_distinctCount;
        return _distinctCount - 1;
    }

    void Rehash()
    {
        var size = Math.Max(64, _slots.Length * 2);
        _slots = new int[size];
        System.Array.Resize(ref _hashes, size);
        System.Array.Resize(ref _distinct, size);
        for (var code = 0; code < _distinctCount; code++)
        {
            var place = _hashes[code] & (uint)(size - 1);
            while (_slots[place] != 0)
                place = (place + 1) & (uint)(size - 1);
            _slots[place] = code + 1;
        }
    }

    void BecomePlain()
    {
        for (var row = 0; row < _used; row++)
            if (Has(row))
                _slices[row] = _distinct[_slices[row].Start];
        _isPlain = true;
        if (_distinctCount > 0)
            _slots.AsSpan().Clear();
        _distinctCount = 0;
    }

    /// <summary>Where a text stands in the heap; of a column with codes the code alone.</summary>
    readonly record struct Slice(int Start, int Length);
}
