using Varve.Storage;

namespace Varve.Query.Execution;

/// <summary>What all queries of a UTC day may be expected to read, in this process. Safe to use from many threads.</summary>
/// <param name="bytesMax">Bytes of a day.</param>
/// <param name="clock">The clock.</param>
sealed class DayBudget(long bytesMax, TimeProvider clock)
{
    readonly Lock _lock = new();
    DateTime _day;
    long _spent;

    /// <summary>Takes bytes from what is left of the day.</summary>
    /// <exception cref="VarveException">There are not so many left: <see cref="FaultKind.Busy"/>, with the time until the next day.</exception>
    public void Take(long bytes)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (_day != now.UtcDateTime.Date)
                (_day, _spent) = (now.UtcDateTime.Date, 0);
            if (bytes > bytesMax - _spent)
                throw new VarveException(
                    FaultKind.Busy,
                    $"The query is expected to read {bytes} bytes, and {bytesMax - _spent} of the {bytesMax} of this day are left. Narrow it, or ask again after midnight UTC.")
                {
                    Detail = new FaultDetail("budget_spent"),
                    RetryAfter = _day.AddDays(1) - now.UtcDateTime,
                };
            _spent += bytes;
        }
    }
}
