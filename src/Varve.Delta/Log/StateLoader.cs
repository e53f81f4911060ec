using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>
/// Loads the state of a table without its files: from the newest checksum, else from the columns of a checkpoint that are not about files, and the
/// commits after it. What it costs does not grow with the number of files.
/// </summary>
sealed class StateLoader(IObjectStore store, string table, SnapshotLoader snapshots)
{
    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";

    /// <summary>The newest state; null when there is no table.</summary>
    public async Task<TableState?> LoadAsync(CancellationToken cancellationToken)
    {
        var listing = await snapshots.ListNewestAsync(version: null, cancellationToken);
        if (listing.Newest < 0)
            return null;
        var newest = listing.Newest;
        // What is out of order is told by who reads the log in full.
        if (await BaseAsync(listing, cancellationToken) is not { } from || SnapshotLoader.MissingCommit(listing, from.Version + 1, newest) is not null)
            return await snapshots.LoadAsync(version: null, cancellationToken);
        var commits = new CommitPrefetch(version => snapshots.ReadTextAsync(version, cancellationToken), newest);
        var builder = new TableStateBuilder(table, from);
        for (var version = from.Version + 1; version <= newest; version++)
        {
            var (text, path) = await commits.ReadAsync(version) ?? throw SnapshotLoader.Removed(table, version);
            builder.Apply(version, ActionJson.Read(text, path));
        }

        return builder.Build();
    }

    async Task<TableState?> BaseAsync(LogListing listing, CancellationToken cancellationToken)
    {
        if (await FromChecksumAsync(listing, cancellationToken) is { } fromChecksum)
            return fromChecksum;
        if (listing.Checkpoints.Count == 0)
            return null;
        var checkpoint = listing.Checkpoints[0];
        try
        {
            var builder = new TableStateBuilder(table);
            builder.Apply(checkpoint.Version, await new CheckpointHead(store, _logFolder, table).ReadAsync(checkpoint, cancellationToken));
            if (listing.Commits.ContainsKey(checkpoint.Version))
                builder.SetCommitTimestamp(await snapshots.TimestampOfAsync(checkpoint.Version, cancellationToken) ?? 0);
            return builder.Build();
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Corrupt)
        {
            return null;
        }
    }

    /// <summary>A checksum that is cut, foreign or leaves something open is passed over.</summary>
    async Task<TableState?> FromChecksumAsync(LogListing listing, CancellationToken cancellationToken)
    {
        if (listing.Checksums.Count == 0)
            return null;
        var version = listing.Checksums[^1];
        var checksum = VersionChecksum.Read(await store.ReadAsync(_logFolder + LogFileName.Checksum(version), cancellationToken));
        if (checksum is not { SetTransactions: { } transactions, DomainMetadata: { } domains })
            return null;
        var builder = new TableStateBuilder(table);
        builder.Apply(version, [
            new LogLine { Protocol = checksum.Protocol }, new LogLine { MetaData = checksum.Metadata },
            .. transactions.Select(transaction => new LogLine { Txn = transaction }), .. domains.Select(domain => new LogLine { DomainMetadata = domain }),
        ]);
        var time = checksum.InCommitTimestampOpt
            ?? (listing.Commits.ContainsKey(version) ? await snapshots.TimestampOfAsync(version, cancellationToken) : null);
        builder.SetCommitTimestamp(time ?? 0);
        return builder.Build();
    }
}
