using Microsoft.Extensions.Logging;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Housekeeping;

/// <summary>
/// Deletes the files of the log from before the newest checkpoint that is itself past the retention of the log: every younger version keeps
/// its base. Delta protocol: "Metadata Cleanup".
/// </summary>
sealed class LogCleanup(IObjectStore store, string table, SnapshotLoader loader, DeltaOptions options, ILogger logger)
{
    /// <summary>Files of one request: S3's limit.</summary>
    public const int BatchFiles = 1000;

    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";

    /// <summary>Deletes what has expired, and tells how many files that were. After a fault some may be gone; the next run goes on.</summary>
    public async Task<int> RunAsync(TableState state, CancellationToken cancellationToken)
    {
        var properties = TableProperties.Of(state.Metadata);
        var now = options.Clock.GetUtcNow();
        var cutoffMs = CutoffMs(now, properties.LogRetention);
        var old = await OldLog.ReadAsync(store, _logFolder, from: 0, cutoffMs, cancellationToken);
        var deleted = 0;
        if (await BaseAsync(old, state, cutoffMs, cancellationToken) is { } before && IsAllowed(state, properties, before))
        {
            deleted = await DeleteAsync(old, before, cancellationToken);
            if (deleted > 0)
                DeltaLog.LogCleanedUp(logger, deleted, table, before);
        }

        return deleted + await new SidecarCleanup(store, table).RunAsync(now, cancellationToken);
    }

    /// <summary>Rounded down to a whole day of UTC, so that there is work once a day.</summary>
    static long CutoffMs(DateTimeOffset now, TimeSpan retention)
    {
        var timeMs = Retention.Before(now, retention)!.Value;
        return timeMs - (long)(((Int128)timeMs % TimeSpan.MillisecondsPerDay + TimeSpan.MillisecondsPerDay) % TimeSpan.MillisecondsPerDay);
    }

    /// <summary>The version from which on the log stays; null when nothing can go.</summary>
    async Task<long?> BaseAsync(OldLog old, TableState state, long cutoffMs, CancellationToken cancellationToken)
    {
        if (await old.NewestAsync(loader, state, cutoffMs, cancellationToken) is not { } newest)
            return null;
        foreach (var checkpoint in old.Checkpoints.Where(checkpoint => checkpoint.Version <= newest))
            if (await IsWholeAsync(checkpoint, cancellationToken))
                return Anchor(old, state, checkpoint.Version);
        return null;
    }

    /// <summary>
    /// Without times in the commits, a commit that was written before the one ahead of it has a time that hangs on that one's: a chain of such
    /// commits goes as a whole or stays.
    /// </summary>
    static long Anchor(OldLog old, TableState state, long version)
    {
        if (TableFeatures.HasInCommitTimestamps(state.Protocol, state.Metadata)
            && version >= (TableProperties.Of(state.Metadata).InCommitTimestampEnablementVersion ?? 0))
            return version;
        while (old.Times.TryGetValue(version, out var time) && time.TimeMs != time.WrittenMs)
            version--;
        return version;
    }

    /// <summary>A look at the end of each file, and whether the sidecars are there: cheap beside the loss of a table.</summary>
    async Task<bool> IsWholeAsync(CheckpointFiles checkpoint, CancellationToken cancellationToken)
    {
        foreach (var name in checkpoint.Names)
        {
            var path = _logFolder + name;
            if (name.EndsWith(".parquet", StringComparison.Ordinal)
                && await store.ReadSuffixAsync(path, 4, cancellationToken) is not [(byte)'P', (byte)'A', (byte)'R', (byte)'1'])
                return false;
            if (name.EndsWith(".json", StringComparison.Ordinal) && !await HasSidecarsAsync(path, cancellationToken))
                return false;
        }

        return true;
    }

    async Task<bool> HasSidecarsAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.ReadAsync(path, cancellationToken);
            foreach (var sidecar in ActionJson.Read(content, path).Select(line => line.Sidecar).OfType<Sidecar>())
                if (await store.HeadAsync($"{_logFolder}{LogFileName.SidecarFolder}/{TablePath.Decode(sidecar.Path)}", cancellationToken) is null)
                    return false;
            return content is not null;
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Corrupt)
        {
            return false;
        }
    }

    // Delta protocol: "Checkpoint Protection". To look into every protocol of the range is left to those who need it.
    static bool IsAllowed(TableState state, TableProperties properties, long before) =>
        state.Protocol.WriterFeatures?.Contains("checkpointProtection") != true || before >= properties.RequireCheckpointProtectionBeforeVersion;

    /// <summary>
    /// In the order of versions, and of each lot the checkpoints last: a version that can still be asked for is whole, or is said to be
    /// gone.
    /// </summary>
    async Task<int> DeleteAsync(OldLog old, long before, CancellationToken cancellationToken)
    {
        var expired = old.Files.Where(file => file.Version < before || (file.File is { Kind: LogFileKind.Compaction }
            && file.Version == before)).ToList();
        foreach (var lot in expired.OrderBy(file => file.Version).Chunk(BatchFiles))
            foreach (var kind in lot.GroupBy(file => file.File is { Kind: not (LogFileKind.Commit or LogFileKind.Compaction) })
                .OrderBy(kind => kind.Key))
                await store.DeleteManyAsync([.. kind.Select(file => _logFolder + file.Name)], cancellationToken);
        return expired.Count;
    }
}
