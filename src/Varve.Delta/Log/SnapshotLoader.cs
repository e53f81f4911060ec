using System.Text.Json;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Builds snapshots from the log: the newest complete checkpoint, then every commit after it, without a gap.</summary>
sealed class SnapshotLoader(IObjectStore store, string table)
{
    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";

    /// <summary>The snapshot of <paramref name="version"/>, or of the newest when it is null; null when there is no table.</summary>
    public async Task<Snapshot?> LoadAsync(long? version, CancellationToken cancellationToken)
    {
        var hint = await ReadHintAsync(cancellationToken);
        var floor = hint is not null && (version is null || hint.Version <= version) ? hint.Version : 0;
        var listing = await ListAsync(floor, version, cancellationToken);
        if (floor > 0 && listing.Checkpoint is null)
            listing = await ListAsync(0, version, cancellationToken);
        if (listing.Checkpoint is null && listing.Commits.Count == 0)
            return version is null ? null : throw await NoVersionAsync(version.Value, cancellationToken);
        return await BuildAsync(listing, version, cancellationToken);
    }

    /// <summary>Applies the commits that were added since; the same snapshot when there are none.</summary>
    public async Task<Snapshot> RefreshAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        while (await ReadCommitAsync(snapshot.Version + 1, cancellationToken) is { } lines)
            snapshot = snapshot.Apply(snapshot.Version + 1, lines, table);
        return snapshot;
    }

    /// <summary>The actions of one commit, or null when it does not exist.</summary>
    public async Task<List<LogLine>?> ReadCommitAsync(long version, CancellationToken cancellationToken)
    {
        var path = _logFolder + LogFileName.Commit(version);
        var content = await store.ReadAsync(path, cancellationToken);
        return content is null ? null : ActionJson.Read(content, path);
    }

    async Task<Snapshot> BuildAsync(Listing listing, long? version, CancellationToken cancellationToken)
    {
        var builder = Snapshot.Builder(table);
        var next = 0L;
        if (listing.Checkpoint is { } checkpoint)
        {
            var path = _logFolder + LogFileName.Checkpoint(checkpoint);
            var content = await store.ReadAsync(path, cancellationToken)
                ?? throw new VarveException(FaultKind.Unavailable, $"The checkpoint {path} was removed while it was being read. Try again.");
            builder.Apply(checkpoint, CheckpointReader.Read(content, path));
            next = checkpoint + 1;
            if (listing.Commits.Contains(checkpoint))
                await TakeTimestampAsync(builder, checkpoint, cancellationToken);
        }

        var newest = listing.Commits.Count == 0 ? next - 1 : Math.Max(listing.Commits.Max, next - 1);
        if (version > newest)
            throw await NoVersionAsync(version.Value, cancellationToken);
        for (; next <= newest; next++)
        {
            if (next == 0 && version is not null && !listing.Commits.Contains(0))
                throw await NoVersionAsync(version.Value, cancellationToken);
            if (!listing.Commits.Contains(next))
                throw new VarveException(FaultKind.Corrupt, $"The log of {table} has a gap: {LogFileName.Commit(next)} is missing, version {newest} is there.");
            var lines = await ReadCommitAsync(next, cancellationToken)
                ?? throw new VarveException(FaultKind.Unavailable, $"Version {next} of {table} was removed while it was being read. Try again.");
            builder.Apply(next, lines);
        }

        return builder.Build();
    }

    async Task TakeTimestampAsync(Snapshot.SnapshotBuilder builder, long version, CancellationToken cancellationToken)
    {
        var lines = await ReadCommitAsync(version, cancellationToken);
        if (lines?.Select(line => line.CommitInfo).FirstOrDefault(info => info is not null) is { } info)
            builder.SetCommitTimestamp(info.InCommitTimestamp ?? info.Timestamp ?? 0);
    }

    async Task<Listing> ListAsync(long floor, long? version, CancellationToken cancellationToken)
    {
        var commits = new SortedSet<long>();
        long? checkpoint = null;
        var startAfter = floor == 0 ? null : _logFolder + LogFileName.Floor(floor);
        await foreach (var file in store.ListAsync(_logFolder, startAfter, cancellationToken))
        {
            var kind = LogFileName.Parse(file.Path[_logFolder.Length..], out var found);
            if (kind == LogFileKind.Other || found > (version ?? long.MaxValue))
                continue;
            if (kind == LogFileKind.Commit)
                commits.Add(found);
            else if (file.SizeBytes > 0)
                checkpoint = found;
        }

        return new Listing(checkpoint, commits);
    }

    async Task<LastCheckpoint?> ReadHintAsync(CancellationToken cancellationToken)
    {
        var content = await store.ReadAsync(_logFolder + LogFileName.LastCheckpoint, cancellationToken);
        if (content is null)
            return null;
        try
        {
            return JsonSerializer.Deserialize(content, ActionJsonContext.Default.LastCheckpoint);
        }
        catch (JsonException)
        {
            // Only a hint: a torn or foreign one costs a longer listing.
            return null;
        }
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

    sealed record Listing(long? Checkpoint, SortedSet<long> Commits);
}
