using Apache.Arrow;
using Varve.Delta.Actions;
using Varve.Delta.Files;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>A snapshot as one Parquet file: a row per action, one struct column per kind of action. Delta protocol: "Checkpoints".</summary>
static class CheckpointWriter
{
    /// <summary>The file's bytes and the number of actions in it. Tombstones that expired before <paramref name="expiredBeforeMs"/> are left out.</summary>
    public static (byte[] Content, int Actions) Write(Snapshot snapshot, long expiredBeforeMs)
    {
        var lines = new List<LogLine>
        {
            new() { Protocol = snapshot.Protocol },
            new() { MetaData = snapshot.Metadata },
        };
        lines.AddRange(snapshot.Transactions.Values.OrderBy(txn => txn.AppId, StringComparer.Ordinal).Select(txn => new LogLine { Txn = txn }));
        lines.AddRange(snapshot.Domains.Values.Where(domain => !domain.Removed).OrderBy(domain => domain.Domain, StringComparer.Ordinal)
            .Select(domain => new LogLine { DomainMetadata = domain }));
        lines.AddRange(snapshot.Files.Values.OrderBy(add => add.Path, StringComparer.Ordinal).Select(add => new LogLine { Add = add }));
        lines.AddRange(snapshot.Tombstones.Values.Where(remove => (remove.DeletionTimestamp ?? 0) >= expiredBeforeMs)
            .OrderBy(remove => remove.Path, StringComparer.Ordinal).Select(remove => new LogLine { Remove = remove }));

        using var batch = ToBatch(lines);
        var content = ParquetFile.Write([batch]);
        var written = ParquetFile.CountRows(content);
        if (written != lines.Count)
            throw new VarveException(FaultKind.Internal, $"The checkpoint of version {snapshot.Version} holds {written} rows instead of {lines.Count}; it was not published.");
        return (content, lines.Count);
    }

    static RecordBatch ToBatch(List<LogLine> lines)
    {
        var columns = new (string Name, IArrowArray Values)[]
        {
            ("txn", Transactions(lines)),
            ("add", Adds(lines)),
            ("remove", Removes(lines)),
            ("metaData", Metadata(lines)),
            ("protocol", Protocols(lines)),
            ("domainMetadata", Domains(lines)),
        };
        var schema = new Apache.Arrow.Schema(columns.Select(column => new Field(column.Name, column.Values.Data.DataType, nullable: true)), null);
        return new RecordBatch(schema, columns.Select(column => column.Values), lines.Count);
    }

    static StructArray Transactions(List<LogLine> lines) => ArrowColumns.Struct(
        Present(lines, line => line.Txn),
        ("appId", ArrowColumns.Strings(lines.Select(line => line.Txn?.AppId))),
        ("version", ArrowColumns.Longs(lines.Select(line => line.Txn?.Version))),
        ("lastUpdated", ArrowColumns.Longs(lines.Select(line => line.Txn?.LastUpdated))));

    static StructArray Adds(List<LogLine> lines) => ArrowColumns.Struct(
        Present(lines, line => line.Add),
    [
        ("path", ArrowColumns.Strings(lines.Select(line => line.Add?.Path))),
        ("partitionValues", ArrowColumns.StringMaps([.. lines.Select(line => line.Add?.PartitionValues)])),
        ("size", ArrowColumns.Longs(lines.Select(line => line.Add?.Size))),
        ("modificationTime", ArrowColumns.Longs(lines.Select(line => line.Add?.ModificationTime))),
        // A checkpoint restates the table; it changes no data.
        ("dataChange", ArrowColumns.Booleans(lines.Select(line => line.Add is null ? null : (bool?)false))),
        ("tags", ArrowColumns.StringMaps([.. lines.Select(line => line.Add?.Tags)])),
        ("stats", ArrowColumns.Strings(lines.Select(line => line.Add?.Stats))),
        .. Vectors([.. lines.Select(line => line.Add?.DeletionVector)]),
    ]);

