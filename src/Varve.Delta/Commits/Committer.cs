using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Commits;

/// <summary>
/// Makes commits by put-if-absent of the next log file. Whoever creates version n has made commit n; the others look at what
/// won, check that their own commit still stands, and try n + 1. Nothing is listed on the way.
/// </summary>
sealed class Committer(IObjectStore store, string table, SnapshotLoader loader, DeltaOptions options, ILogger logger)
{
    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";
    readonly CommitLines _lines = new(options);

    public CommitTries Begin() => new(options, table);

    /// <summary>
    /// Commits on top of the newest version that can be found, from a known state on, which <see cref="CommitChecks"/> has passed. Gives the
    /// state with the commit, or the one that it conflicts with.
    /// </summary>
    public async Task<(CommitOutcome Outcome, TableState State)> CommitAsync(
        CommitRequest request, KnownState known, CommitTries tries, CancellationToken cancellationToken)
    {
        var state = known.State;
        var (txnId, readVersion) = (options.NewId().ToString(), state.Version);
        var checker = new ConflictChecker(request, state);
        await ReachAsync(TransactionPhase.Prepared, state.Version + 1);
        if (options.Clock.GetElapsedTime(known.Timestamp) > options.StateAgeMax)
        {
            // Before the put: while that is on its way, cleanup may take away the version that it would have found.
            var (missed, _, conflict) = await CatchUpAsync(state, txnId, checker, cancellationToken);
            // What is returned counts as the newest of this moment.
            if (conflict is not null)
                missed = await loader.RefreshStateAsync(missed, cancellationToken);
            if (await FindEndAsync(missed, cancellationToken) is var (truncated, end))
                return (truncated, end);
            if (conflict is not null)
                return (conflict, missed);
            state = missed;
        }

        while (true)
        {
            tries.Begin();
            var version = state.Version + 1;
            var lines = _lines.Of(request, state, readVersion, txnId, await FloorAsync(request, state, cancellationToken));
            await ReachAsync(TransactionPhase.BeforePut, version);
            var (outcome, fault) = await PutAsync(version, lines, cancellationToken);
            await ReachAsync(TransactionPhase.AfterPut, version);
            if (outcome == PutOutcome.Created)
                return await CommittedAsync(state.Apply(version, lines, table), tries);
            await ReachAsync(TransactionPhase.BeforeCatchUp, version);
            var inDoubt = outcome == PutOutcome.Unknown;
            // Who lost waits and then looks: what it looks at is the newest when it puts, however slow its store is.
            if (!inDoubt)
                fault ??= await TryPauseAsync(tries, cancellationToken);
            // A commit that was cancelled may have been made all the same: that has to be known.
            var looking = fault?.SourceException is OperationCanceledException ? CancellationToken.None : cancellationToken;
            var look = await CatchUpAsync(state, txnId, checker, looking);
            if (look.Ours)
                return await CommittedAsync(look.State, tries);
            if (look.Conflict is not null)
                return (look.Conflict, look.State);
            fault?.Throw();
            if (outcome == PutOutcome.Exists && look.State.Version < version && await FindEndAsync(state, cancellationToken) is var (gone, newest))
                return (gone, newest);
            state = look.State;
            tries.CheckDeadline(inDoubt);
            if (inDoubt)
                await tries.PauseAsync(cancellationToken);
        }
    }

    /// <summary>Creates version 0, unless the table is there already.</summary>
    public async Task CreateAsync(TableProtocol protocol, TableMetadata metadata, CancellationToken cancellationToken)
    {
        var tries = Begin();
        var request = new CommitRequest { Operation = "CREATE TABLE", Protocol = protocol, Metadata = metadata };
        var content = ActionJson.Write(_lines.Of(request, state: null, readVersion: null, options.NewId().ToString(), floorMs: 0));
        await ReachAsync(TransactionPhase.Prepared, 0);
        while (true)
        {
            tries.Begin();
            await ReachAsync(TransactionPhase.BeforePut, 0);
            var outcome = await store.PutIfAbsentAsync(_logFolder + LogFileName.Commit(0), content, cancellationToken);
            await ReachAsync(TransactionPhase.AfterPut, 0);
            if (outcome != PutOutcome.Unknown || await loader.ReadCommitAsync(0, cancellationToken) is not null)
                return;
            tries.CheckDeadline(inDoubt: true);
            await tries.PauseAsync(cancellationToken);
        }
    }

