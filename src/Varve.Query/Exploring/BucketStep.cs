namespace Varve.Query.Exploring;

/// <summary>Buckets of time as clocks have them: of round lengths, beginning at round times.</summary>
static class BucketStep
{
    static readonly long[] Seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000];

    /// <summary>The shortest length, in seconds, of which no more buckets than that are needed; the longest when none is long enough.</summary>
    public static long For(DateTimeOffset from, DateTimeOffset to, int buckets)
    {
        foreach (var step in Seconds)
            if (((to - from).TotalSeconds / step) + 1 <= buckets)
                return step;
        var longest = Seconds[^1];
        return longest * (long)Math.Ceiling((((to - from).TotalSeconds / longest) + 1) / buckets);
    }

    /// <summary>The beginning of the bucket that an instant is in; they are counted from 1970.</summary>
    public static DateTimeOffset Floor(DateTimeOffset instant, long step)
    {
        var seconds = (long)Math.Floor((instant - DateTimeOffset.UnixEpoch).TotalSeconds / step) * step;
        // Before the year 1 nothing can begin.
        return DateTimeOffset.UnixEpoch.AddSeconds(Math.Max(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds()));
    }
}
