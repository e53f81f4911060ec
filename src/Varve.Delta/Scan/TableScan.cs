using System.Runtime.CompilerServices;
using Apache.Arrow;
using ParquetSharp.Arrow;
using Varve.Delta.Actions;
using Varve.Delta.Files;
using Varve.Delta.Pruning;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Scan;

/// <summary>
/// Reads the rows of a snapshot: one file after the other, a batch at a time. A file in a folder of this machine is read from there;
/// of any other store, one whole file is in memory at a time.
/// </summary>
public sealed class TableScan
{
    /// <summary>The most rows of a batch.</summary>
    public const int BatchRowsMax = 16_384;

    readonly IObjectStore _store;
    readonly string _root;
    readonly string _address;
    readonly Snapshot _snapshot;
    readonly IReadOnlyList<DeltaField> _fields;
    readonly ColumnMapping _mapping;
    readonly Gather _gather;

    /// <param name="store">The store of the table.</param>
    /// <param name="root">The table's folder in it.</param>
    /// <param name="snapshot">The version to read.</param>
    /// <param name="columns">The columns to read, in this order, or null for all of the table.</param>
    /// <exception cref="VarveException">The snapshot uses what this version cannot read, or has no such column.</exception>
    public TableScan(IObjectStore store, string root, Snapshot snapshot, IReadOnlyList<string>? columns = null)
    {
        (_store, _root, _snapshot, _mapping) = (store, root, snapshot, ColumnMapping.Of(snapshot));
        _address = TablePath.AddressOf(store, root);
        _gather = new Gather(_mapping);
        _fields = columns is null ? snapshot.Schema.Fields : [.. columns.Select(Field)];
        Columns = new TableSchema(_fields);
        Schema = ArrowSchema.Of(Columns);
    }

    /// <summary>The columns of every batch, in the table's types.</summary>
    public TableSchema Columns { get; }

    /// <summary>The schema of every batch.</summary>
    public Apache.Arrow.Schema Schema { get; }

