namespace Varve.Query.Execution;

/// <summary>How fast the last queries of a lane were: time that each takes whatever it reads, and time for what it reads. Safe for several threads.</summary>
sealed class LaneSpeed
{
    /// <summary>A query over fewer bytes tells nothing of the speed.</summary>
    const long BytesMin = 1 << 20;

    const double Weight = 0.1;

    readonly Lock _lock = new();
    double _fixedMs = 10;
    double _bytesPerMs = 200_000;

    /// <summary>Notes what a query took.</summary>
    /// <param name="bytes">Bytes that it was expected to read.</param>
    /// <param name="elapsed">From its turn to its last row.</param>
    public void Note(long bytes, TimeSpan elapsed)
    {
        lock (_lock)
            if (bytes < BytesMin)
                _fixedMs += Weight * (elapsed.TotalMilliseconds - _fixedMs);
            else if (elapsed.TotalMilliseconds > _fixedMs)
                // As a mean of times for a byte: one query that was quick for another reason does not count for many.
                _bytesPerMs = 1 / ((Weight * (elapsed.TotalMilliseconds - _fixedMs) / bytes) + ((1 - Weight) / _bytesPerMs));
    }

    /// <summary>How long a query is expected to take, in milliseconds.</summary>
    public double MillisecondsFor(long bytes)
    {
        lock (_lock)
            return _fixedMs + (bytes / _bytesPerMs);
    }
}
