using Varve.Storage;

namespace Varve.Query.Execution;

/// <summary>
/// Lets so many queries of a lane run at once. Those that wait get their turns by account, one after the other: an account with many queries
/// waits as long for its next as one with a single query. What does not fit in the line, or has waited too long, is told to come again later.
/// </summary>
sealed class QueryTurns(LaneSettings lane, TimeProvider clock)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, LinkedList<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);

    /// <summary>The accounts that wait, the next one first.</summary>
    readonly List<string> _order = [];
    int _free = lane.ConcurrencyMax;
    int _count;

    /// <summary>Queries that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>Waits for a turn, which ends when it is disposed of.</summary>
    /// <exception cref="VarveException">Too many wait already, or no turn was free in time (<see cref="FaultKind.Busy"/>).</exception>
    public async Task<IDisposable> EnterAsync(string account, CancellationToken cancellationToken)
    {
        TaskCompletionSource mine;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return new Turn(this);
            }

            mine = Enqueue(account);
        }

        try
        {
            await mine.Task.WaitAsync(lane.WaitMax, clock, cancellationToken);
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            // Who was let in at the same moment has a turn, and gives it back when it sees that it is cancelled.
            if (!GiveUp(account, mine))
                return new Turn(this);
            if (fault is TimeoutException)
                throw Busy($"no turn was free within {lane.WaitMax.TotalSeconds:0.#} s");
            throw;
        }

        return new Turn(this);
    }

    TaskCompletionSource Enqueue(string account)
    {
        var own = _waiting.GetValueOrDefault(account);
        if (_count >= lane.WaitingMax)
            throw Busy($"{lane.WaitingMax} queries wait already");
        if ((own?.Count ?? 0) >= lane.AccountWaitingMax)
            throw Busy($"{lane.AccountWaitingMax} queries of the account wait already");
        if (own is null)
        {
            _waiting[account] = own = [];
            _order.Add(account);
        }

        _count++;
        return own.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Value;
    }

    bool GiveUp(string account, TaskCompletionSource mine)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(account, out var own) || !own.Remove(mine))
                return false;
            _count--;
            if (own.Count == 0)
            {
                _waiting.Remove(account);
                _order.Remove(account);
            }

            return true;
        }
    }

    void Leave()
    {
        TaskCompletionSource next;
        lock (_lock)
        {
            if (_order.Count == 0)
            {
                _free++;
                return;
            }

            var account = _order[0];
            _order.RemoveAt(0);
            var own = _waiting[account];
            next = own.First!.Value;
            own.RemoveFirst();
            _count--;
            if (own.Count > 0)
                _order.Add(account);
            else
                _waiting.Remove(account);
        }

        next.SetResult();
    }

    VarveException Busy(string why) => EngineFaults.Busy(
        $"The {lane.Name} queries are at their limit of {lane.ConcurrencyMax} at once, and {why}. Try again later, or narrow the time range.", lane.RetryAfter);

    sealed class Turn(QueryTurns turns) : IDisposable
    {
        QueryTurns? _turns = turns;

        public void Dispose() => Interlocked.Exchange(ref _turns, null)?.Leave();
    }
}
