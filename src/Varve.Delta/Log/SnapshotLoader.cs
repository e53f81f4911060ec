using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Builds snapshots from the log: the newest complete checkpoint, then every commit after it, without a gap.</summary>
sealed class SnapshotLoader(IObjectStore store, string table, ILogger? logger = null, TimeProvider? clock = null)
{
    // One read for the compaction and one for the time of its last commit: shorter ones save nothing.
    const int CompactionCommitsMin = 3;

    // Commits that are read one after the other before a newer checkpoint is looked for.
    const int LongTail = 64;

    const int CommitInfoBytes = 16 * 1024;

    static readonly TimeSpan InTouch = TimeSpan.FromMinutes(5);

    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";
    readonly ILogger _logger = logger ?? NullLogger.Instance;
    readonly TimeProvider _clock = clock ?? TimeProvider.System;
    long _inTouch = (clock ?? TimeProvider.System).GetTimestamp();

    /// <summary>The snapshot of <paramref name="version"/>, or of the newest when it is null; null when there is no table.</summary>
    public async Task<Snapshot?> LoadAsync(long? version, CancellationToken cancellationToken)
    {
        var listing = await ListNewestAsync(version, cancellationToken);
        if (listing.Newest < 0)
            return version is null ? null : throw await NoVersionAsync(version.Value, cancellationToken);
        var snapshot = await BuildAsync(listing, version, cancellationToken);
        await VerifyAsync(listing, snapshot, cancellationToken);
        return snapshot;
    }

    /// <summary>The newest state without files; null when there is no table.</summary>
    public Task<TableState?> LoadStateAsync(CancellationToken cancellationToken) => new StateLoader(store, table, this).LoadAsync(cancellationToken);

    /// <summary>What the log folder holds from the newest checkpoint on that is not after <paramref name="version"/>, or from 0.</summary>
    public async Task<LogListing> ListNewestAsync(long? version, CancellationToken cancellationToken)
    {
        var hint = await ReadHintAsync(cancellationToken);
        var floor = hint is not null && (version is null || hint.Version <= version) ? Math.Max(hint.Version, 0) : 0;
        var listing = await ListAsync(floor, version, cancellationToken);
        return floor > 0 && listing.Checkpoints.Count == 0 ? await ListAsync(0, version, cancellationToken) : listing;
    }

    /// <summary>Applies the commits that were added since; the same snapshot when there are none.</summary>
    public async Task<Snapshot> RefreshAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var applied = 0;
        while (await ReadTextAsync(snapshot.Version + 1, cancellationToken) is var (text, path))
        {
            snapshot = snapshot.Apply(snapshot.Version + 1, text, path, table);
            if (++applied % LongTail == 0 && await IsFarBehindAsync(snapshot, cancellationToken))
                return await LoadAsync(version: null, cancellationToken) ?? throw Gone();
        }

