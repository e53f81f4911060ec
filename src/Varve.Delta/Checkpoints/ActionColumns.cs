using Apache.Arrow;
using Varve.Delta.Actions;

namespace Varve.Delta.Checkpoints;

/// <summary>
/// Actions as the rows of a checkpoint: one struct column for each kind of action, of which a row has one. Delta protocol: "Checkpoint
/// Schema".
/// </summary>
/// <param name="settings">What the adds hold of statistics.</param>
/// <param name="parsed">Statistics and partition values as columns; null when they are not asked for.</param>
sealed class ActionColumns(CheckpointSettings settings, ParsedColumns? parsed)
{
    /// <summary>Rows of all kinds of action. The schema is the same for any lines.</summary>
    public RecordBatch All(IReadOnlyList<LogLine> lines) => Batch(
        lines,
        ("txn", Transactions(lines)),
        ("add", Adds(lines)),
        ("remove", Removes(lines)),
        ("metaData", Metadata(lines)),
        ("protocol", Protocols(lines)),
        ("domainMetadata", Domains(lines)));

    /// <summary>Rows of a sidecar: adds and removes.</summary>
    public RecordBatch Files(IReadOnlyList<LogLine> lines) => Batch(lines, ("add", Adds(lines)), ("remove", Removes(lines)));

    static RecordBatch Batch(IReadOnlyList<LogLine> lines, params (string Name, IArrowArray Values)[] columns)
    {
        var schema = new Apache.Arrow.Schema(columns.Select(column => new Field(column.Name, column.Values.Data.DataType, nullable: true)), null);
        return new RecordBatch(schema, columns.Select(column => column.Values), lines.Count);
    }

    StructArray Adds(IReadOnlyList<LogLine> lines)
    {
        AddFile?[] adds = [.. lines.Select(line => line.Add)];
        return ArrowColumns.Struct(
            Present(adds),
        [
            ("path", ArrowColumns.Strings(adds.Select(add => add?.Path))),
            ("partitionValues", ArrowColumns.StringMaps([.. adds.Select(add => add?.PartitionValues)])),
            ("size", ArrowColumns.Longs(adds.Select(add => add?.Size))),
            ("modificationTime", ArrowColumns.Longs(adds.Select(add => add?.ModificationTime))),
            // A checkpoint restates the table; it changes no data.
            ("dataChange", ArrowColumns.Booleans(adds.Select(add => add is null ? null : (bool?)false))),
            ("tags", ArrowColumns.StringMaps([.. adds.Select(add => add?.Tags)])),
            ("deletionVector", Vectors([.. adds.Select(add => add?.DeletionVector)])),
            ("baseRowId", ArrowColumns.Longs(adds.Select(add => add?.BaseRowId))),
            ("defaultRowCommitVersion", ArrowColumns.Longs(adds.Select(add => add?.DefaultRowCommitVersion))),
            ("clusteringProvider", ArrowColumns.Strings(adds.Select(add => add?.ClusteringProvider))),
            ("stats", ArrowColumns.Strings(adds.Select(add => settings.StatsAsJson ? add?.Stats : null))),
            .. parsed?.Of(adds) ?? [],
        ]);
    }

    // Statistics and tags of what is gone are left out.
    static StructArray Removes(IReadOnlyList<LogLine> lines)
    {
        RemoveFile?[] removes = [.. lines.Select(line => line.Remove)];
        return ArrowColumns.Struct(
            Present(removes),
            ("path", ArrowColumns.Strings(removes.Select(remove => remove?.Path))),
            ("deletionTimestamp", ArrowColumns.Longs(removes.Select(remove => remove?.DeletionTimestamp))),
            ("dataChange", ArrowColumns.Booleans(removes.Select(remove => remove?.DataChange))),
            ("extendedFileMetadata", ArrowColumns.Booleans(removes.Select(remove => remove?.ExtendedFileMetadata))),
            ("partitionValues", ArrowColumns.StringMaps([.. removes.Select(remove => remove?.PartitionValues)])),
            ("size", ArrowColumns.Longs(removes.Select(remove => remove?.Size))),
            ("deletionVector", Vectors([.. removes.Select(remove => remove?.DeletionVector)])),
            ("baseRowId", ArrowColumns.Longs(removes.Select(remove => remove?.BaseRowId))),
            ("defaultRowCommitVersion", ArrowColumns.Longs(removes.Select(remove => remove?.DefaultRowCommitVersion))));
    }

