using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Housekeeping;
using Varve.Delta.Log;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta;

/// <summary>What a new table looks like.</summary>
/// <param name="Schema">Its columns, partition columns included.</param>
/// <param name="PartitionColumns">The columns it is partitioned by, in order.</param>
public sealed record TableDefinition(TableSchema Schema, IReadOnlyList<string> PartitionColumns)
{
    /// <summary>Table properties, added to those that Varve sets itself.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// A Delta Lake table in an object store: the door of this library. Safe to use from many threads; any number of processes may write to
/// the same table. Delta protocol: https://github.com/delta-io/delta/blob/master/PROTOCOL.md
/// </summary>
public sealed partial class DeltaTable
{
    /// <summary>Commits between two checkpoints of a table that Varve makes.</summary>
    public const int CheckpointInterval = 100;

    readonly IObjectStore _store;
    readonly DeltaOptions _options;
    readonly ILogger _logger;
    readonly SnapshotLoader _loader;
    readonly Committer _committer;
    readonly Housekeeper _housekeeper;
    readonly CommitQueue _queue;
    readonly LatestState _latest;

    DeltaTable(IObjectStore store, string root, Snapshot latest, DeltaOptions options, ILogger logger, SnapshotLoader loader)
    {
        (_store, Root, _options, _logger, _loader) = (store, root, options, logger, loader);
        _latest = new LatestState(latest, options.Clock);
        _committer = new Committer(store, root, loader, options, logger);
        _housekeeper = new Housekeeper(store, root, loader, options, logger);
        _queue = new CommitQueue(_committer, _latest, options, root, _housekeeper.AfterCommitAsync);
    }

    /// <summary>The table's folder in the store.</summary>
    public string Root { get; }

    /// <summary>The newest snapshot that this object has seen; <see cref="RefreshAsync"/> looks for a newer one.</summary>
    public Snapshot Latest => (Snapshot)_latest.State;

    /// <summary>Opens the table, or returns null when there is none.</summary>
    /// <exception cref="VarveException">The table is damaged, or uses what this version cannot read.</exception>
    public static async Task<DeltaTable?> OpenAsync(
        IObjectStore store, string root, DeltaOptions? options, ILogger? logger, CancellationToken cancellationToken)
    {
        var loader = new SnapshotLoader(store, root, logger, options?.Clock);
        var snapshot = await loader.LoadAsync(version: null, cancellationToken);
        return snapshot is null ? null : new DeltaTable(store, root, snapshot, options ?? new DeltaOptions(), logger ?? NullLogger.Instance, loader);
    }

    /// <summary>Opens the table, and makes it first when there is none. Several processes may do so at once: one makes it.</summary>
    public static async Task<DeltaTable> OpenOrCreateAsync(
        IObjectStore store, string root, TableDefinition definition, DeltaOptions? options, ILogger? logger, CancellationToken cancellationToken)
    {
        if (await OpenAsync(store, root, options, logger, cancellationToken) is { } table)
            return table;
        options ??= new DeltaOptions();
        await CreateAsync(store, root, definition, options, logger, cancellationToken);
        return await OpenAsync(store, root, options, logger, cancellationToken)
            ?? throw new VarveException(FaultKind.Unavailable, $"The table {root} was made but cannot be found. Does the store list what was just written?");
    }

    /// <summary>The newest snapshot in the store.</summary>
    public async Task<Snapshot> RefreshAsync(CancellationToken cancellationToken)
    {
        var (state, timestamp) = _latest.Known;
        var newest = await _loader.RefreshAsync((Snapshot)state, cancellationToken);
        // No next version may also mean that the log no longer goes back this far, or that cleanup overtook the reads.
        if (_options.Clock.GetElapsedTime(timestamp) > _options.StateAgeMax)
            newest = await LoadNewestAsync(newest, cancellationToken);
        return (Snapshot)_latest.Keep(newest);
    }

    /// <summary>The snapshot of one version.</summary>
    public async Task<Snapshot> LoadAsync(long version, CancellationToken cancellationToken) =>
        await _loader.LoadAsync(version, cancellationToken)
        ?? throw new VarveException(FaultKind.NotFound, $"There is no table at {Root}.");

    /// <summary>Code of the fault that the time is before the table was made.</summary>
    public const string BeforeFirst = "before_first_version";

    /// <summary>Code of the fault that the time is after the newest version.</summary>
    public const string AfterNewest = "after_newest_version";

    /// <summary>The snapshot that was the newest at a time.</summary>
    /// <exception cref="VarveException">
    /// The time is before the oldest version that the log still has, or after the newest: <see cref="FaultKind.NotFound"/>, with the code
    /// <see cref="BeforeFirst"/> or <see cref="AfterNewest"/> when it is just that.
    /// </exception>
    public async Task<Snapshot> LoadAsOfAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var newest = await RefreshAsync(cancellationToken);
        var version = await new CommitTimes(_loader, Root).VersionAtAsync(newest, time, cancellationToken);
        return version == newest.Version ? newest : await LoadAsync(version, cancellationToken);
    }

    /// <summary>The commits of the table that the log still has, newest first.</summary>
    public async Task<IReadOnlyList<(long Version, CommitInfo? Info)>> HistoryAsync(int limit, CancellationToken cancellationToken)
    {
        var newest = (await RefreshAsync(cancellationToken)).Version;
        var history = new List<(long, CommitInfo?)>();
        for (var version = newest; version >= 0 && history.Count < limit; version--)
        {
            if (await _loader.ReadCommitAsync(version, cancellationToken) is not { } lines)
                break;
            history.Add((version, lines.Select(line => line.CommitInfo).FirstOrDefault(info => info is not null)));
        }

        return history;
    }

    internal static async Task CreateAsync(
        IObjectStore store, string root, TableDefinition definition, DeltaOptions options, ILogger? logger, CancellationToken cancellationToken)
    {
        var settings = SettingsChange.Create(definition, options.NewId(), options.Clock.GetUtcNow(), root);
        var committer = new Committer(store, root, new SnapshotLoader(store, root, logger, options.Clock), options, logger ?? NullLogger.Instance);
        await committer.CreateAsync(settings.Protocol, settings.Metadata, cancellationToken);
    }

    async Task<Snapshot> LoadNewestAsync(Snapshot known, CancellationToken cancellationToken)
    {
        var commit = StorePath.Join(Root, LogFileName.Folder) + "/" + LogFileName.Commit(known.Version);
        if (await _store.HeadAsync(commit, cancellationToken) is not null)
            return known;
        return await _loader.LoadAsync(version: null, cancellationToken)
            ?? throw new VarveException(FaultKind.NotFound, $"There is no table at {Root} any more.");
    }
}
