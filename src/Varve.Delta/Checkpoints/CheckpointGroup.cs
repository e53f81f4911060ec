using System.Buffers;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Varve.Delta.Columns;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>One kind of file action of one row group on its way into columns.</summary>
// HOT PATH: bench/Varve.Load/DeltaBenchmark.cs, checkpoint; no object for each row.
sealed class CheckpointGroup(byte[] bytes, string path, int group, string column, string? address) : ISegmentColumns
{
    const int InitialKeyBytes = 1 << 16;

    /// <summary>All columns, now.</summary>
    public FileSegment Read(CheckpointParquet file)
    {
        var taking = new Taking(checked((int)file.RowsOf(group)), address, withKeys: true, withPartitions: true);
        Take(file, taking, "path", "size", "partitionValues", "deletionVector");
        return new FileSegment(taking.Keys, taking.Partitions)
        {
            Sizes = taking.Sizes,
            Vectors = taking.Vectors,
            Actions = new CheckpointRows(bytes, path, group, column, taking.Rows),
        };
    }

    /// <summary>The sizes now, the other columns when they are asked for.</summary>
    public FileSegment ReadLater(CheckpointParquet file)
    {
        var taking = new Taking(checked((int)file.RowsOf(group)), address, withKeys: false, withPartitions: false);
        Take(file, taking, "size");
        return new FileSegment(taking.Sizes.Length, this)
        {
            Sizes = taking.Sizes,
            Vectors = null,
            Actions = new CheckpointRows(bytes, path, group, column, rows: null),
        };
    }

    public KeyColumn ReadKeys() => Reread(withKeys: true, "path").Keys;

    public PartitionColumn ReadPartitions() => Reread(withKeys: false, "partitionValues").Partitions;

    Taking Reread(bool withKeys, string leaf)
    {
        try
        {
            using var file = new CheckpointParquet(bytes);
            var taking = new Taking(checked((int)file.RowsOf(group)), address, withKeys, withPartitions: !withKeys);
            Take(file, taking, leaf);
            return taking;
        }
        catch (Exception fault) when (fault is not (VarveException or OperationCanceledException))
        {
            throw new VarveException(FaultKind.Corrupt, $"The checkpoint {path} cannot be read: {fault.Message}", fault);
        }
    }

    void Take(CheckpointParquet file, Taking taking, params string[] leaves)
    {
        var first = 0;
        foreach (var batch in file.Read(group, System.Array.ConvertAll(leaves, leaf => $"{column}.{leaf}")))
            using (batch)
            {
                if (CheckpointReader.Column(batch, column) is { } actions)
                    taking.Take(actions, first);
                first += batch.Length;
            }

        if (first != file.RowsOf(group))
            throw new InvalidDataException($"its row group {group} holds {first} rows and its footer states {file.RowsOf(group)}.");
    }

    /// <summary>Columns as they fill.</summary>
    sealed class Taking(int rows, string? address, bool withKeys, bool withPartitions)
    {
        readonly ArrayBufferWriter<byte> _keys = new(InitialKeyBytes);
        readonly List<PartitionTuple> _tuples = [];
        readonly Dictionary<string, int> _tupleIds = [];
        readonly int[] _ends = new int[rows];
        readonly long[] _sizes = new long[rows];
        readonly int[] _partitionOf = new int[rows];
        List<string?>? _vectors;
        List<int>? _rows;
        int _count;

        public KeyColumn Keys => new(_keys.WrittenSpan.ToArray(), Filled(_ends));

        public long[] Sizes => Filled(_sizes);

        public PartitionColumn Partitions => _tuples.Count == 0
            ? new PartitionColumn([PartitionTuple.Empty], null)
            : new PartitionColumn([.. _tuples], _tuples.Count == 1 ? null : Filled(_partitionOf));

        public string?[]? Vectors => _vectors is null ? null : [.. _vectors];

        /// <summary>The row of the group for each row that was taken; null when they are the same.</summary>
        public int[]? Rows => _rows is null ? null : [.. _rows];

        T[] Filled<T>(T[] values) => _count == values.Length ? values : values[.._count];

        public void Take(StructArray actions, int first)
        {
            var paths = CheckpointReader.Child<StringArray>(actions, "path");
            if (withKeys && paths is null)
                throw new InvalidDataException("its actions have no path.");
            var sizes = CheckpointReader.Child<Int64Array>(actions, "size");
            var partitions = CheckpointReader.Child<MapArray>(actions, "partitionValues");
            var vectors = CheckpointReader.Child<StructArray>(actions, "deletionVector");
            var tuples = new TupleReader(this, partitions);
            var isWhole = actions.NullCount == 0 && (paths is null || paths.NullCount == 0);
            var isPlain = isWhole && (paths is null || TryTakePlainKeys(paths));
            if (!isWhole || first != _count)
                _rows ??= [.. Enumerable.Range(0, _count)];
            var plainSizes = sizes is { NullCount: 0 } ? sizes.Values : [];
            for (var row = 0; row < actions.Length; row++)
            {
                if (!isWhole && actions.IsNull(row))
                    continue;
                if (!isPlain)
                    TakeKey(paths!, row);
                _sizes[_count] = plainSizes.IsEmpty ? sizes?.GetValue(row) ?? 0 : plainSizes[row];
                if (withPartitions)
                    _partitionOf[_count] = tuples.IdOf(row);
                _rows?.Add(first + row);
                if (vectors is not null)
                    TakeVector(vectors, row);
                _count++;
            }
        }

