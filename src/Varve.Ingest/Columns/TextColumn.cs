using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    PinnedArray<Slice> _slices;
    PinnedArray<Entry> _entries;
    PinnedArray<byte> _heap;
    PinnedArray<Slice> _distinct;
    Vector256<byte> _lastHead;
    int _lastLength = -1;
    int _lastCode;
    int _heapLength;
    int _used;
    int _distinctCount;
    int _setCount;
    bool _isPlain;
    int _fillings;

    /// <summary>The type of rows that are gathered as codes.</summary>
    public static DictionaryType Codes { get; } = new(Int32Type.Default, StringType.Default, ordered: false);

    public override IArrowType Type => StringType.Default;

    public override long UsedBytes => _heapLength + ((long)_used * Unsafe.SizeOf<Slice>());

    public override bool HasValues => _setCount > 0;

    /// <summary>The text of a row that is set.</summary>
    public ReadOnlySpan<byte> this[int row] => Bytes(_isPlain ? _slices[row] : _distinct[_slices[row].Start]);

    public override bool Has(int row) => row < _used && _slices[row].IsSet;

    public override bool IsFull(int rows)
    {
        if (_used < rows)
            return false;
        foreach (var slice in _slices.First(rows))
            if (!slice.IsSet)
                return false;
        return true;
    }

    public override void Unset(int row)
    {
        if (row < _used)
            _slices[row] = default;
    }

    /// <summary>Sets a row.</summary>
    public void Set(int row, ReadOnlySpan<byte> text)
    {
        if (text.Length > TextHash.Padding)
        {
            Set(row, ref MemoryMarshal.GetReference(text), text.Length);
            return;
        }

        Span<byte> padded = stackalloc byte[2 * TextHash.Padding];
        text.CopyTo(padded);
        Set(row, ref MemoryMarshal.GetReference(padded), text.Length);
    }

    /// <summary>Sets a row to a text with <see cref="TextHash.Padding"/> readable bytes after it, if it is not longer than those.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(int row, ref byte text, int length)
    {
        _slices.Fit(row, 1024);
        _setCount++;
        _used = Math.Max(_used, row + 1);
        if (_isPlain)
        {
            _slices[row] = Keep(ref text, length);
            return;
        }

        // Many columns say the same as in the record before: that needs no look into the dictionary.
        if (length > TextHash.Padding)
        {
            var found = Find(ref text, length);
            _slices[row] = found >= 0 ? new Slice(found, 0) : Keep(ref text, length);
            return;
        }

        var head = TextHash.Head(ref text, length);
        if (length != _lastLength || head != _lastHead)
        {
            var found = FindShort(ref text, length, head);
            if (found < 0)
            {
                _slices[row] = Keep(ref text, length);
                return;
            }

            (_lastHead, _lastLength, _lastCode) = (head, length, found);
        }

        _slices[row] = new Slice(_lastCode, 0);
    }

    public override void Clear()
    {
        _slices.First(_used).Clear();
        if (_distinctCount > 0)
            _entries.First(_entries.Capacity).Clear();
        (_heapLength, _used, _distinctCount, _setCount, _lastLength) = (0, 0, 0, 0, -1);
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
    /// <param name="sources">The column in each buffer that rows come from.</param>
    /// <param name="order">Which rows, in which order.</param>
    /// <param name="rule">What becomes of the values; null: they stay.</param>
    /// <param name="scratch">Memory for the result.</param>
    /// <param name="keys">Of the values of maps: the columns of their keys, which the rule is asked about.</param>
    public static Gathered GatherPlain(
        ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, FieldRule? rule, GatherScratch scratch, ReadOnlySpan<Column> keys = default)
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
            var ruleOfRow = rule is null || keys.IsEmpty ? rule : rule.OfKey(((TextColumn)keys[source])[row]);
            if (sources[source].Has(row) && TryApply(ruleOfRow, rule is not null, ((TextColumn)sources[source])[row], output, out var text))
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
        var (bits, nulls) = scratch.IsFull ? (Memory<byte>.Empty, 0) : (scratch.Bits(order.Length), 0);
        for (var i = 0; i < order.Length; i++)
        {
            var (source, row) = order[i];
            var column = (TextColumn)sources[source];
            if (bits.IsEmpty || column.Has(row))
            {
                var own = column._slices[row].Start;
                ref var code = ref codes[starts[source] + own];
                if (code == -1)
                    code = merged.CodeOf(column.Bytes(column._distinct[own]));
                indices[i] = code;
                if (code < 0 && bits.IsEmpty)
                    bits = MarkAll(scratch.Bits(order.Length), i);
                if (!bits.IsEmpty && code >= 0)
                    bits.Span[i >> 3] |= (byte)(1 << (i & 7));
                if (code >= 0)
                    continue;
            }

            indices[i] = 0;
            nulls++;
        }

        var (dictionary, min, max) = merged.Build(scratch);
        var codesArray = new Int32Array(new ArrayData(
            Int32Type.Default, order.Length, nulls, 0,
            [nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(bits), new ArrowBuffer(scratch.Values(order.Length * sizeof(int)))]));
        return new Gathered(
            new DictionaryArray(Codes, codesArray, dictionary),
            min is null ? NoBounds(nulls) : new ColumnStatistics(min, max, nulls));
    }

    static Memory<byte> MarkAll(Memory<byte> bits, int rows)
    {
        for (var row = 0; row < rows; row++)
            bits.Span[row >> 3] |= (byte)(1 << (row & 7));
        return bits;
    }

    static bool TryApply(FieldRule? rule, bool isWritten, ReadOnlySpan<byte> value, ArrayBufferWriter<byte> output, out ReadOnlySpan<byte> text)
    {
        text = value;
        if (rule is { Drops: true })
            return false;
        if (!isWritten)
            return true;
        var before = output.WrittenCount;
        if (rule is null)
            output.Write(value);
        else if (!rule.TryWrite(value, output))
            return false;
        text = output.WrittenSpan[before..];
        return true;
    }

    ReadOnlySpan<byte> Bytes(Slice slice) => _heap.First(_heapLength).Slice(slice.Start, slice.Length);

    Slice Keep(ref byte text, int length)
    {
        _heap.Fit(_heapLength + (long)length + TextHash.Padding, 4096);
        TextHash.Copy(ref text, ref _heap[_heapLength], length);
        var slice = new Slice(_heapLength, length);
        _heapLength += length;
        return slice;
    }

    /// <summary>The code of a text, which is added when it is new; -1 when the column has just become plain.</summary>
    int Find(ref byte text, int length)
    {
        if (_distinctCount * 2 >= _entries.Capacity)
            Rehash();
        var hash = TextHash.Of(ref text, length);
        var mask = (uint)_entries.Capacity - 1;
        for (var probe = 0u; probe < ProbesMax; probe++)
        {
            ref var entry = ref _entries[(int)((hash + probe) & mask)];
            if (entry.Code == 0)
                return AddOrStop(ref text, length, hash, ref entry);
            if (entry.Hash == hash && entry.Length == length && TextHash.AreEqual(ref _heap[entry.Start], ref text, length))
                return entry.Code - 1;
        }

        return BecomePlain();
    }

    /// <summary>As <see cref="Find"/>, of a text whose first 32 bytes are all of it. The dictionary has half of them, which mostly is enough.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int FindShort(ref byte text, int length, Vector256<byte> head)
    {
        if (_distinctCount * 2 >= _entries.Capacity)
            Rehash();
        var hash = TextHash.OfHead(head, length);
        var mask = (uint)_entries.Capacity - 1;
        for (var probe = 0u; probe < ProbesMax; probe++)
        {
            ref var entry = ref _entries[(int)((hash + probe) & mask)];
            if (entry.Code == 0)
                return AddOrStop(ref text, length, hash, ref entry);
            if (entry.Head == head.GetLower() && entry.Length == length
                && (length <= Vector128<byte>.Count || TextHash.AreEqual(ref _heap[entry.Start], ref text, length)))
                return entry.Code - 1;
        }

        return BecomePlain();
    }

    int AddOrStop(ref byte text, int length, uint hash, ref Entry entry)
    {
        if (_heapLength + length > DictionaryBytesMax || (_distinctCount > DistinctMin && _distinctCount * 4 > _setCount * 3))
            return BecomePlain();
        var slice = Keep(ref text, length);
        _distinct[_distinctCount++] = slice;
        entry = new Entry
        {
            Head = TextHash.Head(ref text, Math.Min(length, TextHash.Padding)).GetLower(),
            Hash = hash,
            Start = slice.Start,
            Length = length,
            Code = _distinctCount,
        };
        return _distinctCount - 1;
    }

    void Rehash()
    {
        var old = _entries;
        _entries = default;
        _entries.Fit(Math.Max(64, old.Capacity * 2) - 1, 0);
        _distinct.Fit(_entries.Capacity - 1, 0);
        _heap.Fit(TextHash.Padding, 4096);
        var mask = (uint)_entries.Capacity - 1;
        foreach (var entry in old.First(old.Capacity))
        {
            if (entry.Code == 0)
                continue;
            var place = entry.Hash & mask;
            while (_entries[(int)place].Code != 0)
                place = (place + 1) & mask;
            _entries[(int)place] = entry;
        }
    }

    int BecomePlain()
    {
        for (var row = 0; row < _used; row++)
            if (_slices[row].IsSet)
                _slices[row] = _distinct[_slices[row].Start];
        _isPlain = true;
        _entries.First(_entries.Capacity).Clear();
        (_distinctCount, _lastLength) = (0, -1);
        return -1;
    }

    /// <summary>Where a text stands in the heap; of a column with codes the code alone. A row that was not set has neither.</summary>
    readonly struct Slice(int start, int length)
    {
        // One more than the length: 0 is a row that was not set.
        readonly int _lengthAndOne = length + 1;

        public int Start { get; } = start;

        public int Length => _lengthAndOne - 1;

        public bool IsSet => _lengthAndOne != 0;
    }

    /// <summary>A text of the dictionary: the code is one more than that of the rows, so that 0 is an empty entry.</summary>
    struct Entry
    {
        public Vector128<byte> Head;
        public uint Hash;
        public int Start;
        public int Length;
        public int Code;
    }
}
