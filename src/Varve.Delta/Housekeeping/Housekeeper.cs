using Microsoft.Extensions.Logging;
using Varve.Delta.Actions;
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

    // A checkpoint writes all files anew: it waits until there is a version for each so many of them, and so costs each version the same.
    const int FilesPerVersion = 100;

    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";
    readonly Checkpointer _checkpointer = new(store, table, loader, options, logger);
    long _checkpointVersion;
    long _checkpointFiles;
    int _isCheckpointing;

    /// <summary>Does what is due after the commit that made this state. It does not throw.</summary>
    public async Task AfterCommitAsync(TableState state, CancellationToken cancellationToken)
    {
        if (IsMultiple(state.Version, options.ChecksumInterval) && HasFewTransactions(state))
            await TryAsync("checksum", state, () => WriteChecksumAsync(state, cancellationToken));
        var interval = TableProperties.Of(state.Metadata).CheckpointInterval;
        if (await IsCheckpointDueAsync(state, interval, cancellationToken) && Interlocked.Exchange(ref _isCheckpointing, 1) == 0)
        {
            // A failed one is tried again in its time, not with the next commit.
            Interlocked.Exchange(ref _checkpointVersion, state.Version);
            // What is awaited in it goes on there, too.
            var writing = options.BackgroundScheduler is { } scheduler
                ? Task.Factory.StartNew(() => TryCheckpointAsync(state, CancellationToken.None), CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler)
                : TryCheckpointAsync(state, cancellationToken);
            if (options.BackgroundScheduler is null)
                await writing;
        }
        else if (CompactionRange(state.Version, interval) is var (first, last))
            await TryAsync("compaction", state, () => new LogCompactor(store, table, loader, logger).WriteAsync(first, last, cancellationToken));
    }

    /// <summary>Writes the checkpoint of the snapshot.</summary>
    public Task CheckpointAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        if (snapshot.Protocol.WriterFeatures?.Contains("checkpointProtection") == true
            && snapshot.Version < TableProperties.Of(snapshot.Metadata).RequireCheckpointProtectionBeforeVersion)
            throw new VarveException(FaultKind.Invalid,
                $"Version {snapshot.Version} of {table} is protected by delta.requireCheckpointProtectionBeforeVersion: "
                    + "no checkpoint of it may be made.");
        return _checkpointer.WriteAsync(snapshot, CheckpointSettings.Of(snapshot, options.Clock.GetUtcNow()), cancellationToken);
    }

    /// <summary>While one is under way no other begins: the next that falls due will stand for both.</summary>
    async ValueTask<bool> IsCheckpointDueAsync(TableState state, int interval, CancellationToken cancellationToken) =>
        Volatile.Read(ref _isCheckpointing) == 0
        && (IsMultiple(state.Version, interval) ? IsWorthwhile(state) : await IsLateAsync(state, interval, cancellationToken));

    async Task TryCheckpointAsync(TableState state, CancellationToken cancellationToken)
    {
        try
        {
            // A checkpoint without the list of files would lose them all.
            var snapshot = state as Snapshot ?? await loader.LoadAsync(state.Version, cancellationToken)
                ?? throw new VarveException(FaultKind.NotFound, $"There is no table at {table}.");
            await CheckpointAsync(snapshot, cancellationToken);
            Interlocked.Exchange(ref _checkpointFiles, snapshot.Files.Count);
            if (options.ChecksumInterval > 0 && (state is not Snapshot || !HasFewTransactions(state)))
                await TryAsync("checksum", state, () => WriteChecksumAsync(snapshot, cancellationToken));
        }
        catch (Exception fault)
        {
            DeltaLog.CheckpointFailed(logger, fault, state.Version, table);
            return;
        }
        finally
        {
            Interlocked.Exchange(ref _isCheckpointing, 0);
        }

        if (TableProperties.Of(state.Metadata).EnableExpiredLogCleanup)
            await TryAsync("cleanup", state, () => new LogCleanup(store, table, loader, options, logger).RunAsync(state, cancellationToken));
    }

    async Task WriteChecksumAsync(TableState state, CancellationToken cancellationToken)
    {
        var checksum = state is Snapshot snapshot ? VersionChecksum.WithoutVectors(snapshot) : await DeriveChecksumAsync(state, cancellationToken);
        if (checksum is not null)
            await store.PutIfAbsentAsync(_logFolder + LogFileName.Checksum(state.Version), checksum.ToBytes(), cancellationToken);
    }

    /// <summary>The checksum of a state whose files are not at hand, from the last one and the commits since; null when these do not tell.</summary>
    async Task<VersionChecksum?> DeriveChecksumAsync(TableState state, CancellationToken cancellationToken)
    {
        var version = state.Version - options.ChecksumInterval;
        var checksum = VersionChecksum.Read(await store.ReadAsync(_logFolder + LogFileName.Checksum(version), cancellationToken));
        while (checksum is not null && ++version <= state.Version)
        {
            if (await loader.ReadCommitAsync(version, cancellationToken) is not { } lines)
                return null;
            var adds = lines.Select(line => line.Add).OfType<AddFile>().ToList();
            var removes = lines.Select(line => line.Remove).OfType<RemoveFile>().ToList();
            checksum = checksum.After(state, adds, removes);
        }

        return checksum;
    }

    /// <summary>
    /// The commits since the last compaction; those up to the last version at which a checkpoint was due are in a compaction or in it. Null when
    /// none is due, or too few are left.
    /// </summary>
    (long First, long Last)? CompactionRange(long version, int checkpointInterval)
    {
        if (!IsMultiple(version, options.LogCompactionInterval))
            return null;
        var first = Math.Max(version - options.LogCompactionInterval + 1, (version - 1) / checkpointInterval * checkpointInterval + 1);
        return version - first + 1 >= LogCompactor.CommitsMin ? (first, version) : null;
    }

    async Task<bool> IsLateAsync(TableState state, int interval, CancellationToken cancellationToken)
    {
        if (state.Version - Interlocked.Read(ref _checkpointVersion) <= (long)interval * LateIntervals || !IsWorthwhile(state))
            return false;
        try
        {
            var hint = LastCheckpoint.Read(await store.ReadAsync(_logFolder + LogFileName.LastCheckpoint, cancellationToken));
            if (hint is not null && hint.Version <= state.Version)
                Interlocked.Exchange(ref _checkpointVersion, hint.Version);
            return state.Version - Interlocked.Read(ref _checkpointVersion) > (long)interval * LateIntervals;
        }
        catch (Exception fault)
        {
            DeltaLog.HousekeepingFailed(logger, fault, "last checkpoint", state.Version, table);
            return false;
        }
    }

    /// <summary>Nor does a cancelled task fail the commit: its caller has to learn that it is durable.</summary>
    async Task TryAsync(string task, TableState state, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault)
        {
            DeltaLog.HousekeepingFailed(logger, fault, task, state.Version, table);
        }
    }

    bool HasFewTransactions(TableState state) => state.Transactions.Count <= options.ChecksumTransactionsMax;

    bool IsWorthwhile(TableState state) =>
        state.Version - Interlocked.Read(ref _checkpointVersion) >= Interlocked.Read(ref _checkpointFiles) / FilesPerVersion;

    static bool IsMultiple(long version, int interval) => interval > 0 && version > 0 && version % interval == 0;
}