    /// <summary>All rows, in the order of the files' paths. The caller disposes of each batch.</summary>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (_, file) in _snapshot.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
            await foreach (var batch in ReadFileAsync(file, cancellationToken))
                yield return batch;
    }

    /// <summary>
    /// The rows for which the predicate is true, in the order of the files' paths. Files that cannot hold one are not opened. The caller
    /// disposes of each batch.
    /// </summary>
    /// <exception cref="VarveException">The predicate does not suit the table's columns; a file is missing or damaged.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(Predicate predicate, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = new RowFilter(predicate, _snapshot.Schema);
        var wide = WithColumns(filter.Columns);
        foreach (var file in new FilePruner(_snapshot, predicate).Plan().Files.OrderBy(file => file.Path, StringComparer.Ordinal))
            await foreach (var batch in (file.IsWhole ? this : wide).ReadFileAsync(file.File, cancellationToken))
            {
                if (file.IsWhole)
                {
                    yield return batch;
                    continue;
                }

                using (batch)
                    if (filter.Select(batch) is { Length: > 0 } rows)
                        yield return Project(batch, rows);
            }
    }

    /// <summary>The number of rows for which the predicate is true, from the log where it tells and from the files where it does not.</summary>
    /// <exception cref="VarveException">The predicate does not suit the table's columns; a file is missing or damaged.</exception>
    public async Task<ScanCount> CountAsync(Predicate predicate, CancellationToken cancellationToken)
    {
        var filter = new RowFilter(predicate, _snapshot.Schema);
        var scan = new TableScan(_store, _root, _snapshot, [.. filter.Columns]);
        var plan = new FilePruner(_snapshot, predicate).Plan();
        var (rows, byMetadata) = (0L, 0);
        foreach (var file in plan.Files)
        {
            if (file.Verdict.Rows is { } known)
            {
                rows += known;
                byMetadata++;
                continue;
            }

            await foreach (var batch in scan.ReadFileAsync(file.File, cancellationToken))
                using (batch)
                    rows += filter.Count(batch);
        }

        return new ScanCount(rows, plan.FilesTotal, plan.Files.Count - byMetadata, plan.FilesSkipped, byMetadata) { Reasons = plan.Reasons };
    }

    /// <summary>The rows of one live file of the snapshot. The caller disposes of each batch.</summary>
    /// <exception cref="VarveException">The file is missing or damaged.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadFileAsync(AddFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = TablePath.InStore(_root, _address, file.Path);
        var deleted = file.DeletionVector is { } descriptor
            ? await DeletionVectorFile.LoadAsync(_store, _root, descriptor, cancellationToken)
            : null;
        var partition = PartitionOf(file, path);
        await using var content = await OpenAsync(path, cancellationToken);
        using var batches = ReadBatches(content, path, partition, deleted).GetEnumerator();
        while (Next(batches, path) is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return batch;
        }
    }

    /// <summary>The value that a file of the partition has in each partition column, as an array of one; by the column's name.</summary>
    internal Dictionary<string, IArrowArray> PartitionOf(AddFile file, string path)
    {
        var values = new Dictionary<string, IArrowArray>(StringComparer.Ordinal);
        foreach (var name in _snapshot.Metadata.PartitionColumns)
        {
            var field = Field(name);
            LoggedFacts.TryGetPartitionText(file.PartitionValues, _mapping.PhysicalName(field), out var text);
            try
            {
                values[field.Name] = _gather.Take(PartitionValue.Parse(text, field.Type), [0], field.Type);
            }
            catch (Exception fault) when (fault is FormatException or OverflowException or InvalidDataException)
            {
                throw new VarveException(FaultKind.Corrupt, $"The partition value '{text}' of the column '{name}' of {path} cannot be read: {fault.Message}.", fault);
            }
        }

        return values;
    }

    /// <summary>The same scan with these columns after its own.</summary>
    TableScan WithColumns(IEnumerable<string> columns) =>
        new(_store, _root, _snapshot, [.. _fields.Select(field => field.Name).Union(columns.Select(name => Field(name).Name))]);

    /// <summary>Rows of a batch that starts with the columns of this scan.</summary>
    RecordBatch Project(RecordBatch batch, int[] rows)
    {
        // Names in the batch are those of the schema.
        var gather = new Gather(new ColumnMapping(ColumnMappingMode.None));
        return new RecordBatch(Schema, _fields.Select((field, index) => gather.Take(batch.Column(index), rows, field.Type)), rows.Length);
    }

    DeltaField Field(string name) =>
        _snapshot.Schema.Fields.FirstOrDefault(field => field.Name == name)
        ?? _snapshot.Schema.Fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new VarveException(FaultKind.Invalid, $"The table {_root} has no column '{name}'.");

    async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (_store.LocalPath(path) is { } local && File.Exists(local))
            return new FileStream(local, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = await _store.ReadAsync(path, cancellationToken)
            ?? throw new VarveException(FaultKind.Corrupt, $"The data file {path} is missing.");
        return new MemoryStream(content, writable: false);
    }

    /// <summary>The next batch, or null at the end. What the Parquet library throws has no common type: all of it means that the file cannot be read.</summary>
    static RecordBatch? Next(IEnumerator<RecordBatch> batches, string path)
    {
        try
        {
            return batches.MoveNext() ? batches.Current : null;
        }
        catch (Exception fault) when (fault is not (VarveException or OperationCanceledException))
        {
            throw new VarveException(FaultKind.Corrupt, $"The data file {path} cannot be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    IEnumerable<RecordBatch> ReadBatches(Stream content, string path, Dictionary<string, IArrowArray> partition, DeletionVector? deleted)
    {
        using var properties = ParquetFile.ReaderProperties();
        properties.BatchSize = BatchRowsMax;
        // Years far from 1970 do not fit nanoseconds.
        properties.CoerceInt96TimestampUnit = Apache.Arrow.Types.TimeUnit.Microsecond;
        using var reader = new FileReader(content, arrowProperties: properties, leaveOpen: true);
        var rows = reader.ParquetReader.FileMetaData.NumRows;
        if (deleted is not null && deleted.LastRow >= rows)
            throw new VarveException(FaultKind.Corrupt, $"The deletion vector of {path} names row {deleted.LastRow}, and the file has {rows} rows.");
        var columns = LeavesOf(reader, partition);
        var row = 0L;
        if (columns.Length == 0)
        {
            // Nothing of the file is wanted but the number of its rows.
            for (; row < rows; row += BatchRowsMax)
                if (ToBatch(null, (int)Math.Min(BatchRowsMax, rows - row), row, partition, deleted) is { } batch)
                    yield return batch;
            yield break;
        }

        using var batches = reader.GetRecordBatchReader(columns: columns);
        while (batches.ReadNextRecordBatchAsync().AsTask().GetAwaiter().GetResult() is { } source)
            using (source)
            {
                if (ToBatch(source, source.Length, row, partition, deleted) is { } batch)
                    yield return batch;
                row += source.Length;
            }

        if (row != rows)
            throw new InvalidDataException($"it holds {row} rows and its footer states {rows}");
    }

    /// <summary>The Parquet columns under the columns that are wanted: what else is in the file is not decoded.</summary>
    int[] LeavesOf(FileReader reader, Dictionary<string, IArrowArray> partition)
    {
        var fields = reader.Schema.FieldsList;
        var wanted = _fields.Where(field => !partition.ContainsKey(field.Name)).Select(field => _mapping.Find(field, fields)).Where(index => index >= 0).ToHashSet();
        var leaves = new List<int>();
        var next = 0;
        for (var index = 0; index < fields.Count; index++)
        {
            var count = ParquetFile.LeafCount(fields[index].DataType);
            if (wanted.Contains(index))
                leaves.AddRange(Enumerable.Range(next, count));
            next += count;
        }

        return [.. leaves];
    }

    RecordBatch? ToBatch(RecordBatch? source, int length, long firstRow, Dictionary<string, IArrowArray> partition, DeletionVector? deleted)
    {
        var kept = Kept(length, firstRow, deleted);
        if (kept.Length == 0)
            return null;
        var columns = new List<IArrowArray>(_fields.Count);
        int[]? zeros = null;
        foreach (var field in _fields)
        {
            if (partition.TryGetValue(field.Name, out var value))
            {
                columns.Add(_gather.Take(value, zeros ??= new int[kept.Length], field.Type));
                continue;
            }

            var index = source is null ? -1 : _mapping.Find(field, source.Schema.FieldsList);
            try
            {
                columns.Add(_gather.Take(index < 0 ? null : source!.Column(index), kept, field.Type));
            }
            catch (Exception fault) when (fault is InvalidDataException or OverflowException)
            {
                throw new InvalidDataException($"its column '{field.Name}': {fault.Message}", fault);
            }
        }

        return new RecordBatch(Schema, columns, kept.Length);
    }

    static int[] Kept(int length, long firstRow, DeletionVector? deleted)
    {
        var kept = new List<int>(length);
        for (var row = 0; row < length; row++)
            if (deleted is null || !deleted.Contains(firstRow + row))
                kept.Add(row);
        return [.. kept];
    }
}