    /// <summary>A cancellation is kept for later too: what was found there may be the commit itself, whose first answer was lost on the way.</summary>
    static async Task<ExceptionDispatchInfo?> TryPauseAsync(CommitTries tries, CancellationToken cancellationToken)
    {
        try
        {
            await tries.PauseAsync(cancellationToken);
            return null;
        }
        catch (OperationCanceledException cancelled)
        {
            return ExceptionDispatchInfo.Capture(cancelled);
        }
    }

    /// <summary>A fault of the store, or a cancellation, is kept for later: it may have come after the write, and then the commit is made.</summary>
    async Task<(PutOutcome Outcome, ExceptionDispatchInfo? Fault)> PutAsync(long version, List<LogLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.PutIfAbsentAsync(_logFolder + LogFileName.Commit(version), ActionJson.Write(lines), cancellationToken), null);
        }
        catch (Exception fault) when (fault is VarveException { Kind: FaultKind.Unavailable } or OperationCanceledException)
        {
            return (PutOutcome.Unknown, ExceptionDispatchInfo.Capture(fault));
        }
    }

    /// <summary>
    /// Applies the commits that were made since, up to one's own, or to one that conflicts: one's own is there when the answer to its put was
    /// lost. A put may also land late, between two looks, so every commit is looked at before it counts as another's.
    /// </summary>
    async Task<(TableState State, bool Ours, CommitOutcome.Conflicted? Conflict)> CatchUpAsync(
        TableState state, string txnId, ConflictChecker checker, CancellationToken cancellationToken)
    {
        while (await loader.ReadCommitAsync(state.Version + 1, cancellationToken) is { } lines)
        {
            state = state.Apply(state.Version + 1, lines, table);
            if (lines.Any(line => line.CommitInfo?.TxnId == txnId))
                return (state, true, null);
            if (checker.Check(state.Version, lines) is { } conflict)
                return (state, false, conflict);
        }

        return (state, false, null);
    }

    /// <summary>
    /// Null when the version after this state is the next one to be made. When log cleanup took it away, a put would create it a second time,
    /// below the newest: then the newest state, and a conflict, for the commits between are not there to be checked.
    /// </summary>
    async Task<(CommitOutcome.Conflicted Conflict, TableState Newest)?> FindEndAsync(TableState state, CancellationToken cancellationToken)
    {
        // Cleanup goes from old to new: where this version is, the next one was not deleted.
        if (await store.HeadAsync(_logFolder + LogFileName.Commit(state.Version), cancellationToken) is not null
            || await store.HeadAsync(_logFolder + LogFileName.Commit(state.Version + 1), cancellationToken) is not null)
            return null;
        var newest = state is Snapshot
            ? await loader.LoadAsync(version: null, cancellationToken)
            : await loader.LoadStateAsync(cancellationToken);
        if (newest is null)
            throw new VarveException(FaultKind.NotFound, $"The table {table} is gone. Open it again.");
        if (newest.Version == state.Version)
            return null;
        var reason = $"the log no longer has the commits after version {state.Version}";
        return (new CommitOutcome.Conflicted(newest.Version, ConflictKind.LogTruncated, reason), newest);
    }

    /// <summary>
    /// The first in-commit timestamp of a table is after the time at which the commit before was written: until then that was what counted.
    /// </summary>
    async Task<long> FloorAsync(CommitRequest request, TableState state, CancellationToken cancellationToken)
    {
        if (!CommitLines.EnablesInCommitTimestamps(request, state))
            return 0;
        var before = await store.HeadAsync(_logFolder + LogFileName.Commit(state.Version), cancellationToken);
        return before is null ? 0 : before.LastModified.ToUnixTimeMilliseconds() + 1;
    }

    async Task<(CommitOutcome Outcome, TableState State)> CommittedAsync(TableState state, CommitTries tries)
    {
        DeltaLog.Committed(logger, state.Version, table, tries.Elapsed.TotalMilliseconds, tries.Count);
        await ReachAsync(TransactionPhase.Committed, state.Version);
        return (new CommitOutcome.Committed(state.Version), state);
    }

    Task ReachAsync(TransactionPhase phase, long version) => options.Observer?.Invoke(phase, version) ?? Task.CompletedTask;
}
