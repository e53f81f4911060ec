using Microsoft.Extensions.Logging;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Housekeeping;

/// <summary>
/// What is due in the log after a commit: checksum, checkpoint or compaction, cleanup. None of it can fail the commit, which is durable
/// by then: a fault is logged, and the work is done by a later commit, of this process or of another.
/// </summary>
sealed class Housekeeper(IObjectStore store, string table, SnapshotLoader loader, DeltaOptions options, ILogger logger)
{
    // Whoever was to write the checkpoint is late by this many intervals: another writer does it.
    const int LateIntervals = 2;

    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";
    readonly Checkpointer _checkpointer = new(store, table, loader, options, logger);
    long _checkpointVersion;

    /// <summary>Does what is due after the commit that made this snapshot.</summary>
    public async Task AfterCommitAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        if (IsMultiple(snapshot.Version, options.ChecksumInterval))
            await TryAsync("checksum", snapshot, () => WriteChecksumAsync(snapshot, cancellationToken));
        var interval = TableProperties.Of(snapshot.Metadata).CheckpointInterval;
        if (IsMultiple(snapshot.Version, interval) || await IsLateAsync(snapshot, interval, cancellationToken))
        {
            // A failed one is tried again in its time, not with the next commit.
            Interlocked.Exchange(ref _checkpointVersion, snapshot.Version);
            await TryCheckpointAsync(snapshot, cancellationToken);
        }
        else if (CompactionRange(snapshot.Version, interval) is var (first, last))
            await TryAsync("compaction", snapshot, () => new LogCompactor(store, table, loader, logger).WriteAsync(first, last, cancellationToken));
    }

    /// <summary>Writes the checkpoint of the snapshot.</summary>
    public Task CheckpointAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        if (snapshot.Protocol.WriterFeatures?.Contains("checkpointProtection") == true
            && snapshot.Version < TableProperties.Of(snapshot.Metadata).RequireCheckpointProtectionBeforeVersion)
            throw new VarveException(FaultKind.Invalid,
                $"Version {snapshot.Version} of {table} is protected by delta.requireCheckpointProtectionBeforeVersion: no checkpoint of it may be made.");
        return _checkpointer.WriteAsync(snapshot, CheckpointSettings.Of(snapshot, options.Clock.GetUtcNow()), cancellationToken);
    }

    async Task TryCheckpointAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        try
        {
            await CheckpointAsync(snapshot, cancellationToken);
        }
        catch (Exception fault)
        {
            DeltaLog.CheckpointFailed(logger, fault, snapshot.Version, table);
            return;
        }

        if (TableProperties.Of(snapshot.Metadata).EnableExpiredLogCleanup)
            await TryAsync("cleanup", snapshot, () => new LogCleanup(store, table, loader, options, logger).RunAsync(snapshot, cancellationToken));
    }

    Task WriteChecksumAsync(Snapshot snapshot, CancellationToken cancellationToken) => store.PutIfAbsentAsync(
        _logFolder + LogFileName.Checksum(snapshot.Version), VersionChecksum.WithoutVectors(snapshot).ToBytes(), cancellationToken);

    /// <summary>The commits since the last compaction; those before the checkpoint are covered by it. Null when none is due, or too few are left.</summary>
    (long First, long Last)? CompactionRange(long version, int checkpointInterval)
    {
        if (!IsMultiple(version, options.LogCompactionInterval))
            return null;
        var first = Math.Max(version - options.LogCompactionInterval + 1, version / checkpointInterval * checkpointInterval + 1);
        return version - first + 1 >= LogCompactor.CommitsMin ? (first, version) : null;
    }

    async Task<bool> IsLateAsync(Snapshot snapshot, int interval, CancellationToken cancellationToken)
    {
        if (snapshot.Version - Interlocked.Read(ref _checkpointVersion) <= (long)interval * LateIntervals)
            return false;
        try
        {
            var hint = LastCheckpoint.Read(await store.ReadAsync(_logFolder + LogFileName.LastCheckpoint, cancellationToken));
            if (hint is not null && hint.Version <= snapshot.Version)
                Interlocked.Exchange(ref _checkpointVersion, hint.Version);
            return snapshot.Version - Interlocked.Read(ref _checkpointVersion) > (long)interval * LateIntervals;
        }
        catch (Exception fault)
        {
            DeltaLog.HousekeepingFailed(logger, fault, "last checkpoint", snapshot.Version, table);
            return false;
        }
    }

    /// <summary>Nor does a cancelled task fail the commit: its caller has to learn that it is durable.</summary>
    async Task TryAsync(string task, Snapshot snapshot, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault)
        {
            DeltaLog.HousekeepingFailed(logger, fault, task, snapshot.Version, table);
        }
    }

    static bool IsMultiple(long version, int interval) => interval > 0 && version > 0 && version % interval == 0;
}
