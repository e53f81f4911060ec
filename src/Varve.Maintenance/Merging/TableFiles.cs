using System.Globalization;
using Microsoft.Extensions.Logging;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Files;
using Varve.Delta.Index;
using Varve.Storage;

namespace Varve.Maintenance.Merging;

/// <summary>Opens data files of a table to merge them, and stores those that a merge has made.</summary>
sealed class TableFiles(IObjectStore store, KeptTable table, MaintenanceLimits limits, MaintenanceOptions options, ILogger logger)
{
    /// <summary>Opens a live file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="copies">Where a copy of it goes when it is not on this machine.</param>
    /// <param name="rows">Its rows as the log has them; 0 when the log does not tell.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <exception cref="VarveException">It is missing, damaged or not what the log says: <see cref="FaultKind.Corrupt"/>.</exception>
    public async Task<MergeInput> OpenAsync(AddFile file, LocalCopies copies, long rows, CancellationToken cancellationToken)
    {
        var path = TablePath.InStore(table.Table.Root, TablePath.AddressOf(store, table.Table.Root), file.Path);
        var local = await copies.GetAsync(path, file.Size, cancellationToken);
        if (FileDigest.Of(file) is { } digest && await FileDigest.OfFileAsync(local, cancellationToken) is var found && found != digest)
            throw new VarveException(FaultKind.Corrupt, $"The data file {path} has the digest {found}; the table says {digest}: its bytes are not those that were stored.");
        var reader = ColumnFileReader.Open(local, path);
        if (rows == 0 || rows == reader.Rows)
            return new MergeInput(file, path, reader);
        using (reader)
            throw new VarveException(FaultKind.Corrupt, $"The data file {path} has {reader.Rows} rows; the table says {rows}.");
    }

    /// <summary>Stores a file and its side index, and gives the action that adds it.</summary>
    public async Task<AddFile> PutAsync(MergedFile file, string date, byte? level, bool dataChange, CancellationToken cancellationToken)
    {
        var now = options.Clock.GetUtcNow();
        var values = new Dictionary<string, string?>
        {
            [TableLayout.DateColumn] = date,
            [table.LevelColumn] = level?.ToString(CultureInfo.InvariantCulture),
        };
        var path = $"{PartitionPath.Folder(values)}/part-{Guid.CreateVersion7(now):N}.parquet";
        // Both are there before the commit that names the file: whoever sees it finds its index.
        if (file.Content.Length >= limits.IndexedFileBytesMin && file.Index.Columns.Any() && FileIndexPath.Of(path) is { } indexPath)
            await store.PutAsync(StorePath.Join(table.Table.Root, indexPath), file.Index.Build(path, file.Content.Length), cancellationToken);
        await store.PutAsync(StorePath.Join(table.Table.Root, path), file.Content, cancellationToken);
        return new AddFile
        {
            Path = TablePath.Encode(path),
            PartitionValues = values,
            Size = file.Content.Length,
            ModificationTime = now.ToUnixTimeMilliseconds(),
            DataChange = dataChange,
            Stats = file.Statistics.ToJson(),
            Tags = new Dictionary<string, string?> { [FileDigest.Tag] = FileDigest.Of(file.Content.Span), [RowHashes.Tag] = RowHashes.Text(file.RowHash) },
        };
    }

    /// <summary>Deletes files that no commit names; what stays when the store does not answer is taken by vacuum.</summary>
    public async Task DeleteAsync(IReadOnlyList<AddFile> files)
    {
        var paths = files.Select(file => TablePath.Decode(file.Path))
            .SelectMany(path => new[] { path, FileIndexPath.Of(path)! })
            .Select(path => StorePath.Join(table.Table.Root, path))
            .ToList();
        try
        {
            await store.DeleteManyAsync(paths, CancellationToken.None);
        }
        catch (VarveException fault)
        {
            Log.NotDeleted(logger, fault, files.Count, table.Name.Path);
        }
    }

    /// <summary>How files of the table are made.</summary>
    /// <param name="snapshot">The version that is read.</param>
    /// <param name="splitBy">The column by which rows go apart by level; null: they stay together.</param>
    public MergeSpec SpecOf(Snapshot snapshot, string? splitBy) => new(snapshot.Schema, snapshot.Metadata.PartitionColumns, table.Dataset.TimestampField.Name)
    {
        SplitBy = splitBy,
        StatisticsColumns = (snapshot.Metadata.Configuration.GetValueOrDefault("delta.dataSkippingStatsColumns") ?? table.Dataset.TimestampField.Name).Split(',').ToHashSet(),
        IndexedColumns = table.IndexedFields,
        TargetBytes = limits.TargetFileBytes,
        PieceBytesMax = limits.MergeMemoryBytesMax,
    };

    /// <summary>The level of a file's rows; null when they are not split.</summary>
    public static byte? LevelOf(AddFile file, KeptTable table) =>
        byte.TryParse(file.PartitionValues.GetValueOrDefault(table.LevelColumn), CultureInfo.InvariantCulture, out var level) ? level : null;

    /// <summary>Rows of a file as its action says; 0 when it does not.</summary>
    public static long RowsOf(AddFile file) => FileStatistics.Parse(file.Stats, new Delta.Schema.TableSchema([])).NumRecords ?? 0;
}
