namespace Varve.Datasets.Settings;

/// <summary>
/// Values that were read from the store, kept for some seconds. However many callers ask at once, a value is read once. Safe to use from
/// many threads.
/// </summary>
/// <param name="ageMax">How old a value may be, from the moment at which its reading began.</param>
/// <param name="clock">The clock.</param>
/// <param name="read">Reads the value of a key; it is given the value that was read before, if any.</param>
public sealed class FreshCache<TKey, TValue>(TimeSpan ageMax, TimeProvider clock, Func<TKey, TValue?, CancellationToken, Task<TValue>> read)
    where TKey : notnull
    where TValue : class
{
    // Keys come from outside: when there are more they are all forgotten, and read again as they are asked for.
    const int KeysMax = 10_000;

    readonly Lock _lock = new();
    readonly Dictionary<TKey, Reading> _readings = [];

    /// <summary>The value, at most as old as the cache allows.</summary>
    public ValueTask<TValue> GetAsync(TKey key, CancellationToken cancellationToken)
    {
        Task<TValue> task;
        lock (_lock)
            task = _readings.TryGetValue(key, out var last) && !last.Task.IsFaulted && clock.GetElapsedTime(last.BegunAt) <= ageMax
                ? last.Task
                : Begin(key, last);
        return task.IsCompletedSuccessfully ? new ValueTask<TValue>(task.Result) : new ValueTask<TValue>(task.WaitAsync(cancellationToken));
    }

    /// <summary>The value as the store has it now: a reading that was begun before this call does not count.</summary>
    public Task<TValue> RefreshAsync(TKey key, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Begin(key, _readings.GetValueOrDefault(key)).WaitAsync(cancellationToken);
    }

    Task<TValue> Begin(TKey key, Reading? last)
    {
        if (_readings.Count >= KeysMax && last is null)
            _readings.Clear();
        var before = last is { Task.IsCompletedSuccessfully: true } ? last.Task.Result : last?.Before;
        // The reading serves all who wait for it, so it is not one caller's to cancel.
        var reading = new Reading(clock.GetTimestamp(), before, Task.Run(() => read(key, before, CancellationToken.None)));
        _readings[key] = reading;
        return reading.Task;
    }

    sealed record Reading(long BegunAt, TValue? Before, Task<TValue> Task);
}