    static StructArray Removes(List<LogLine> lines) => ArrowColumns.Struct(
        Present(lines, line => line.Remove),
    [
        ("path", ArrowColumns.Strings(lines.Select(line => line.Remove?.Path))),
        ("deletionTimestamp", ArrowColumns.Longs(lines.Select(line => line.Remove?.DeletionTimestamp))),
        ("dataChange", ArrowColumns.Booleans(lines.Select(line => line.Remove?.DataChange))),
        ("extendedFileMetadata", ArrowColumns.Booleans(lines.Select(line => line.Remove?.ExtendedFileMetadata))),
        ("partitionValues", ArrowColumns.StringMaps([.. lines.Select(line => line.Remove?.PartitionValues)])),
        ("size", ArrowColumns.Longs(lines.Select(line => line.Remove?.Size))),
        .. Vectors([.. lines.Select(line => line.Remove?.DeletionVector)]),
    ]);

    /// <summary>The column of the deletion vectors, when there is any.</summary>
    static (string, IArrowArray)[] Vectors(IReadOnlyList<DeletionVectorDescriptor?> vectors) => vectors.All(vector => vector is null) ? [] : [("deletionVector", ArrowColumns.Struct(
        [.. vectors.Select(vector => vector is not null)],
        ("storageType", ArrowColumns.Strings(vectors.Select(vector => vector?.StorageType))),
        ("pathOrInlineDv", ArrowColumns.Strings(vectors.Select(vector => vector?.PathOrInlineDv))),
        ("offset", ArrowColumns.Integers(vectors.Select(vector => vector?.Offset))),
        ("sizeInBytes", ArrowColumns.Integers(vectors.Select(vector => vector?.SizeInBytes))),
        ("cardinality", ArrowColumns.Longs(vectors.Select(vector => vector?.Cardinality)))))];

    static StructArray Metadata(List<LogLine> lines) => ArrowColumns.Struct(
        Present(lines, line => line.MetaData),
        ("id", ArrowColumns.Strings(lines.Select(line => line.MetaData?.Id))),
        ("name", ArrowColumns.Strings(lines.Select(line => line.MetaData?.Name))),
        ("description", ArrowColumns.Strings(lines.Select(line => line.MetaData?.Description))),
        ("format", ArrowColumns.Struct(
            Present(lines, line => line.MetaData),
            ("provider", ArrowColumns.Strings(lines.Select(line => line.MetaData?.Format.Provider))),
            ("options", ArrowColumns.StringMaps([.. lines.Select(line => Pairs(line.MetaData?.Format.Options))])))),
        ("schemaString", ArrowColumns.Strings(lines.Select(line => line.MetaData?.SchemaString))),
        ("partitionColumns", ArrowColumns.StringLists([.. lines.Select(line => line.MetaData?.PartitionColumns)])),
        ("createdTime", ArrowColumns.Longs(lines.Select(line => line.MetaData?.CreatedTime))),
        ("configuration", ArrowColumns.StringMaps([.. lines.Select(line => Pairs(line.MetaData?.Configuration))])));

    static StructArray Protocols(List<LogLine> lines) => ArrowColumns.Struct(
        Present(lines, line => line.Protocol),
        ("minReaderVersion", ArrowColumns.Integers(lines.Select(line => line.Protocol?.MinReaderVersion))),
        ("minWriterVersion", ArrowColumns.Integers(lines.Select(line => line.Protocol?.MinWriterVersion))),
        ("readerFeatures", ArrowColumns.StringLists([.. lines.Select(line => line.Protocol?.ReaderFeatures)])),
        ("writerFeatures", ArrowColumns.StringLists([.. lines.Select(line => line.Protocol?.WriterFeatures)])));

    static StructArray Domains(List<LogLine> lines) => ArrowColumns.Struct(
        Present(lines, line => line.DomainMetadata),
        ("domain", ArrowColumns.Strings(lines.Select(line => line.DomainMetadata?.Domain))),
        ("configuration", ArrowColumns.Strings(lines.Select(line => line.DomainMetadata?.Configuration))),
        ("removed", ArrowColumns.Booleans(lines.Select(line => line.DomainMetadata?.Removed))));

    static bool[] Present(List<LogLine> lines, Func<LogLine, object?> action) => [.. lines.Select(line => action(line) is not null)];

    static IReadOnlyCollection<KeyValuePair<string, string?>>? Pairs(IReadOnlyDictionary<string, string>? map) =>
        map?.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)).ToArray();
}
