using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Varve.Storage;

namespace Varve.Delta.Columns;

/// <summary>A segment that still takes rows.</summary>
// HOT PATH: bench/Varve.Load/DeltaBenchmark.cs, replay; no object for each row.
sealed class OpenSegment(bool vectorCounts, string table)
{
    const int KeyBytesMax = 1 << 30;
    const int KeyBytesMin = 4096;

    readonly KeyIndex _index = new(0);
    readonly List<long> _sizes = [];
    readonly List<int> _ends = [];
    readonly List<int> _partitionOf = [];
    readonly List<PartitionTuple> _partitions = [];
    readonly Dictionary<byte[], int> _partitionIds = new(TextComparer.Instance);
    readonly List<int> _lineStarts = [];
    readonly List<int> _lineEnds = [];
    readonly List<(byte[] Text, int Rows)> _texts = [];
    readonly HashSet<int> _dead = [];
    byte[] _keys = new byte[KeyBytesMin];
    int _keyBytes;
    List<string?>? _vectors;
    int _lastPartition = -1;
    byte[] _lastPartitionText = [];
    long _deadBytes;

    public int Count => _sizes.Count - _dead.Count;

    public bool IsFull => _sizes.Count >= KeyIndex.RowsMax || _keyBytes > KeyBytesMax;

    public string? VectorAt(int row) => _vectors?[row];

    /// <summary>Adds a row. True when it takes the place of one of its key.</summary>
    public bool Put(in FileRow row, ulong hash)
    {
        var number = _sizes.Count;
        Append(row.Key);
        _sizes.Add(row.Size);
        _partitionOf.Add(PartitionId(row.Partition));
        _lineStarts.Add(row.LineStart);
        _lineEnds.Add(row.LineEnd);
        if (row.Vector is not null && _vectors is null)
            _vectors = [.. Enumerable.Repeat<string?>(null, number)];
        _vectors?.Add(row.Vector);

        if (_index.IsFull)
            _index.Grow(known => FileKey.Hash(KeyAt(known)));
        var probe = _index.Start(hash);
        while (probe.Next())
            if (IsAt(probe.Row, row.Key, row.Vector))
            {
                var wasThere = MarkDead(probe.Row);
                probe.Replace(number);
                return wasThere;
            }

        _index.Add(hash, number);
        return false;
    }

    public bool Remove(ReadOnlySpan<byte> key, ulong hash, string? vector)
    {
        var row = Find(key, hash, vector);
        return row >= 0 && MarkDead(row);
    }

    /// <summary>The row of a key that is in, or -1.</summary>
    public int Find(ReadOnlySpan<byte> key, ulong hash, string? vector)
    {
        var probe = _index.Start(hash);
        while (probe.Next())
            if (IsAt(probe.Row, key, vector))
                return _dead.Contains(probe.Row) ? -1 : probe.Row;
        return -1;
    }

    /// <summary>Tells that the lines of the rows since the last call lie in this text.</summary>
    public void EndText(byte[] text)
    {
        if (_sizes.Count > (_texts.Count == 0 ? 0 : _texts[^1].Rows))
            _texts.Add((text, _sizes.Count));
    }

    public SegmentView Build()
    {
        var partitions = new PartitionColumn([.. _partitions], _partitions.Count == 1 ? null : [.. _partitionOf]);
        var segment = new FileSegment(new KeyColumn(_keys[.._keyBytes], [.. _ends]), partitions)
        {
            Sizes = [.. _sizes],
            Vectors = _vectors is null ? null : [.. _vectors],
            Actions = Lines(),
        };
        segment.SetIndex(_index);
        return new SegmentView(segment, DeadBits(), Count, _sizes.Sum() - _deadBytes);
    }

    bool MarkDead(int row)
    {
        if (!_dead.Add(row))
            return false;
        _deadBytes += _sizes[row];
        return true;
    }

    LineRows Lines()
    {
        var blocks = new List<LineBlock>(_texts.Count);
        var first = 0;
        foreach (var (text, rows) in _texts)
        {
            blocks.Add(LineBlock.Plain(text, [.. _lineStarts[first..rows]], [.. _lineEnds[first..rows]]));
            first = rows;
        }

        return LineRows.Concatenate(blocks, table);
    }

    ulong[]? DeadBits()
    {
        if (_dead.Count == 0)
            return null;
        var bits = new ulong[(_sizes.Count + SegmentView.BitsOfWord - 1) / SegmentView.BitsOfWord];
        foreach (var row in _dead)
            bits[row / SegmentView.BitsOfWord] |= 1UL << (row % SegmentView.BitsOfWord);
        return bits;
    }

    void Append(ReadOnlySpan<byte> key)
    {
        if (_keyBytes + key.Length > _keys.Length)
            Array.Resize(ref _keys, Math.Max(_keys.Length * 2, _keyBytes + key.Length));
        key.CopyTo(_keys.AsSpan(_keyBytes));
        _keyBytes += key.Length;
        _ends.Add(_keyBytes);
    }

    int PartitionId(ReadOnlySpan<byte> text)
    {
        if (_lastPartition >= 0 && text.SequenceEqual(_lastPartitionText))
            return _lastPartition;
        var lookup = _partitionIds.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(text, out var id))
        {
            id = _partitions.Count;
            _partitions.Add(PartitionTuple.Read(text) ?? throw new VarveException(FaultKind.Corrupt, $"A file of {table} has partition values that are no texts."));
            lookup[text] = id;
            (_lastPartition, _lastPartitionText) = (id, text.ToArray());
        }

        return id;
    }

    ReadOnlySpan<byte> KeyAt(int row)
    {
        var start = row == 0 ? 0 : _ends[row - 1];
        return _keys.AsSpan(start, CollectionsMarshal.AsSpan(_ends)[row] - start);
    }

    bool IsAt(int row, ReadOnlySpan<byte> key, string? vector) =>
        KeyAt(row).SequenceEqual(key) && (!vectorCounts || VectorAt(row) == vector);

    /// <summary>Texts by their bytes.</summary>
    sealed class TextComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static TextComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)FileKey.Hash(alternate);
    }
}
