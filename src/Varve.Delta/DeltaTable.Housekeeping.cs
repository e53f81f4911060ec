using Varve.Delta.Checkpoints;
using Varve.Delta.Housekeeping;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta;

/// <content>What keeps the log short and the folder free of what no longer belongs to the table. Commits do the first by themselves.</content>
public sealed partial class DeltaTable
{
    /// <summary>Writes a checkpoint of the newest version, unless it has one, and gives the version. Delta protocol: "Checkpoints".</summary>
    /// <exception cref="VarveException">The table cannot be written by this version, or the store does not answer.</exception>
    public async Task<long> CheckpointAsync(CancellationToken cancellationToken)
    {
        var snapshot = await RefreshToWriteAsync(cancellationToken);
        await _housekeeper.CheckpointAsync(snapshot, cancellationToken);
        return snapshot.Version;
    }

    /// <summary>
    /// Writes one file that stands for all commits after the newest checkpoint. Null when these are fewer than three: then nothing is gained.
    /// Delta protocol: "Log Compaction Files".
    /// </summary>
    /// <exception cref="VarveException">The table cannot be written by this version, or the store does not answer.</exception>
    public async Task<(long First, long Last)?> CompactLogAsync(CancellationToken cancellationToken)
    {
        var snapshot = await RefreshToWriteAsync(cancellationToken);
        var folder = StorePath.Join(Root, LogFileName.Folder) + "/";
        var hint = LastCheckpoint.Read(await _store.ReadAsync(folder + LogFileName.LastCheckpoint, cancellationToken));
        var floor = hint is { Version: >= 0 } && hint.Version <= snapshot.Version ? hint.Version : 0;
        var listing = await _loader.ListAsync(floor, snapshot.Version, cancellationToken);
        var first = listing.Checkpoints.Count == 0 ? 0 : listing.Checkpoints[0].Version + 1;
        if (snapshot.Version - first + 1 < LogCompactor.CommitsMin)
            return null;
        var isWritten = await new LogCompactor(_store, Root, _loader, _logger).WriteAsync(first, snapshot.Version, cancellationToken);
        return isWritten ? (first, snapshot.Version) : null;
    }

    /// <summary>
    /// Deletes files of the log that are past <c>delta.logRetentionDuration</c> and that no younger version needs, and gives their number.
    /// Older versions can no longer be read then.
    /// </summary>
    /// <exception cref="VarveException">The table cannot be written by this version, its retention is no interval, or the store does not
    /// answer.</exception>
    public async Task<int> CleanUpLogAsync(CancellationToken cancellationToken) =>
        await new LogCleanup(_store, Root, _loader, _options, _logger).RunAsync(await RefreshToWriteAsync(cancellationToken), cancellationToken);

    /// <summary>Deletes files in the table's folder that neither the newest version nor, within the retention, an older one names.</summary>
    /// <exception cref="VarveException">
    /// The retention is shorter than the table's without leave, or longer than it remembers (<see cref="FaultKind.Invalid"/>); the table
    /// cannot be written by this version; or the store does not answer: then some files may be gone, and the next run goes on.
    /// </exception>
    public async Task<VacuumResult> VacuumAsync(VacuumOptions options, CancellationToken cancellationToken)
    {
        var snapshot = await RefreshToWriteAsync(cancellationToken);
        var vacuum = new Vacuum(_store, Root, _loader, _options, _logger, async (commit, token) =>
        {
            await CommitAsync(commit, token);
            return Latest;
        });
        return await vacuum.RunAsync(snapshot, options, cancellationToken);
    }

    async Task<Snapshot> RefreshToWriteAsync(CancellationToken cancellationToken)
    {
        var snapshot = await RefreshAsync(cancellationToken);
        TableFeatures.CheckWritable(snapshot, Root);
        return snapshot;
    }
}
