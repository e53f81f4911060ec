namespace Varve.Query.Files;

/// <summary>Work that several callers wait for. It is done once, and stopped when none of them waits any more.</summary>
sealed class SharedWork<T>
{
    readonly Lock _lock = new();
    readonly TaskCompletionSource _deserted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _waiters = 1;

    /// <param name="work">What is done. It begins at once, on another thread, for one caller that is going to wait.</param>
    /// <param name="closing">Stops it whoever waits.</param>
    public SharedWork(Func<CancellationToken, Task<T>> work, CancellationToken closing) =>
        Result = Task.Run(() => RunAsync(work, closing), CancellationToken.None);

    /// <summary>Ends when the work does.</summary>
    public Task<T> Result { get; }

    /// <summary>Lets a further caller wait; false when the work is about to stop, as nobody waits for it.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_waiters == 0)
                return false;
            _waiters++;
            return true;
        }
    }

    /// <summary>Waits for the end, once for each caller.</summary>
    public async Task<T> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Result.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
                if (--_waiters == 0)
                    _deserted.TrySetResult();
        }
    }

    async Task<T> RunAsync(Func<CancellationToken, Task<T>> work, CancellationToken closing)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(closing);
        var running = work(stop.Token);
        if (await Task.WhenAny(running, _deserted.Task) != running)
            await stop.CancelAsync();
        return await running;
    }
}
