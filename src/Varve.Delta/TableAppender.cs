using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Commits;
using Varve.Delta.Housekeeping;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta;

/// <summary>
/// A table to which is only added: it holds no list of files, however many the table has. Safe to use from many threads. Commits are made as
/// those of a <see cref="DeltaTable"/>.
/// </summary>
public sealed class TableAppender
{
    readonly DeltaOptions _options;
    readonly SnapshotLoader _loader;
    readonly CommitQueue _queue;
    readonly LatestState _latest;

    TableAppender(IObjectStore store, string root, TableState state, DeltaOptions options, ILogger logger, SnapshotLoader loader)
    {
        (Root, _options, _loader) = (root, options, loader);
        _latest = new LatestState(state, options.Clock);
        var housekeeper = new Housekeeper(store, root, loader, options, logger);
        _queue = new CommitQueue(new Committer(store, root, loader, options, logger), _latest, options, root, housekeeper.AfterCommitAsync);
    }

    /// <summary>The table's folder in the store.</summary>
    public string Root { get; }

    /// <summary>The newest state that this object has seen.</summary>
    public TableState Latest => _latest.State;

    /// <summary>Opens the table, or returns null when there is none.</summary>
    /// <exception cref="VarveException">The table is damaged, or uses what this version cannot read.</exception>
    public static async Task<TableAppender?> OpenAsync(
        IObjectStore store, string root, DeltaOptions? options, ILogger? logger, CancellationToken cancellationToken)
    {
        var loader = new SnapshotLoader(store, root, logger, options?.Clock);
        var state = await loader.LoadStateAsync(cancellationToken);
        return state is null ? null : new TableAppender(store, root, state, options ?? new DeltaOptions(), logger ?? NullLogger.Instance, loader);
    }

    /// <summary>Opens the table, and makes it first when there is none. Several processes may do so at once: one makes it.</summary>
    /// <exception cref="VarveException">The table cannot be made so, is damaged, or uses what this version cannot read.</exception>
    public static async Task<TableAppender> OpenOrCreateAsync(
        IObjectStore store, string root, TableDefinition definition, DeltaOptions? options, ILogger? logger, CancellationToken cancellationToken)
    {
        if (await OpenAsync(store, root, options, logger, cancellationToken) is { } table)
            return table;
        await DeltaTable.CreateAsync(store, root, definition, options ?? new DeltaOptions(), logger, cancellationToken);
        return await OpenAsync(store, root, options, logger, cancellationToken)
            ?? throw new VarveException(
                FaultKind.Unavailable, $"The table {root} was made but cannot be found. Does the store list what was just written?");
    }

    /// <summary>The newest state in the store.</summary>
    public async Task<TableState> RefreshAsync(CancellationToken cancellationToken)
    {
        var (state, timestamp) = _latest.Known;
        // When this version is old, that there is no next one may also mean that the log no longer goes back this far.
        var newest = _options.Clock.GetElapsedTime(timestamp) > _options.StateAgeMax
            ? await _loader.LoadStateAsync(cancellationToken)
            : await _loader.RefreshStateAsync(state, cancellationToken);
        return _latest.Keep(newest ?? throw new VarveException(FaultKind.NotFound, $"There is no table at {Root} any more."));
    }

    /// <summary>Makes a commit that removes nothing. It is durable when the outcome is there.</summary>
    /// <exception cref="VarveException">
    /// The commit removes files (<see cref="FaultKind.Invalid"/>), or as <see cref="DeltaTable.CommitAsync"/>.
    /// </exception>
    public Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken) => commit.Removes.Count == 0
        ? _queue.CommitAsync(commit.ToRequest(), cancellationToken)
        : throw new VarveException(
            FaultKind.Invalid, $"A commit that removes files of {Root} needs the table's list of files: use {nameof(DeltaTable)}.");
}
