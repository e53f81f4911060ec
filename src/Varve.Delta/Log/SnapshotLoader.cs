using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.State;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Builds snapshots from the log: the newest complete checkpoint, then every commit after it, without a gap.</summary>
sealed class SnapshotLoader(IObjectStore store, string table, ILogger? logger = null)
{
    // One read for the compaction and one for the time of its last commit: shorter ones save nothing.
    const int CompactionCommitsMin = 3;

    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";
    readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <summary>The snapshot of <paramref name="version"/>, or of the newest when it is null; null when there is no table.</summary>
    public async Task<Snapshot?> LoadAsync(long? version, CancellationToken cancellationToken)
    {
        var hint = LastCheckpoint.Read(await store.ReadAsync(_logFolder + LogFileName.LastCheckpoint, cancellationToken));
        var floor = hint is not null && (version is null || hint.Version <= version) ? Math.Max(hint.Version, 0) : 0;
        var listing = await ListAsync(floor, version, cancellationToken);
        if (floor > 0 && listing.Checkpoints.Count == 0)
            listing = await ListAsync(0, version, cancellationToken);
        if (listing.Newest < 0)
            return version is null ? null : throw await NoVersionAsync(version.Value, cancellationToken);
        return await BuildAsync(listing, version, cancellationToken);
    }

    /// <summary>Applies the commits that were added since; the same snapshot when there are none.</summary>
    public async Task<Snapshot> RefreshAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        while (await ReadTextAsync(snapshot.Version + 1, cancellationToken) is var (text, path))
            snapshot = snapshot.Apply(snapshot.Version + 1, text, path, table);
        return snapshot;
    }

    /// <summary>The actions of one commit, or null when it does not exist.</summary>
    public async Task<List<LogLine>?> ReadCommitAsync(long version, CancellationToken cancellationToken)
    {
        return await ReadTextAsync(version, cancellationToken) is var (text, path) ? ActionJson.Read(text, path) : null;
    }

    async Task<(byte[] Text, string Path)?> ReadTextAsync(long version, CancellationToken cancellationToken)
    {
        var path = _logFolder + LogFileName.Commit(version);
        return await store.ReadAsync(path, cancellationToken) is { } text ? (text, path) : null;
    }

    /// <summary>What the log folder holds from <paramref name="floor"/> to <paramref name="last"/>.</summary>
    public Task<LogListing> ListAsync(long floor, long? last, CancellationToken cancellationToken) =>
        LogListing.ReadAsync(store, _logFolder, floor, last, cancellationToken);

    async Task<Snapshot> BuildAsync(LogListing listing, long? version, CancellationToken cancellationToken)
    {
        var builder = Snapshot.Builder(table);
        (listing, var next, var damage) = await ApplyCheckpointAsync(builder, listing, version, cancellationToken);
        var newest = listing.Newest;
        if (version > newest)
            throw await NoVersionAsync(version.Value, cancellationToken);
        if (MissingCommit(listing, next, newest) is { } missing)
        {
            if (damage is not null)
                throw damage;
            if (missing == 0 && version is not null)
                throw await NoVersionAsync(version.Value, cancellationToken);
            throw new VarveException(FaultKind.Corrupt, $"The log of {table} has a gap: {LogFileName.Commit(missing)} is missing, version {newest} is there.");
        }

        while (next <= newest)
            next = await ApplyCompactionAsync(builder, listing, next, newest, cancellationToken)
                ?? await ApplyCommitAsync(builder, next, cancellationToken);
        return builder.Build();
    }

    /// <summary>
    /// Applies the best checkpoint that can be read, and tells which commit comes next. A damaged one is passed over for an older one, or for
    /// the commits from 0; its fault is kept for when these do not reach.
    /// </summary>
    async Task<(LogListing Listing, long Next, VarveException? Damage)> ApplyCheckpointAsync(
        SnapshotBuilder builder, LogListing listing, long? version, CancellationToken cancellationToken)
    {
        VarveException? damage = null;
        var reader = new CheckpointLoader(store, _logFolder, table);
        for (var index = 0; index < listing.Checkpoints.Count; index++)
        {
            var checkpoint = listing.Checkpoints[index];
            CheckpointContent content;
            try
            {
                content = await reader.ReadAsync(checkpoint, cancellationToken);
            }
            catch (VarveException fault) when (fault.Kind == FaultKind.Corrupt)
            {
                DeltaLog.CheckpointDamaged(_logger, fault, checkpoint.Version, table);
                damage ??= fault;
                if (listing.Floor > 0)
                    listing = await ListAsync(0, version, cancellationToken);
                continue;
            }

            builder.Apply(checkpoint.Version, content);
            if (listing.Commits.ContainsKey(checkpoint.Version))
                await TakeTimestampAsync(builder, checkpoint.Version, cancellationToken);
            return (listing, checkpoint.Version + 1, damage);
        }

        return (listing, 0, damage);
    }

    static long? MissingCommit(LogListing listing, long first, long last)
    {
        for (var version = first; version <= last; version++)
            if (!listing.Commits.ContainsKey(version))
                return version;
        return null;
    }

    async Task<long> ApplyCommitAsync(SnapshotBuilder builder, long version, CancellationToken cancellationToken)
    {
        var (text, path) = await ReadTextAsync(version, cancellationToken)
            ?? throw new VarveException(FaultKind.Unavailable, $"Version {version} of {table} was removed while it was being read. Try again.");
        builder.Apply(version, text, path);
        return version + 1;
    }

    /// <summary>Applies the longest compaction that starts here, and tells which version comes next; null when there is none that can be used.</summary>
    async Task<long?> ApplyCompactionAsync(SnapshotBuilder builder, LogListing listing, long first, long last, CancellationToken cancellationToken)
    {
        foreach (var (until, name) in listing.Compactions[first])
        {
            if (until > last || until - first + 1 < CompactionCommitsMin)
                continue;
            if (await ReadCompactionAsync(name, cancellationToken) is not { } text)
                continue;
            builder.Apply(until, text, _logFolder + name);
            await TakeTimestampAsync(builder, until, cancellationToken);
            return until + 1;
        }

        return null;
    }

    async Task<byte[]?> ReadCompactionAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.ReadAsync(_logFolder + name, cancellationToken);
            if (content is null)
                return null;
            if (Compaction.IsReconciled(ActionJson.Read(content, name)))
                return content;
            DeltaLog.CompactionNotUsed(_logger, name, table, "it names a file or a setting twice");
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Corrupt)
        {
            // The commits that it stands for are all there.
            DeltaLog.CompactionNotUsed(_logger, name, table, fault.Message);
        }

        return null;
    }

    async Task TakeTimestampAsync(SnapshotBuilder builder, long version, CancellationToken cancellationToken)
    {
        var lines = await ReadCommitAsync(version, cancellationToken);
        if (lines?.Select(line => line.CommitInfo).FirstOrDefault(info => info is not null) is { } info)
            builder.SetCommitTimestamp(info.InCommitTimestamp ?? info.Timestamp ?? 0);
    }

    async Task<VarveException> NoVersionAsync(long version, CancellationToken cancellationToken)
    {
        var newest = await LoadAsync(version: null, cancellationToken);
        return new VarveException(FaultKind.NotFound, newest switch
        {
            null => $"There is no table at {table}.",
            _ when version > newest.Version => $"The table {table} has no version {version}: the newest is {newest.Version}.",
            _ => $"The table {table} has no version {version}: its log no longer goes back that far. The newest is {newest.Version}.",
        });
    }
}
