using Apache.Arrow;
using Varve.Delta.Actions;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Files;

/// <summary>
/// Writes rows as data files of a table: one Parquet file for each partition that occurs, with statistics. A file belongs to the table when a commit adds
/// it; until then nobody sees it, and vacuum removes it in its time.
/// </summary>
/// <param name="store">The store of the table.</param>
/// <param name="root">The table's folder in it.</param>
/// <param name="state">The table.</param>
/// <param name="options">Clock and ids; defaults when null.</param>
public sealed class DataFileWriter(IObjectStore store, string root, TableState state, DeltaOptions? options = null)
{
    readonly DeltaOptions _options = options ?? new DeltaOptions();
    readonly IReadOnlyList<DeltaField> _partitionFields = [.. state.Metadata.PartitionColumns.Select(name => state.Schema.Fields.First(field => field.Name == name))];

    /// <summary>Stores the rows and gives the add actions for a commit.</summary>
    /// <param name="batch">
    /// The columns of the table by name, partition columns too, of the types of <see cref="ArrowSchema"/>. A column that may hold nulls can be left out.
    /// </param>
    /// <param name="cancellationToken">Stops between two files; those that are stored stay, unseen.</param>
    /// <exception cref="VarveException">
    /// A column is not the table's, of another type, missing, or has a null where the table allows none; or the table maps its columns
    /// (<see cref="FaultKind.Invalid"/>). Or the store does not answer.
    /// </exception>
    public async Task<IReadOnlyList<AddFile>> WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        var columns = ColumnsOf(batch);
        var adds = new List<AddFile>();
        foreach (var (values, rows) in Partitions(batch, columns))
            adds.Add(await WriteFileAsync(columns, values, rows, cancellationToken));
        return adds;
    }

    async Task<AddFile> WriteFileAsync(
        IReadOnlyList<(DeltaField Field, IArrowArray? Values)> columns, IReadOnlyDictionary<string, string?> values, int[] rows, CancellationToken cancellationToken)
    {
        var gather = new Gather(new ColumnMapping(ColumnMappingMode.None));
        var stored = columns.Where(column => column.Values is not null && !values.ContainsKey(column.Field.Name)).ToList();
        var schema = new TableSchema([.. stored.Select(column => column.Field)]);
        using var file = new RecordBatch(ArrowSchema.Of(schema), stored.Select(column => gather.Take(column.Values, rows, column.Field.Type)), rows.Length);
        var statistics = new StatisticsCollector(schema);
        statistics.Add(file);
        var content = Encode(file);
        var now = _options.Clock.GetUtcNow();
        var folder = PartitionPath.Folder(state.Metadata.PartitionColumns.Select(name => KeyValuePair.Create(name, values[name])));
        var key = StorePath.Join(folder, $"part-{_options.NewId():N}.parquet");
        await store.PutAsync(StorePath.Join(root, key), content, cancellationToken);
        return new AddFile
        {
            Path = TablePath.Encode(key),
            PartitionValues = values,
            Size = content.Length,
            ModificationTime = now.ToUnixTimeMilliseconds(),
            DataChange = true,
            Stats = statistics.Build().ToJson(),
        };
    }

    /// <summary>What the Parquet library throws has no common type.</summary>
    byte[] Encode(RecordBatch file)
    {
        try
        {
            return ParquetFile.Write([file]);
        }
        catch (Exception fault) when (fault is not (VarveException or OperationCanceledException or OutOfMemoryException))
        {
            throw new VarveException(FaultKind.Invalid, $"The rows for {root} cannot be written as Parquet: {fault.Message.TrimEnd('.')}. Nothing was stored of them.", fault);
        }
    }

    List<(DeltaField Field, IArrowArray? Values)> ColumnsOf(RecordBatch batch)
    {
        var mode = state.Metadata.Configuration.GetValueOrDefault("delta.columnMapping.mode");
        if (mode is not (null or "none"))
            throw new VarveException(FaultKind.Invalid, $"The table {root} maps its columns (delta.columnMapping.mode is '{mode}'); this version writes no files of such tables.");
        foreach (var field in batch.Schema.FieldsList)
            if (!state.Schema.Fields.Any(known => known.Name == field.Name))
                throw new VarveException(
                    FaultKind.Invalid, $"The table {root} has no column '{field.Name}'. It has {string.Join(", ", state.Schema.Fields.Select(known => known.Name))}.");
        return [.. state.Schema.Fields.Select(field => (field, ValuesOf(field, batch)))];
    }

    IArrowArray? ValuesOf(DeltaField field, RecordBatch batch)
    {
        var index = batch.Schema.GetFieldIndex(field.Name, StringComparer.Ordinal);
        if (index < 0)
            return field.Nullable ? null : throw new VarveException(FaultKind.Invalid, $"The column '{field.Name}' of {root} has to have a value in every row, and is not given.");
        var values = batch.Column(index);
        var expected = ArrowSchema.TypeOf(field.Type);
        if (!SameType(expected, values.Data.DataType))
            throw new VarveException(
                FaultKind.Invalid, $"The column '{field.Name}' of {root} is of Arrow type {expected.Name}; it is given as {values.Data.DataType.Name}.");
        if (!field.Nullable && values.NullCount > 0)
            throw new VarveException(FaultKind.Invalid, $"The column '{field.Name}' of {root} has to have a value in every row; {values.NullCount} of the rows that are given have none.");
        return values;
    }

    /// <summary>Names of items within lists and maps differ between producers and mean nothing.</summary>
    static bool SameType(Apache.Arrow.Types.IArrowType expected, Apache.Arrow.Types.IArrowType found) => (expected, found) switch
    {
        (Apache.Arrow.Types.StructType wanted, Apache.Arrow.Types.StructType given) => wanted.Fields.Count == given.Fields.Count
            && wanted.Fields.Zip(given.Fields).All(pair => pair.First.Name == pair.Second.Name && SameType(pair.First.DataType, pair.Second.DataType)),
        (Apache.Arrow.Types.MapType wanted, Apache.Arrow.Types.MapType given) =>
            SameType(wanted.KeyField.DataType, given.KeyField.DataType) && SameType(wanted.ValueField.DataType, given.ValueField.DataType),
        (Apache.Arrow.Types.ListType wanted, Apache.Arrow.Types.ListType given) => SameType(wanted.ValueDataType, given.ValueDataType),
        (Apache.Arrow.Types.TimestampType wanted, Apache.Arrow.Types.TimestampType given) => wanted.Unit == given.Unit && wanted.Timezone is null == given.Timezone is null,
        (Apache.Arrow.Types.Decimal128Type wanted, Apache.Arrow.Types.Decimal128Type given) => (wanted.Precision, wanted.Scale) == (given.Precision, given.Scale),
        _ => expected.TypeId == found.TypeId,
    };

    /// <summary>The rows of each partition, in the order in which they come.</summary>
    IEnumerable<(IReadOnlyDictionary<string, string?> Values, int[] Rows)> Partitions(
        RecordBatch batch, IReadOnlyList<(DeltaField Field, IArrowArray? Values)> columns)
    {
        if (_partitionFields.Count == 0)
            return batch.Length == 0 ? [] : [(new Dictionary<string, string?>(), [.. Enumerable.Range(0, batch.Length)])];
        var texts = _partitionFields.Select(field => TextsOf(field, columns.First(column => column.Field == field).Values, batch.Length)).ToArray();
        var rows = new Dictionary<string, List<int>>();
        for (var row = 0; row < batch.Length; row++)
        {
            var key = string.Join('\0', texts.Select(text => text[row] is { } known ? $"={known}" : ""));
            if (!rows.TryGetValue(key, out var list))
                rows[key] = list = [];
            list.Add(row);
        }

        return rows.Values.Select(list => (
            (IReadOnlyDictionary<string, string?>)_partitionFields.Select((field, index) => KeyValuePair.Create(field.Name, texts[index][list[0]])).ToDictionary(),
            list.ToArray()));
    }

    static string?[] TextsOf(DeltaField field, IArrowArray? values, int length)
    {
        var texts = new string?[length];
        if (values is null)
            return texts;
        var valueOf = ValueOf(values, field.Type)
            ?? throw new VarveException(FaultKind.Invalid, $"A table cannot be partitioned by '{field.Name}': {field.Type} has no partition values.");
        for (var row = 0; row < length; row++)
            texts[row] = values.IsNull(row) ? null : PartitionPath.Text(valueOf(row), field.Type);
        return texts;
    }

    static Func<int, DeltaValue>? ValueOf(IArrowArray array, DeltaType type) => array switch
    {
        BooleanArray flags => row => DeltaValue.Of(flags.GetValue(row)!.Value),
        BinaryArray bytes and not StringArray => row => DeltaValue.OfBinary(bytes.GetBytes(row).ToArray()),
        _ => StatisticsCollector.ValueOf(array, type),
    };
}
