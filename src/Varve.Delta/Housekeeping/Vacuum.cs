using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Varve.Delta.Commits;
using Varve.Delta.Index;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Housekeeping;

/// <summary>
/// Deletes files that no longer belong to a table. A file goes when no version within the retention names it, which protects readers, and
/// when it is itself older than the retention, which protects writers whose commit is yet to come.
/// </summary>
/// <param name="store">Where the table is.</param>
/// <param name="table">Its folder.</param>
/// <param name="loader">Its log.</param>
/// <param name="options">Clock.</param>
/// <param name="logger">Where it is told.</param>
/// <param name="commit">Makes a commit, and gives the snapshot after it.</param>
sealed class Vacuum(
    IObjectStore store, string table, SnapshotLoader loader, DeltaOptions options, ILogger logger,
    Func<Commit, CancellationToken, Task<Snapshot>> commit)
{
    const string InfoName = "_last_vacuum_info";
    const string InfoField = "latestCommitVersionOutsideOfRetentionWindow";

    readonly string _root = table.Length == 0 ? "" : table + "/";
    readonly string _infoPath = StorePath.Join(table, LogFileName.Folder, InfoName);

    /// <summary>Vacuums the table, whose newest snapshot is given.</summary>
    public async Task<VacuumResult> RunAsync(Snapshot snapshot, VacuumOptions how, CancellationToken cancellationToken)
    {
        var retention = RetentionOf(snapshot, how);
        var cutoffMs = Retention.Before(options.Clock.GetUtcNow(), retention)!.Value;
        var kept = new RetainedFiles(snapshot, cutoffMs);
        var log = new RemovedFiles(store, table, loader);
        var since = how.Mode == VacuumMode.Lite ? await ReadInfoAsync(cancellationToken) : null;
        var old = await OldLog.ReadAsync(store, StorePath.Join(table, LogFileName.Folder) + "/", since + 1 ?? 0, cutoffMs - 1, cancellationToken);
        var until = await old.NewestAsync(loader, snapshot, cutoffMs - 1, cancellationToken);
        var found = how.Mode == VacuumMode.Lite
            ? await log.FindAsync(old, since, until, kept, cutoffMs, cancellationToken)
            : await new FolderScan(store, _root, snapshot).FindAsync(kept, cutoffMs, cancellationToken);
        var isAllFree = true;
        if (how.Keeps is { } keeps)
        {
            isAllFree = !found.Any(file => keeps(file.Path));
            found = [.. found.Where(file => !keeps(file.Path))];
        }

        if (how.DryRun)
            return Result(found, isDryRun: true);
        if (found.Count > 0)
            found = await DeleteAsync(snapshot, found, retention, cutoffMs, how, cancellationToken);
        // What was kept is looked at again by the next lite run.
        if (until is { } seen && isAllFree)
            await WriteInfoAsync(seen, cancellationToken);
        return Result(found, isDryRun: false);
    }

    TimeSpan RetentionOf(Snapshot snapshot, VacuumOptions how)
    {
        var ofTable = TableProperties.Of(snapshot.Metadata).DeletedFileRetention;
        var retention = how.Retention ?? ofTable;
        if (retention < TimeSpan.Zero)
            throw new VarveException(FaultKind.Invalid, $"The retention {retention} for the vacuum of {table} is negative.");
        if (retention < ofTable && !how.AllowShorterRetention)
            throw new VarveException(FaultKind.Invalid,
                $"The retention {retention} for the vacuum of {table} is shorter than the table's, {ofTable}: "
                    + "readers and writers that are at work may lose their files. "
                + $"Give {ofTable} or more, change delta.deletedFileRetentionDuration, or allow it ({nameof(VacuumOptions.AllowShorterRetention)}).");
        if (retention > ofTable)
            throw new VarveException(FaultKind.Invalid,
                $"The retention {retention} for the vacuum of {table} is longer than the table remembers removed files, {ofTable}. "
                    + "Set delta.deletedFileRetentionDuration to it first.");
        return retention;
    }

    async Task<IReadOnlyList<(string Path, long SizeBytes)>> DeleteAsync(
        Snapshot snapshot, IReadOnlyList<(string Path, long SizeBytes)> found, TimeSpan retention, long cutoffMs, VacuumOptions how,
        CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>
        {
            ["retentionCheckEnabled"] = how.AllowShorterRetention ? "false" : "true",
            ["specifiedRetentionMillis"] = ((long)retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
        };
        var start = new Commit { Operation = "VACUUM START", Parameters = parameters, Metrics = Metrics("numFilesToDelete", "sizeOfDataToDelete", found) };
        snapshot = how.WritesHistory ? await commit(start, cancellationToken) : await loader.RefreshAsync(snapshot, cancellationToken);
        // Another writer may have brought a file back while the folder was looked through.
        var kept = new RetainedFiles(snapshot, cutoffMs);
        found = [.. found.Where(file => !kept.Contains(file.Path))];
        foreach (var lot in found.SelectMany(file => WithIndex(file.Path)).Distinct().Chunk(LogCleanup.BatchFiles))
            await store.DeleteManyAsync([.. lot.Select(path => _root + path)], cancellationToken);
        DeltaLog.Vacuumed(logger, table, found.Count, found.Sum(file => file.SizeBytes));
        var status = new Dictionary<string, string> { ["status"] = "COMPLETED" };
        if (how.WritesHistory)
            await commit(
                new Commit { Operation = "VACUUM END", Parameters = status, Metrics = Metrics("numDeletedFiles", "sizeOfDeletedData", found) },
                cancellationToken);
        return found;
    }

    /// <summary>The side index of a data file has no use without it; whether there is one need not be known.</summary>
    static IEnumerable<string> WithIndex(string path) =>
        !FileIndexPath.IsIndex(path) && FileIndexPath.Of(path) is { } index ? [path, index] : [path];

    Task WriteInfoAsync(long version, CancellationToken cancellationToken)
    {
        var info = new Dictionary<string, long> { [InfoField] = version };
        return store.PutAsync(_infoPath, JsonSerializer.SerializeToUtf8Bytes(info, VacuumJsonContext.Default.DictionaryStringInt64), cancellationToken);
    }

    async Task<long?> ReadInfoAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(_infoPath, cancellationToken) is not { } content)
            return null;
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(InfoField, out var field)
                && field.ValueKind == JsonValueKind.Number && field.TryGetInt64(out var version) && version >= 0 ? version : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static Dictionary<string, long> Metrics(string count, string size, IReadOnlyList<(string Path, long SizeBytes)> files) =>
        new() { [count] = files.Count, [size] = files.Sum(file => file.SizeBytes) };

    static VacuumResult Result(IReadOnlyList<(string Path, long SizeBytes)> files, bool isDryRun) =>
        new([.. files.Select(file => file.Path)], files.Sum(file => file.SizeBytes), isDryRun);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, long>))]
sealed partial class VacuumJsonContext : System.Text.Json.Serialization.JsonSerializerContext;