        return applied == 0 && await IsOutOfTouchAsync(snapshot, cancellationToken) ? await LoadAsync(version: null, cancellationToken) ?? throw Gone() : snapshot;
    }

    /// <summary>The same of a state without files.</summary>
    public async Task<TableState> RefreshStateAsync(TableState state, CancellationToken cancellationToken)
    {
        if (state is Snapshot snapshot)
            return await RefreshAsync(snapshot, cancellationToken);
        var applied = 0;
        while (await ReadCommitAsync(state.Version + 1, cancellationToken) is { } lines)
        {
            state = state.Apply(state.Version + 1, lines, table);
            if (++applied % LongTail == 0 && await IsFarBehindAsync(state, cancellationToken))
                return await LoadStateAsync(cancellationToken) ?? throw Gone();
        }

        return applied == 0 && await IsOutOfTouchAsync(state, cancellationToken) ? await LoadStateAsync(cancellationToken) ?? throw Gone() : state;
    }

    /// <summary>The actions of one commit, or null when it does not exist.</summary>
    public async Task<List<LogLine>?> ReadCommitAsync(long version, CancellationToken cancellationToken)
    {
        return await ReadTextAsync(version, cancellationToken) is var (text, path) ? ActionJson.Read(text, path) : null;
    }

    /// <summary>The bytes of one commit and their path; null when it does not exist.</summary>
    public async Task<(byte[] Text, string Path)?> ReadTextAsync(long version, CancellationToken cancellationToken)
    {
        var path = _logFolder + LogFileName.Commit(version);
        return await store.ReadAsync(path, cancellationToken) is { } text ? (text, path) : null;
    }

    /// <summary>What the log folder holds from <paramref name="floor"/> to <paramref name="last"/>.</summary>
    public Task<LogListing> ListAsync(long floor, long? last, CancellationToken cancellationToken) =>
        LogListing.ReadAsync(store, _logFolder, floor, last, cancellationToken);

    async Task<Snapshot> BuildAsync(LogListing listing, long? version, CancellationToken cancellationToken)
    {
        var builder = Snapshot.Builder(table, TablePath.AddressOf(store, table));
        (listing, var next, var damage) = await ApplyCheckpointAsync(builder, listing, version, cancellationToken);
        var newest = listing.Newest;
        if (version > newest)
            throw await NoVersionAsync(version.Value, cancellationToken);
        if (MissingCommit(listing, next, newest) is { } missing)
        {
            if (damage is not null)
                throw damage;
            // Cleanup deletes from old to new, but not each batch in order: what lies before a checkpoint may have holes.
            if (version is not null && (missing == 0 || await ReadHintAsync(cancellationToken) is { } hint && hint.Version > missing))
                throw await NoVersionAsync(version.Value, cancellationToken);
            throw new VarveException(FaultKind.Corrupt, $"The log of {table} has a gap: {LogFileName.Commit(missing)} is missing, version {newest} is there.");
        }

        var commits = new CommitPrefetch(number => ReadTextAsync(number, cancellationToken), newest);
        while (next <= newest)
            next = await ApplyCompactionAsync(builder, listing, next, newest, cancellationToken)
                ?? await ApplyCommitAsync(builder, next, commits);
        return builder.Build();
    }

    /// <summary>The time of a commit by its commitInfo, in milliseconds since 1970; null when it does not tell.</summary>
    public async Task<long?> TimestampOfAsync(long version, CancellationToken cancellationToken)
    {
        // Writers put it first, some of old put it last; a commit may be large.
        var path = _logFolder + LogFileName.Commit(version);
        var front = await store.ReadRangeAsync(path, 0, CommitInfoBytes, cancellationToken);
        if (front is null)
            return null;
        var info = FirstInfo(front, path);
        if (info is null && front.Length == CommitInfoBytes && await store.ReadSuffixAsync(path, CommitInfoBytes, cancellationToken) is { } back)
            info = FirstInfo(back.AsSpan(back.AsSpan().IndexOf((byte)'\n') + 1), path);
        return info?.InCommitTimestamp ?? info?.Timestamp;
    }

    /// <summary>The first commitInfo whose line is whole. The other lines are not looked at: who reads the commit does that.</summary>
    static CommitInfo? FirstInfo(ReadOnlySpan<byte> text, string path)
    {
        for (var number = 1; !text.IsEmpty; number++)
        {
            // Lines before the one that names it are passed over at once.
            var named = text.IndexOf("\"commitInfo\""u8);
            if (named < 0)
                return null;
            text = text[(text[..named].LastIndexOf((byte)'\n') + 1)..];
            var isWhole = text.Contains((byte)'\n');
            var line = ActionJson.NextLine(ref text);
            if ((isWhole || line.TrimEnd(" \t\r"u8).EndsWith("}"u8)) && ActionJson.ReadLine(line, path, number).CommitInfo is { } info)
                return info;
        }

        return null;
    }

    /// <summary>The first commit of a range that is not there, or null.</summary>
    public static long? MissingCommit(LogListing listing, long first, long last)
    {
        for (var version = first; version <= last; version++)
            if (!listing.Commits.ContainsKey(version))
                return version;
        return null;
    }

    /// <summary>The fault of a reader who comes upon a commit that has been cleaned up.</summary>
    public static VarveException Removed(string table, long version) =>
        new(FaultKind.Unavailable, $"Version {version} of {table} was removed while it was being read. Try again.");

    /// <summary>Holds what was read against the checksum of the version, where it has one. A difference is told; the log counts.</summary>
    async Task VerifyAsync(LogListing listing, Snapshot snapshot, CancellationToken cancellationToken)
    {
        if (!listing.Checksums.Contains(snapshot.Version))
            return;
        var checksum = VersionChecksum.Read(await store.ReadAsync(_logFolder + LogFileName.Checksum(snapshot.Version), cancellationToken));
        if (checksum?.Verify(snapshot) is { Count: > 0 } differences)
            DeltaLog.ChecksumWrong(_logger, snapshot.Version, table, string.Join("; ", differences));
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

    async Task<long> ApplyCommitAsync(SnapshotBuilder builder, long version, CommitPrefetch commits)
    {
        var (text, path) = await commits.ReadAsync(version) ?? throw Removed(table, version);
        builder.Apply(version, text, path);
        return version + 1;
    }

    async Task<LastCheckpoint?> ReadHintAsync(CancellationToken cancellationToken) =>
        LastCheckpoint.Read(await store.ReadAsync(_logFolder + LogFileName.LastCheckpoint, cancellationToken));

    /// <summary>True when a checkpoint lies far ahead: to read it is less than to read all commits up to it.</summary>
    async Task<bool> IsFarBehindAsync(TableState state, CancellationToken cancellationToken) =>
        await ReadHintAsync(cancellationToken) is { } hint && hint.Version >= state.Version + LongTail;

    /// <summary>
    /// True when the next commit is not there because the log was cleaned up beyond it. It is asked seldom: logs are cleaned up to days behind the
    /// newest version, not minutes.
    /// </summary>
    async Task<bool> IsOutOfTouchAsync(TableState state, CancellationToken cancellationToken)
    {
        if (_clock.GetElapsedTime(Volatile.Read(ref _inTouch)) < InTouch)
            return false;
        var hint = await ReadHintAsync(cancellationToken);
        Volatile.Write(ref _inTouch, _clock.GetTimestamp());
        return hint is not null && hint.Version > state.Version;
    }

    VarveException Gone() => new(FaultKind.NotFound, $"The table {table} is no longer there.");

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
        if (await TimestampOfAsync(version, cancellationToken) is { } time)
            builder.SetCommitTimestamp(time);
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
