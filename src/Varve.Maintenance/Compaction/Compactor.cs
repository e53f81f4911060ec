using System.Globalization;
using Microsoft.Extensions.Logging;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Files;
using Varve.Delta.Index;
using Varve.Maintenance.Merging;
using Varve.Storage;

namespace Varve.Maintenance.Compaction;

/// <summary>
/// Replaces files by larger ones with the same rows, in one commit that says that no row changed. Any number may be at work on a table: of two that take
/// the same file the second finds it gone, and leaves nothing behind.
/// </summary>
sealed class Compactor(IObjectStore store, KeptTable table, MaintenanceLimits limits, MaintenanceOptions options, ILogger logger)
{
    /// <summary>Merges the files of a job.</summary>
    /// <exception cref="VarveException">The store does not answer. Files that were written belong to no table then, and vacuum takes them.</exception>
    public async Task<CompactionOutcome> RunAsync(CompactionJob job, CancellationToken cancellationToken)
    {
        var snapshot = table.Table.Latest;
        using var copies = new LocalCopies(store, options.TemporaryFolder);
        var inputs = new List<MergeInput>();
        try
        {
            foreach (var facts in job.Files)
            {
                if (!snapshot.Files.TryGetValue(facts.Key, out var file))
                    return new CompactionOutcome.Overtaken($"{facts.Key} is no longer in the table");
                try
                {
                    inputs.Add(await OpenAsync(facts, file, copies, cancellationToken));
                }
                catch (VarveException fault) when (fault.Kind is FaultKind.Corrupt)
                {
                    return new CompactionOutcome.BadFile(facts.Key, fault.Message);
                }
            }

            return await MergeAsync(job, inputs, snapshot, cancellationToken);
        }
        finally
        {
            foreach (var input in inputs)
                input.Dispose();
        }
    }

    async Task<CompactionOutcome> MergeAsync(CompactionJob job, List<MergeInput> inputs, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var written = new List<AddFile>();
        try
        {
            using var files = new FileMerge(inputs, SpecOf(job, snapshot)).Run(cancellationToken).GetEnumerator();
            while (await options.RunAsync(() => files.MoveNext() ? files.Current : null) is { } file)
                using (file)
                    written.Add(await PutAsync(file, job.Date, cancellationToken));
        }
        catch (VarveException fault) when (fault.Kind is FaultKind.Corrupt)
        {
            await DeleteAsync(written);
            return new CompactionOutcome.BadFile(BadOne(inputs, fault), fault.Message);
        }
        catch
        {
            await DeleteAsync(written);
            throw;
        }

        var rows = inputs.Sum(input => input.Reader.Rows);
        if (rows != written.Sum(RowsOf))
        {
            await DeleteAsync(written);
            throw new VarveException(FaultKind.Internal, $"A merge of {table.Name.Path} read {rows} rows and wrote {written.Sum(RowsOf)}: nothing was changed.");
        }

        return await CommitAsync(inputs, written, rows, cancellationToken);
    }

    async Task<CompactionOutcome> CommitAsync(List<MergeInput> inputs, List<AddFile> written, long rows, CancellationToken cancellationToken)
    {
        // What was taken meanwhile is found before a commit is tried: most races end here.
        var transaction = await table.Table.BeginAsync("OPTIMIZE", cancellationToken);
        transaction.Parameters = new Dictionary<string, string> { ["predicate"] = "[]", ["zOrderBy"] = "[]" };
        foreach (var input in inputs)
        {
            if (!transaction.Snapshot.Files.TryGetValue(TablePath.Decode(input.File.Path), out var file) || file.DeletionVector is not null)
            {
                await DeleteAsync(written);
                return new CompactionOutcome.Overtaken($"{input.File.Path} is no longer in the table as it was");
            }

            transaction.ReadFile(file.Path);
            transaction.Remove(file, dataChange: false);
        }

        foreach (var file in written)
            transaction.Add(file);
        switch (await transaction.CommitAsync(cancellationToken))
        {
            case CommitOutcome.Committed committed:
                return new CompactionOutcome.Done(
                    committed.Version, inputs.Count, written.Count, rows, inputs.Sum(input => input.File.Size), written.Sum(file => file.Size));
            case CommitOutcome.Conflicted conflict:
                await DeleteAsync(written);
                return new CompactionOutcome.Overtaken(conflict.Reason);
            case var other:
                throw new VarveException(FaultKind.Internal, $"A merge of {table.Name.Path} ended in {other}.");
        }
    }

    async Task<MergeInput> OpenAsync(FileFacts facts, AddFile file, LocalCopies copies, CancellationToken cancellationToken)
    {
        var path = TablePath.InStore(table.Table.Root, TablePath.AddressOf(store, table.Table.Root), file.Path);
        var reader = ColumnFileReader.Open(await copies.GetAsync(path, file.Size, cancellationToken), path);
        if (facts.Rows == 0 || facts.Rows == reader.Rows)
            return new MergeInput(file, path, reader);
        using (reader)
            throw new VarveException(FaultKind.Corrupt, $"The data file {path} has {reader.Rows} rows; the table says {facts.Rows}.");
    }

    async Task<AddFile> PutAsync(MergedFile file, string date, CancellationToken cancellationToken)
    {
        var now = options.Clock.GetUtcNow();
        var values = new Dictionary<string, string?>
        {
            [TableLayout.DateColumn] = date,
            [table.LevelColumn] = file.Level?.ToString(CultureInfo.InvariantCulture),
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
            DataChange = false,
            Stats = file.Statistics.ToJson(),
        };
    }

    /// <summary>Files that no commit names; what stays when the store does not answer is taken by vacuum.</summary>
    async Task DeleteAsync(List<AddFile> files)
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

    MergeSpec SpecOf(CompactionJob job, Snapshot snapshot) => new(snapshot.Schema, snapshot.Metadata.PartitionColumns, table.Dataset.TimestampField.Name)
    {
        SplitBy = job.Splits ? table.Dataset.IdField : null,
        StatisticsColumns = (snapshot.Metadata.Configuration.GetValueOrDefault("delta.dataSkippingStatsColumns") ?? table.Dataset.TimestampField.Name).Split(',').ToHashSet(),
        IndexedColumns = table.IndexedFields,
        TargetBytes = limits.TargetFileBytes,
        PieceBytesMax = limits.MergeMemoryBytesMax,
    };

    static long RowsOf(AddFile file) => FileStatistics.Parse(file.Stats, new Delta.Schema.TableSchema([])).NumRecords ?? 0;

    /// <summary>The file that a fault is about: its message begins with the name.</summary>
    static string BadOne(List<MergeInput> inputs, VarveException fault) =>
        TablePath.Decode((inputs.Find(input => fault.Message.Contains(input.Name, StringComparison.Ordinal)) ?? inputs[0]).File.Path);
}
