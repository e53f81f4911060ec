using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Actions;
using Varve.Delta.Files;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>Reads the actions of one Parquet file of a checkpoint: a whole one, a part, or a sidecar. Columns that are missing count as null. Delta protocol: "Checkpoint Schema".</summary>
static class CheckpointReader
{
    public static List<LogLine> Read(byte[] content, string path)
    {
        var lines = new List<LogLine>();
        try
        {
            foreach (var batch in ParquetFile.Read(content))
                using (batch)
                    ReadBatch(batch, lines);
        }
        catch (Exception fault) when (fault is not (VarveException or OperationCanceledException))
        {
            throw new VarveException(FaultKind.Corrupt, $"The checkpoint {path} cannot be read: {fault.Message}", fault);
        }

        return lines;
    }

    /// <summary>Takes the actions of a batch, one a row.</summary>
    public static void ReadBatch(RecordBatch batch, List<LogLine> lines)
    {
        var (txn, add, remove) = (Column(batch, "txn"), Column(batch, "add"), Column(batch, "remove"));
        var (metadata, protocol, domain) = (Column(batch, "metaData"), Column(batch, "protocol"), Column(batch, "domainMetadata"));
        var (sidecar, checkpoint) = (Column(batch, "sidecar"), Column(batch, "checkpointMetadata"));
        for (var row = 0; row < batch.Length; row++)
        {
            var line = Has(add, row) ? new LogLine { Add = ReadAdd(add!, row) }
                : Has(remove, row) ? new LogLine { Remove = ReadRemove(remove!, row) }
                : Has(txn, row) ? new LogLine { Txn = ReadTransaction(txn!, row) }
                : Has(metadata, row) ? new LogLine { MetaData = ReadMetadata(metadata!, row) }
                : Has(protocol, row) ? new LogLine { Protocol = ReadProtocol(protocol!, row) }
                : Has(domain, row) ? new LogLine { DomainMetadata = ReadDomain(domain!, row) }
                : Has(sidecar, row) ? new LogLine { Sidecar = new Sidecar { Path = Needed(sidecar!, "path", row), SizeInBytes = Long(sidecar!, "sizeInBytes", row) ?? 0 } }
                : Has(checkpoint, row) ? new LogLine { CheckpointMetadata = ReadCheckpointMetadata(checkpoint!, row) }
                : null;
            if (line is not null)
                lines.Add(line);
        }
    }

    /// <summary>The add action of a row.</summary>
    public static AddFile ReadAdd(StructArray add, int row) => new()
    {
        Path = Needed(add, "path", row),
        PartitionValues = Map(add, "partitionValues", row) ?? new Dictionary<string, string?>(),
        Size = Long(add, "size", row) ?? 0,
        ModificationTime = Long(add, "modificationTime", row) ?? 0,
        DataChange = Bool(add, "dataChange", row) ?? false,
        Stats = ReadStats(add, row),
        Tags = Map(add, "tags", row),
        DeletionVector = ReadVector(Child<StructArray>(add, "deletionVector"), row),
        BaseRowId = Long(add, "baseRowId", row),
        DefaultRowCommitVersion = Long(add, "defaultRowCommitVersion", row),
        ClusteringProvider = Text(add, "clusteringProvider", row),
    };

    /// <summary>The remove action of a row.</summary>
    public static RemoveFile ReadRemove(StructArray remove, int row) => new()
    {
        Path = Needed(remove, "path", row),
        DeletionTimestamp = Long(remove, "deletionTimestamp", row),
        DataChange = Bool(remove, "dataChange", row) ?? true,
        ExtendedFileMetadata = Bool(remove, "extendedFileMetadata", row),
        PartitionValues = Map(remove, "partitionValues", row),
        Size = Long(remove, "size", row),
        DeletionVector = ReadVector(Child<StructArray>(remove, "deletionVector"), row),
        BaseRowId = Long(remove, "baseRowId", row),
        DefaultRowCommitVersion = Long(remove, "defaultRowCommitVersion", row),
    };

    /// <summary>The statistics of a row as JSON text: as they stand, else from their columns.</summary>
    public static string? ReadStats(StructArray add, int row) =>
        Text(add, "stats", row) ?? (Child<StructArray>(add, "stats_parsed") is { } parsed && parsed.IsValid(row) ? ParsedStatistics.ToJson(parsed, row) : null);

    /// <summary>The deletion vector of a row, or null.</summary>
    public static DeletionVectorDescriptor? ReadVector(StructArray? vector, int row) => !Has(vector, row) ? null : new()
    {
        StorageType = Needed(vector!, "storageType", row),
        PathOrInlineDv = Needed(vector!, "pathOrInlineDv", row),
        Offset = (int?)Long(vector!, "offset", row),
        SizeInBytes = (int)(Long(vector!, "sizeInBytes", row) ?? 0),
        Cardinality = Long(vector!, "cardinality", row) ?? 0,
    };

