namespace Varve.Query.Files;

/// <summary>Counts what one query asks the store for.</summary>
/// <param name="clock">The clock.</param>
sealed class FetchCounter(TimeProvider clock)
{
    readonly long _startedAt = clock.GetTimestamp();
    long _requests;
    long _bytes;
    long _keptBytes;
    int _kept;

    /// <summary>Time since the query began to fetch.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_startedAt);

    public long Requests => Interlocked.Read(ref _requests);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Notes a part that is kept.</summary>
    public void AddKept(long bytes)
    {
        Interlocked.Increment(ref _kept);
        Interlocked.Add(ref _keptBytes, bytes);
    }

    /// <summary>The parts that were noted, and their bytes.</summary>
    public (long Bytes, int Parts) Kept => (Interlocked.Read(ref _keptBytes), Volatile.Read(ref _kept));

    public void AddRequest()
    {
        Interlocked.Increment(ref _requests);
        Telemetry.CacheRequests.Add(1);
    }

    public void AddBytes(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Telemetry.CacheFetched.Add(bytes);
    }
}
