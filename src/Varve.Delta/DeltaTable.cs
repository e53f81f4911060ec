using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Commits;
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
public sealed class DeltaTable
{
    /// <summary>Commits between two checkpoints of a table that Varve makes.</summary>
    public const int CheckpointInterval = 100;

    const int CheckpointIntervalOfTheProtocol = 10;
    static readonly TimeSpan TombstoneRetention = TimeSpan.FromDays(7);

    readonly IObjectStore _store;
    readonly DeltaOptions _options;
    readonly ILogger _logger;
    readonly SnapshotLoader _loader;
    readonly Lock _latestLock = new();
    readonly Committer _committer;
    volatile Snapshot _latest;

    DeltaTable(IObjectStore store, string root, Snapshot latest, DeltaOptions options, ILogger logger, SnapshotLoader loader)
    {
        (_store, Root, _latest, _options, _logger, _loader) = (store, root, latest, options, logger, loader);
        _committer = new Committer(store, root, loader, options, logger);
    }

    /// <summary>The table's folder in the store.</summary>
    public string Root { get; }

    /// <summary>The newest snapshot that this object has seen; <see cref="RefreshAsync"/> looks for a newer one.</summary>
    public Snapshot Latest => _latest;

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
        var properties = new Dictionary<string, string>
        {
            ["delta.enableInCommitTimestamps"] = "true",
            ["delta.checkpointInterval"] = CheckpointInterval.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (key, value) in definition.Properties)
            properties[key] = value;
        var metadata = new TableMetadata
        {
            Id = Guid.NewGuid().ToString(),
            SchemaString = definition.Schema.ToSchemaString(),
            PartitionColumns = definition.PartitionColumns,
            Configuration = properties,
            CreatedTime = options.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        var loader = new SnapshotLoader(store, root, logger, options.Clock);
        var committer = new Committer(store, root, loader, options, logger ?? NullLogger.Instance);
        await committer.CreateAsync(TableFeatures.ForNewTables, metadata, cancellationToken);
        return await OpenAsync(store, root, options, logger, cancellationToken)
            ?? throw new VarveException(FaultKind.Unavailable, $"The table {root} was made but cannot be found. Does the store list what was just written?");
    }

    /// <summary>The newest snapshot in the store.</summary>
    public async Task<Snapshot> RefreshAsync(CancellationToken cancellationToken) => Keep(await _loader.RefreshAsync(_latest, cancellationToken));

    /// <summary>The snapshot of one version.</summary>
    public async Task<Snapshot> LoadAsync(long version, CancellationToken cancellationToken) =>
        await _loader.LoadAsync(version, cancellationToken)
        ?? throw new VarveException(FaultKind.NotFound, $"There is no table at {Root}.");

    /// <summary>The snapshot that was the newest at a time.</summary>
    /// <exception cref="VarveException">The time is before the oldest version that the log still has, or after the newest: <see cref="FaultKind.NotFound"/>.</exception>
    public async Task<Snapshot> LoadAsOfAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var newest = await RefreshAsync(cancellationToken);
        var version = await new CommitTimes(_loader, Root).VersionAtAsync(newest, time, cancellationToken);
        return version == newest.Version ? newest : await LoadAsync(version, cancellationToken);
    }

    /// <summary>Makes a commit. It is durable when the outcome is there.</summary>
    /// <exception cref="VarveException">The store does not answer, or the commit lost against other writers until the deadline.</exception>
    public async Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var (outcome, snapshot) = await _committer.CommitAsync(commit, _latest, cancellationToken);
        Keep(snapshot);
        if (outcome is CommitOutcome.Committed { Version: var version } && version % IntervalOf(snapshot) == 0)
            await CheckpointAsync(snapshot, cancellationToken);
        return outcome;
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

    /// <summary>
    /// A failed checkpoint loses nothing: it only makes the next open longer. Nor does a cancelled one: the commit is durable, and its
    /// caller has to learn that.
    /// </summary>
    async Task CheckpointAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        try
        {
            var folder = StorePath.Join(Root, LogFileName.Folder) + "/";
            var expired = (_options.Clock.GetUtcNow() - TombstoneRetention).ToUnixTimeMilliseconds();
            var (content, actions) = CheckpointWriter.Write(snapshot, expired);
            await _store.PutIfAbsentAsync(folder + LogFileName.Checkpoint(snapshot.Version), content, cancellationToken);
            var hint = new LastCheckpoint(snapshot.Version, actions, content.Length, snapshot.Files.Count);
            var hintJson = JsonSerializer.SerializeToUtf8Bytes(hint, ActionJsonContext.Default.LastCheckpoint);
            await _store.PutAsync(folder + LogFileName.LastCheckpoint, hintJson, cancellationToken);
            DeltaLog.Checkpointed(_logger, snapshot.Version, Root, actions, content.Length);
        }
        catch (Exception fault)
        {
            DeltaLog.CheckpointFailed(_logger, fault, snapshot.Version, Root);
        }
    }

    static long IntervalOf(Snapshot snapshot) =>
        snapshot.Metadata.Configuration.TryGetValue("delta.checkpointInterval", out var text)
        && int.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > 0
            ? interval
            : CheckpointIntervalOfTheProtocol;

    Snapshot Keep(Snapshot snapshot)
    {
        // Two callers may refresh at once: never go back.
        lock (_latestLock)
            return _latest = snapshot.Version >= _latest.Version ? snapshot : _latest;
    }
}