    static AppTransaction ReadTransaction(StructArray txn, int row) => new()
    {
        AppId = Needed(txn, "appId", row),
        Version = Long(txn, "version", row) ?? 0,
        LastUpdated = Long(txn, "lastUpdated", row),
    };

    static TableMetadata ReadMetadata(StructArray metadata, int row)
    {
        var format = Child<StructArray>(metadata, "format");
        return new TableMetadata
        {
            Id = Needed(metadata, "id", row),
            Name = Text(metadata, "name", row),
            Description = Text(metadata, "description", row),
            Format = format is null ? new FileFormat() : new FileFormat
            {
                Provider = Text(format, "provider", row) ?? "parquet",
                Options = Map(format, "options", row)?.ToDictionary(pair => pair.Key, pair => pair.Value ?? "") ?? [],
            },
            SchemaString = Needed(metadata, "schemaString", row),
            PartitionColumns = List(metadata, "partitionColumns", row) ?? [],
            Configuration = Map(metadata, "configuration", row)?.ToDictionary(pair => pair.Key, pair => pair.Value ?? "") ?? [],
            CreatedTime = Long(metadata, "createdTime", row),
        };
    }

    static TableProtocol ReadProtocol(StructArray protocol, int row) => new()
    {
        MinReaderVersion = (int)(Long(protocol, "minReaderVersion", row) ?? 1),
        MinWriterVersion = (int)(Long(protocol, "minWriterVersion", row) ?? 1),
        ReaderFeatures = List(protocol, "readerFeatures", row),
        WriterFeatures = List(protocol, "writerFeatures", row),
    };

    static DomainMetadata ReadDomain(StructArray domain, int row) => new()
    {
        Domain = Needed(domain, "domain", row),
        Configuration = Text(domain, "configuration", row) ?? "",
        Removed = Bool(domain, "removed", row) ?? false,
    };

    static CheckpointMetadata ReadCheckpointMetadata(StructArray checkpoint, int row) => new()
    {
        Version = Long(checkpoint, "version", row) ?? throw new InvalidDataException("its checkpointMetadata has no version."),
    };

    /// <summary>A column of actions, or null when the file does not have it.</summary>
    public static StructArray? Column(RecordBatch batch, string name)
    {
        var index = batch.Schema.GetFieldIndex(name, StringComparer.Ordinal);
        return index < 0 ? null : batch.Column(index) as StructArray ?? throw Unexpected(name, batch.Column(index));
    }

    static bool Has(StructArray? column, int row) => column is not null && column.IsValid(row);

    /// <summary>A field of a column, or null when the file does not have it. One of another type is a fault: to take it for null would lose actions.</summary>
    public static T? Child<T>(StructArray parent, string name)
        where T : class, IArrowArray
    {
        var index = ((StructType)parent.Data.DataType).GetFieldIndex(name, StringComparer.Ordinal);
        return index < 0 ? null : parent.Fields[index] as T ?? throw Unexpected(name, parent.Fields[index]);
    }

    static InvalidDataException Unexpected(string name, IArrowArray found) => new($"its column {name} is of type {found.Data.DataType.Name}.");

    static string Needed(StructArray parent, string name, int row) =>
        Text(parent, name, row) ?? throw new InvalidDataException($"an action has no {name}.");

    static string? Text(StructArray parent, string name, int row) => Child<StringArray>(parent, name)?.GetString(row);

    static bool? Bool(StructArray parent, string name, int row) => Child<BooleanArray>(parent, name)?.GetValue(row);

    static long? Long(StructArray parent, string name, int row) => Child<IArrowArray>(parent, name) switch
    {
        null => null,
        Int64Array longs => longs.GetValue(row),
        Int32Array integers => integers.GetValue(row),
        var other => throw Unexpected(name, other),
    };

    static List<string>? List(StructArray parent, string name, int row)
    {
        if (Child<ListArray>(parent, name) is not { } lists || lists.IsNull(row))
            return null;
        var items = (StringArray)lists.GetSlicedValues(row);
        return [.. Enumerable.Range(0, items.Length).Select(index => items.GetString(index))];
    }

    static Dictionary<string, string?>? Map(StructArray parent, string name, int row)
    {
        if (Child<MapArray>(parent, name) is not { } maps || maps.IsNull(row))
            return null;
        var (keys, values) = ((StringArray)maps.Keys, (StringArray)maps.Values);
        var (start, end) = (maps.ValueOffsets[row], maps.ValueOffsets[row + 1]);
        var map = new Dictionary<string, string?>(end - start);
        for (var index = start; index < end; index++)
            map[keys.GetString(index)] = values.GetString(index);
        return map;
    }
}
