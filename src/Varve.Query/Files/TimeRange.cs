namespace Varve.Query.Files;

/// <summary>The times of the rows that a reader wants: a row without one is not wanted.</summary>
/// <param name="Column">The column that has them.</param>
/// <param name="From">The first, in microseconds from 1970 on.</param>
/// <param name="To">Those before this one.</param>
sealed record TimeRange(string Column, long From, long To)
{
    /// <summary>The range between instants; null when it is open on both sides.</summary>
    public static TimeRange? Of(string column, DateTimeOffset? from, DateTimeOffset? to) => from is null && to is null
        ? null
        : new TimeRange(column, Microseconds(from) ?? long.MinValue, Microseconds(to) ?? long.MaxValue);

    // Finer digits than the engine's are cut off, as they are where its text is written.
    static long? Microseconds(DateTimeOffset? instant) =>
        (instant?.UtcTicks / TimeSpan.TicksPerMicrosecond) - (DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);
}