        void TakeKey(StringArray paths, int row)
        {
            if (paths.IsNull(row))
                throw new InvalidDataException("an action has no path.");
            _keys.Write(FileKey.Decode(paths.GetBytes(row), address));
            _ends[_count] = _keys.WrittenCount;
        }

        /// <summary>Takes all paths at once when none is encoded or an address.</summary>
        bool TryTakePlainKeys(StringArray paths)
        {
            var offsets = paths.ValueOffsets;
            var all = paths.ValueBuffer.Span[offsets[0]..offsets[paths.Length]];
            if (all.IndexOfAny((byte)'%', (byte)':') >= 0)
                return false;
            var bytes = paths.ValueBuffer.Span;
            for (var row = 0; row < paths.Length; row++)
                if (offsets[row + 1] == offsets[row] || bytes[offsets[row]] == '/')
                    return false;
            var shift = _keys.WrittenCount - offsets[0];
            _keys.Write(all);
            for (var row = 0; row < paths.Length; row++)
                _ends[_count + row] = offsets[row + 1] + shift;
            return true;
        }

        void TakeVector(StructArray vectors, int row)
        {
            var id = CheckpointReader.ReadVector(vectors, row)?.UniqueId;
            if (id is not null && _vectors is null)
                _vectors = [.. Enumerable.Repeat<string?>(null, _count)];
            _vectors?.Add(id);
        }

        int IdOf(PartitionTuple tuple)
        {
            ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(_tupleIds, tuple.Key, out var exists);
            if (!exists)
            {
                id = _tuples.Count;
                _tuples.Add(tuple);
            }

            return id;
        }

        /// <summary>Numbers partition values; rows that follow each other mostly have the same.</summary>
        ref struct TupleReader
        {
            readonly Taking _taking;
            readonly MapArray? _maps;
            readonly StringArray? _keys;
            readonly StringArray? _values;
            readonly bool _hasNulls;
            readonly ReadOnlySpan<int> _offsets;
            readonly Texts _keyTexts;
            readonly Texts _valueTexts;
            int _lastRow;
            int _lastId;

            public TupleReader(Taking taking, MapArray? maps)
            {
                (_taking, _maps, _lastRow) = (taking, maps, -1);
                if (maps is null)
                    return;
                (_keys, _values) = ((StringArray)maps.Keys, (StringArray)maps.Values);
                _offsets = maps.ValueOffsets;
                _keyTexts = new Texts(_keys);
                _valueTexts = new Texts(_values);
                _hasNulls = maps.NullCount > 0 || _values.NullCount > 0;
            }

            public int IdOf(int row)
            {
                if (_lastRow >= 0 && IsSame(row, _lastRow))
                    return _lastId;
                (_lastRow, _lastId) = (row, _taking.IdOf(Tuple(row)));
                return _lastId;
            }

            readonly PartitionTuple Tuple(int row)
            {
                if (_maps is null || _maps.IsNull(row))
                    return PartitionTuple.Empty;
                var values = new Dictionary<string, string?>();
                for (var index = _offsets[row]; index < _offsets[row + 1]; index++)
                    values[_keys!.GetString(index)] = _values!.GetString(index);
                return new PartitionTuple(values);
            }

            readonly bool IsSame(int row, int other)
            {
                if (_maps is null)
                    return true;
                if (_hasNulls)
                    return IsSameWithNulls(row, other);
                var (first, count) = (_offsets[row], _offsets[row + 1] - _offsets[row]);
                if (count != _offsets[other + 1] - _offsets[other])
                    return false;
                for (var index = 0; index < count; index++)
                    if (!_valueTexts[first + index].SequenceEqual(_valueTexts[_offsets[other] + index])
                        || !_keyTexts[first + index].SequenceEqual(_keyTexts[_offsets[other] + index]))
                        return false;
                return true;
            }

            readonly bool IsSameWithNulls(int row, int other)
            {
                if (_maps!.IsNull(row) || _maps.IsNull(other))
                    return _maps.IsNull(row) == _maps.IsNull(other);
                var count = _offsets[row + 1] - _offsets[row];
                if (count != _offsets[other + 1] - _offsets[other])
                    return false;
                for (var index = 0; index < count; index++)
                {
                    var (a, b) = (_offsets[row] + index, _offsets[other] + index);
                    if (!_keyTexts[a].SequenceEqual(_keyTexts[b]) || _values!.IsNull(a) != _values.IsNull(b) || !_valueTexts[a].SequenceEqual(_valueTexts[b]))
                        return false;
                }

                return true;
            }
        }

        /// <summary>The bytes of an array of texts, without the checks of each access.</summary>
        readonly ref struct Texts(StringArray array)
        {
            readonly ReadOnlySpan<int> _offsets = array.ValueOffsets;
            readonly ReadOnlySpan<byte> _bytes = array.ValueBuffer.Span;

            public ReadOnlySpan<byte> this[int index] => _bytes[_offsets[index].._offsets[index + 1]];
        }
    }
}
