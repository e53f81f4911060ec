using System.Buffers;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Varve.Delta.Columns;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>Reads one Parquet file of a checkpoint: its files into segments, a segment for each row group, its other actions as objects. Delta protocol: "Checkpoint Schema".</summary>
static class CheckpointSegments
{
    // A leaf that every action of the kind has.
    static readonly string[] OtherWitnesses =
        ["txn.appId", "metaData.id", "protocol.minReaderVersion", "domainMetadata.domain", "sidecar.path", "checkpointMetadata.version"];

    static readonly string[] Others = ["txn", "metaData", "protocol", "domainMetadata", "sidecar", "checkpointMetadata"];

    /// <exception cref="VarveException">The file cannot be read: <see cref="FaultKind.Corrupt"/>.</exception>
    public static void Read(CheckpointContent content, byte[] bytes, string path, string table, string? address)
    {
        try
        {
            using var file = new CheckpointParquet(bytes);
            for (var group = 0; group < file.RowGroups; group++)
            {
                if (OtherWitnesses.Any(witness => file.MayHave(group, witness)))
                    foreach (var batch in file.Read(group, Others))
                        using (batch)
                            CheckpointReader.ReadBatch(batch, content.Lines);
                if (file.MayHave(group, "add.path"))
                    AddTo(content.Adds, new Reading(file, bytes, path, group, "add", "modificationTime", address).Read());
                if (file.MayHave(group, "remove.path"))
                    AddTo(content.Removes, new Reading(file, bytes, path, group, "remove", "deletionTimestamp", address).Read());
            }
        }
        catch (Exception fault) when (fault is not (VarveException or OperationCanceledException))
        {
            throw new VarveException(FaultKind.Corrupt, $"The checkpoint {path} of {table} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>The actions that are not about files. What the Parquet library throws is passed on.</summary>
    public static List<Actions.LogLine> ReadOthers(Stream content)
    {
        var lines = new List<Actions.LogLine>();
        using var file = new CheckpointParquet(content);
        for (var group = 0; group < file.RowGroups; group++)
            if (OtherWitnesses.Any(witness => file.MayHave(group, witness)))
                foreach (var batch in file.Read(group, Others))
                    using (batch)
                        CheckpointReader.ReadBatch(batch, lines);
        return lines;
    }

    static void AddTo(List<FileSegment> segments, FileSegment segment)
    {
        if (segment.Count > 0)
            segments.Add(segment);
    }

    /// <summary>One kind of file action of one row group on its way into columns.</summary>
    // HOT PATH: bench/Varve.Load/DeltaBenchmark.cs, checkpoint; no object for each row.
    sealed class Reading(CheckpointParquet file, byte[] bytes, string path, int group, string column, string timeField, string? address)
    {
        readonly ArrayBufferWriter<byte> _keys = new();
        readonly List<int> _ends = [];
        readonly List<long> _sizes = [];
        readonly List<long> _times = [];
        readonly List<int> _partitionOf = [];
        readonly List<PartitionTuple> _partitions = [];
        readonly Dictionary<string, int> _partitionIds = [];
        readonly List<int> _rows = [];
        List<string?>? _vectors;
        bool _hasGaps;

        public FileSegment Read()
        {
            var first = 0;
            foreach (var batch in file.Read(group, $"{column}.path", $"{column}.size", $"{column}.{timeField}", $"{column}.partitionValues", $"{column}.deletionVector"))
                using (batch)
                {
                    if (CheckpointReader.Column(batch, column) is { } actions)
                        Take(actions, first);
                    first += batch.Length;
                }

            if (_partitions.Count == 0)
                _partitions.Add(PartitionTuple.Empty);
            return new FileSegment
            {
                Keys = new KeyColumn(_keys.WrittenSpan.ToArray(), [.. _ends]),
                Sizes = [.. _sizes],
                Times = [.. _times],
                Partitions = [.. _partitions],
                PartitionOf = _partitions.Count == 1 ? null : [.. _partitionOf],
                Vectors = _vectors is null ? null : [.. _vectors],
                Actions = new CheckpointRows(bytes, path, group, column, _hasGaps ? [.. _rows] : null),
            };
        }

        void Take(StructArray actions, int first)
        {
            var paths = CheckpointReader.Child<StringArray>(actions, "path") ?? throw new InvalidDataException($"its {column} actions have no path.");
            var sizes = CheckpointReader.Child<Int64Array>(actions, "size");
            var times = CheckpointReader.Child<Int64Array>(actions, timeField);
            var partitions = CheckpointReader.Child<MapArray>(actions, "partitionValues");
            var vectors = CheckpointReader.Child<StructArray>(actions, "deletionVector");
            var tuples = new TupleReader(this, partitions);
            for (var row = 0; row < actions.Length; row++)
            {
                if (actions.IsNull(row))
                {
                    _hasGaps = true;
                    continue;
                }

                if (paths.IsNull(row))
                    throw new InvalidDataException("an action has no path.");
                _keys.Write(FileKey.Decode(paths.GetBytes(row), address));
                _ends.Add(_keys.WrittenCount);
                _sizes.Add(sizes?.GetValue(row) ?? 0);
                _times.Add(times?.GetValue(row) ?? 0);
                _partitionOf.Add(tuples.IdOf(row));
                _rows.Add(first + row);
                TakeVector(vectors, row);
            }
        }

        void TakeVector(StructArray? vectors, int row)
        {
            var id = vectors is null ? null : CheckpointReader.ReadVector(vectors, row)?.UniqueId;
            if (id is not null && _vectors is null)
                _vectors = [.. Enumerable.Repeat<string?>(null, _rows.Count - 1)];
            _vectors?.Add(id);
        }

        int IdOf(PartitionTuple tuple)
        {
            ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(_partitionIds, tuple.Key, out var exists);
            if (!exists)
            {
                id = _partitions.Count;
                _partitions.Add(tuple);
            }

            return id;
        }

        /// <summary>Numbers partition values; rows that follow each other mostly have the same.</summary>
        ref struct TupleReader(Reading reading, MapArray? maps)
        {
            readonly StringArray? _keys = (StringArray?)maps?.Keys;
            readonly StringArray? _values = (StringArray?)maps?.Values;
            int _lastRow = -1;
            int _lastId;

            public int IdOf(int row)
            {
                if (_lastRow >= 0 && IsSame(row, _lastRow))
                    return _lastId;
                (_lastRow, _lastId) = (row, reading.IdOf(Tuple(row)));
                return _lastId;
            }

            readonly PartitionTuple Tuple(int row)
            {
                if (maps is null || maps.IsNull(row))
                    return PartitionTuple.Empty;
                var values = new Dictionary<string, string?>();
                for (var index = maps.ValueOffsets[row]; index < maps.ValueOffsets[row + 1]; index++)
                    values[_keys!.GetString(index)] = _values!.GetString(index);
                return new PartitionTuple(values);
            }

            readonly bool IsSame(int row, int other)
            {
                if (maps is null)
                    return true;
                if (maps.IsNull(row) || maps.IsNull(other))
                    return maps.IsNull(row) == maps.IsNull(other);
                var offsets = maps.ValueOffsets;
                var count = offsets[row + 1] - offsets[row];
                if (count != offsets[other + 1] - offsets[other])
                    return false;
                for (var index = 0; index < count; index++)
                {
                    var (a, b) = (offsets[row] + index, offsets[other] + index);
                    if (!_keys!.GetBytes(a).SequenceEqual(_keys.GetBytes(b)) || _values!.IsNull(a) != _values.IsNull(b)
                        || !_values.GetBytes(a).SequenceEqual(_values.GetBytes(b)))
                        return false;
                }

                return true;
            }
        }
    }
}
