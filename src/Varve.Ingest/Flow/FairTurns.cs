namespace Varve.Ingest.Flow;

/// <summary>
/// Lets so many pieces of work run at once, and gives those that wait their turn by account, one after the other: an account with a thousand
/// pieces waits as long for its next as one with a single piece.
/// </summary>
sealed class FairTurns(int turns)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);
    readonly Queue<string> _accounts = new();
    int _free = turns;

    /// <summary>Waits for a turn, which ends when it is disposed of.</summary>
    public async ValueTask<Turn> EnterAsync(string account)
    {
        TaskCompletionSource mine;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return new Turn(this);
            }

            mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_waiting.TryGetValue(account, out var queue))
            {
                _waiting[account] = queue = new Queue<TaskCompletionSource>();
                _accounts.Enqueue(account);
            }

            queue.Enqueue(mine);
        }

        await mine.Task;
        return new Turn(this);
    }

    void Leave()
    {
        TaskCompletionSource? next = null;
        lock (_lock)
        {
            if (!_accounts.TryDequeue(out var account))
            {
                _free++;
                return;
            }

            var queue = _waiting[account];
            next = queue.Dequeue();
            if (queue.Count > 0)
                _accounts.Enqueue(account);
            else
                _waiting.Remove(account);
        }

        next.SetResult();
    }

    /// <summary>The right to run.</summary>
    public readonly struct Turn(FairTurns turns) : IDisposable
    {
        public void Dispose() => turns.Leave();
    }
}
