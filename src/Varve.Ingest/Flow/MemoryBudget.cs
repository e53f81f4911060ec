using Varve.Storage;

namespace Varve.Ingest.Flow;

/// <summary>
/// Counts the bytes that batches hold. A batch is let in when there is room for its beginning, else it waits, or is told to come again later. One
/// that is in is asked to write to files what it has when there is no room to grow: so those that are in always get on.
/// </summary>
sealed class MemoryBudget(IngestLimits limits, TimeProvider clock)
{
    /// <summary>What a batch holds from its beginning on: the blocks that are read ahead.</summary>
    public const long BatchBytesMin = 4L << 20;

    static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(2);

    readonly Lock _lock = new();
    readonly LinkedList<(string Account, TaskCompletionSource Turn)> _waiting = [];
    readonly Dictionary<string, long> _byAccount = new(StringComparer.Ordinal);
    readonly long _accountMax = (long)(limits.MemoryBytesMax * limits.AccountShareMax);

    /// <summary>Bytes held by all batches.</summary>
    public long Held { get; private set; }

    /// <summary>Batches that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Lets a batch in.</summary>
    /// <exception cref="VarveException">Too many wait already, or there was no room in time (<see cref="FaultKind.Busy"/>).</exception>
    public async Task<MemoryLease> EnterAsync(string account, CancellationToken cancellationToken)
    {
        TaskCompletionSource mine;
        lock (_lock)
        {
            if (_waiting.All(other => other.Account != account) && HasRoom(account, BatchBytesMin))
            {
                Add(account, BatchBytesMin);
                return new MemoryLease(this, account);
            }

            if (_waiting.Count >= limits.WaitingMax)
                throw Busy($"{limits.WaitingMax} batches wait already");
            mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.AddLast((account, mine));
        }

        try
        {
            await mine.Task.WaitAsync(limits.WaitMax, clock, cancellationToken);
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            if (!GiveUp(mine))
                // It was let in at the same moment.
                return new MemoryLease(this, account);
            if (fault is TimeoutException)
                throw Busy($"there was no room within {limits.WaitMax.TotalSeconds:0.#} s");
            throw;
        }

        return new MemoryLease(this, account);
    }

    /// <summary>Takes more for a batch that is in, if there is room.</summary>
    public bool TryAdd(string account, long bytes)
    {
        lock (_lock)
        {
            if (!HasRoom(account, bytes))
                return false;
            Add(account, bytes);
            return true;
        }
    }

    /// <summary>Takes more for a batch that is in whether there is room or not: for what is there already.</summary>
    public void Add(string account, long bytes)
    {
        lock (_lock)
        {
            Held += bytes;
            _byAccount[account] = _byAccount.GetValueOrDefault(account) + bytes;
        }
    }

    /// <summary>Gives bytes back, and lets in those that now fit, in the order in which they came.</summary>
    public void Remove(string account, long bytes)
    {
        var admitted = new List<TaskCompletionSource>();
        lock (_lock)
        {
            Held -= bytes;
            if ((_byAccount[account] -= bytes) == 0)
                _byAccount.Remove(account);
            for (var node = _waiting.First; node is not null;)
            {
                var next = node.Next;
                if (HasRoom(node.Value.Account, BatchBytesMin))
                {
                    Add(node.Value.Account, BatchBytesMin);
                    _waiting.Remove(node);
                    admitted.Add(node.Value.Turn);
                }

                node = next;
            }
        }

        foreach (var turn in admitted)
            turn.SetResult();
    }

    bool HasRoom(string account, long bytes)
    {
        var own = _byAccount.GetValueOrDefault(account);
        // An account that holds nothing may always hold its first batch within what is left for all.
        return Held + bytes <= limits.MemoryBytesMax && (own == 0 || own + bytes <= _accountMax);
    }

    bool GiveUp(TaskCompletionSource mine)
    {
        lock (_lock)
            for (var node = _waiting.First; node is not null; node = node.Next)
                if (node.Value.Turn == mine)
                {
                    _waiting.Remove(node);
                    return true;
                }

        return false;
    }

    static VarveException Busy(string why) => new(FaultKind.Busy, $"Ingest is at its limit of memory and {why}. Nothing was stored; send the batch again later.")
    {
        Detail = new FaultDetail("ingest_busy"),
        RetryAfter = ComeAgain,
    };
}

/// <summary>What one batch holds.</summary>
sealed class MemoryLease(MemoryBudget budget, string account) : IDisposable
{
    long _held = MemoryBudget.BatchBytesMin;

    /// <summary>Says what the batch holds beyond its beginning; false when there is no room for it, then it is counted all the same.</summary>
    public bool Hold(long bytes)
    {
        var wanted = MemoryBudget.BatchBytesMin + bytes;
        var more = wanted - Interlocked.Exchange(ref _held, wanted);
        if (more <= 0)
        {
            if (more < 0)
                budget.Remove(account, -more);
            return true;
        }

        if (budget.TryAdd(account, more))
            return true;
        budget.Add(account, more);
        return false;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _held, 0) is > 0 and var held)
            budget.Remove(account, held);
    }
}
