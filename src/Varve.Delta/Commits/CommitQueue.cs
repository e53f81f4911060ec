using Varve.Storage;

namespace Varve.Delta.Commits;

/// <summary>
/// The commits of one object of a table that read nothing. While one is being made, appends gather behind it, and are then made as one: a
/// store makes a few versions a second, whatever is in them. There is no thread: a caller leads, and hands the lead on when it is done.
/// </summary>
/// <param name="committer">Makes the commits.</param>
/// <param name="latest">What they are made on top of.</param>
/// <param name="options">Bounds of a group.</param>
/// <param name="table">The table, for messages.</param>
/// <param name="committed">Is told of each version that is made, when all who wait for it have their answer. Does not throw.</param>
sealed class CommitQueue(
    Committer committer, LatestState latest, DeltaOptions options, string table, Func<TableState, CancellationToken, Task> committed)
{
    readonly Lock _lock = new();
    readonly LinkedList<QueuedCommit> _waiting = [];
    bool _isLed;

    /// <summary>
    /// Makes the commit, alone or with others. Cancelling it once its put has begun stops nothing unless all who share the put are cancelled,
    /// and what is reported is what is in the log.
    /// </summary>
    public async Task<CommitOutcome> CommitAsync(CommitRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mine = new QueuedCommit(request, latest.State, cancellationToken);
        TableState? made = null;
        if (!options.GroupCommit || !request.IsGroupable)
            made = await MakeAsync([mine]);
        else if (await LeadsAsync(mine))
        {
            try
            {
                made = await MakeAsync(TakeGroup(mine));
            }
            finally
            {
                HandOn();
            }
        }

        if (made is not null)
            await committed(made, cancellationToken);
        return await mine.Outcome;
    }

    /// <summary>Waits until the commit is made, or is to be made by its own caller: then true.</summary>
    async Task<bool> LeadsAsync(QueuedCommit mine)
    {
        lock (_lock)
        {
            if (!_isLed)
                return _isLed = true;
            _waiting.AddLast(mine);
        }

        await using var withdrawal = mine.Token.UnsafeRegister(_ => Withdraw(mine), state: null);
        await mine.Turn;
        return mine.Leads;
    }

    void Withdraw(QueuedCommit mine)
    {
        bool withdrawn;
        lock (_lock)
            withdrawn = _waiting.Remove(mine);
        if (withdrawn)
            mine.Fail(new OperationCanceledException(mine.Token));
    }

    void HandOn()
    {
        QueuedCommit? next;
        lock (_lock)
        {
            next = _waiting.First?.Value;
            if (next is null)
                _isLed = false;
            else
                _waiting.RemoveFirst();
        }

        next?.Lead();
    }

    /// <summary>The leader's commit and those that wait and may share a version with it, in the order in which they came.</summary>
    List<QueuedCommit> TakeGroup(QueuedCommit first)
    {
        var group = new List<QueuedCommit> { first };
        var names = Names(first).ToHashSet(StringComparer.Ordinal);
        var (actions, bytes) = (first.Actions, first.Bytes);
        lock (_lock)
            for (var node = _waiting.First; node is not null;)
            {
                var (member, next) = (node.Value, node.Next);
                (actions, bytes) = (actions + member.Actions, bytes + member.Bytes);
                if (actions > options.GroupCommitActionsMax || bytes > options.GroupCommitBytesMax)
                    break;
                var apart = Names(member).Any(names.Contains) || !IsAlike(first.Request, member.Request);
                // Also of one that is left behind: a later batch of an application may not overtake an earlier one, which would then count as stored.
                names.UnionWith(Names(member));
                if (!apart)
                {
                    group.Add(member);
                    _waiting.Remove(node);
                }

                node = next;
            }

        return group;
    }

    /// <summary>What one commit may say only one thing of.</summary>
    static IEnumerable<string> Names(QueuedCommit member) =>
        member.Request.Transactions.Select(transaction => "app " + transaction.AppId)
            .Concat(member.Request.Adds.Select(add => "file " + TablePath.Decode(add.Path)));

    /// <summary>Whether the history would say the same of both.</summary>
    static bool IsAlike(CommitRequest one, CommitRequest other) =>
        one.Operation == other.Operation && one.UserMetadata == other.UserMetadata && one.Parameters.Count == other.Parameters.Count
        && one.Parameters.All(parameter => other.Parameters.TryGetValue(parameter.Key, out var value) && value == parameter.Value);

    /// <summary>Makes a group's commit and settles all of its members; gives the state with it when a version was made. Does not throw.</summary>
    async Task<TableState?> MakeAsync(List<QueuedCommit> group)
    {
        QueuedCommit[] members = [.. group];
        using var stop = new CancellationTokenSource();
        var cancellations = members.Select(member => member.Token.UnsafeRegister(_ => StopWhenUnwanted(), state: null)).ToList();
        try
        {
            var tries = committer.Begin();
            while (true)
            {
                var known = latest.Known;
                group.RemoveAll(member => IsSettledBy(member, known.State));
                if (group.Count == 0)
                    return null;
                var request = CommitRequest.Union([.. group.Select(member => member.Request)]);
                var (outcome, state) = await committer.CommitAsync(request, known, tries, stop.Token);
                latest.Keep(state);
                // These commits read nothing: on top of the new state each of them stands, or not, for itself.
                if (outcome is CommitOutcome.Conflicted { Kind: var kind } && IsOfSettings(kind))
                    continue;
                foreach (var member in group)
                    member.Settle(outcome);
                return outcome is CommitOutcome.Committed ? state : null;
            }
        }
        catch (Exception fault)
        {
            foreach (var member in group)
                member.Fail(fault);
            return null;
        }
        finally
        {
            foreach (var cancellation in cancellations)
                await cancellation.DisposeAsync();
        }

        void StopWhenUnwanted()
        {
            if (members.All(member => member.IsSettled || member.Token.IsCancellationRequested))
                stop.Cancel();
        }
    }

    static bool IsOfSettings(ConflictKind kind) => kind is ConflictKind.MetadataChanged or ConflictKind.ProtocolChanged
        or ConflictKind.ConcurrentTransaction or ConflictKind.ConcurrentDomainMetadata or ConflictKind.LogTruncated;

    /// <summary>Settles a commit that is not to be tried on top of this state, and only that one.</summary>
    bool IsSettledBy(QueuedCommit member, TableState state)
    {
        try
        {
            var outcome = CommitChecks.Check(member.Request, state, table);
            if (outcome is null && member.Request.Adds.Count > 0 && CommitChecks.Misfit(member.Written, state) is { } misfit)
                outcome = new CommitOutcome.Conflicted(state.Version, ConflictKind.MetadataChanged, misfit);
            if (outcome is not null)
                member.Settle(outcome);
        }
        catch (VarveException fault)
        {
            member.Fail(fault);
        }

        return member.IsSettled;
    }
}
