using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Times before which something may go.</summary>
static class Retention
{
    /// <summary>The time in milliseconds since 1970 that is so long ago; null, that nothing is before, when there is no retention.</summary>
    public static long? Before(DateTimeOffset now, TimeSpan? retention) =>
        retention is { } kept ? now.ToUnixTimeMilliseconds() - (long)kept.TotalMilliseconds : null;

    /// <summary>The property, or null when its text is no interval: what has no known retention is kept.</summary>
    public static TimeSpan? OrNull(Func<TimeSpan?> property)
    {
        try
        {
            return property();
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Invalid)
        {
            return null;
        }
    }
}