    static StructArray Vectors(IReadOnlyList<DeletionVectorDescriptor?> vectors) => ArrowColumns.Struct(
        Present(vectors),
        ("storageType", ArrowColumns.Strings(vectors.Select(vector => vector?.StorageType))),
        ("pathOrInlineDv", ArrowColumns.Strings(vectors.Select(vector => vector?.PathOrInlineDv))),
        ("offset", ArrowColumns.Integers(vectors.Select(vector => vector?.Offset))),
        ("sizeInBytes", ArrowColumns.Integers(vectors.Select(vector => vector?.SizeInBytes))),
        ("cardinality", ArrowColumns.Longs(vectors.Select(vector => vector?.Cardinality))));

    static StructArray Transactions(IReadOnlyList<LogLine> lines)
    {
        AppTransaction?[] transactions = [.. lines.Select(line => line.Txn)];
        return ArrowColumns.Struct(
            Present(transactions),
            ("appId", ArrowColumns.Strings(transactions.Select(transaction => transaction?.AppId))),
            ("version", ArrowColumns.Longs(transactions.Select(transaction => transaction?.Version))),
            ("lastUpdated", ArrowColumns.Longs(transactions.Select(transaction => transaction?.LastUpdated))));
    }

    static StructArray Metadata(IReadOnlyList<LogLine> lines)
    {
        TableMetadata?[] all = [.. lines.Select(line => line.MetaData)];
        return ArrowColumns.Struct(
            Present(all),
            ("id", ArrowColumns.Strings(all.Select(metadata => metadata?.Id))),
            ("name", ArrowColumns.Strings(all.Select(metadata => metadata?.Name))),
            ("description", ArrowColumns.Strings(all.Select(metadata => metadata?.Description))),
            ("format", ArrowColumns.Struct(
                Present(all),
                ("provider", ArrowColumns.Strings(all.Select(metadata => metadata?.Format.Provider))),
                ("options", ArrowColumns.StringMaps([.. all.Select(metadata => Pairs(metadata?.Format.Options))])))),
            ("schemaString", ArrowColumns.Strings(all.Select(metadata => metadata?.SchemaString))),
            ("partitionColumns", ArrowColumns.StringLists([.. all.Select(metadata => metadata?.PartitionColumns)])),
            ("createdTime", ArrowColumns.Longs(all.Select(metadata => metadata?.CreatedTime))),
            ("configuration", ArrowColumns.StringMaps([.. all.Select(metadata => Pairs(metadata?.Configuration))])));
    }

    static StructArray Protocols(IReadOnlyList<LogLine> lines)
    {
        TableProtocol?[] protocols = [.. lines.Select(line => line.Protocol)];
        return ArrowColumns.Struct(
            Present(protocols),
            ("minReaderVersion", ArrowColumns.Integers(protocols.Select(protocol => protocol?.MinReaderVersion))),
            ("minWriterVersion", ArrowColumns.Integers(protocols.Select(protocol => protocol?.MinWriterVersion))),
            ("readerFeatures", ArrowColumns.StringLists([.. protocols.Select(protocol => protocol?.ReaderFeatures)])),
            ("writerFeatures", ArrowColumns.StringLists([.. protocols.Select(protocol => protocol?.WriterFeatures)])));
    }

    static StructArray Domains(IReadOnlyList<LogLine> lines)
    {
        DomainMetadata?[] domains = [.. lines.Select(line => line.DomainMetadata)];
        return ArrowColumns.Struct(
            Present(domains),
            ("domain", ArrowColumns.Strings(domains.Select(domain => domain?.Domain))),
            ("configuration", ArrowColumns.Strings(domains.Select(domain => domain?.Configuration))),
            ("removed", ArrowColumns.Booleans(domains.Select(domain => domain?.Removed))));
    }

    static bool[] Present(IReadOnlyList<object?> actions) => [.. actions.Select(action => action is not null)];

    static IReadOnlyCollection<KeyValuePair<string, string?>>? Pairs(IReadOnlyDictionary<string, string>? map) =>
        map?.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)).ToArray();
}
