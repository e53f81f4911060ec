namespace Varve.Ingest.Activity;

/// <summary>What arrived in a span of time.</summary>
readonly record struct Arrivals(long Records, long Bytes, long Rejected, TimeSpan LagMax)
{
    public static Arrivals operator +(Arrivals a, Arrivals b) =>
        new(a.Records + b.Records, a.Bytes + b.Bytes, a.Rejected + b.Rejected, a.LagMax > b.LagMax ? a.LagMax : b.LagMax);
}

/// <summary>Arrivals of the last minute or hour, in buckets of equal width that begin at round times. Not safe for many threads.</summary>
sealed class RateRing(TimeSpan width, int count)
{
    readonly (long Number, Arrivals Sum)[] _buckets = new (long, Arrivals)[count];

    public void Add(DateTimeOffset now, Arrivals arrivals)
    {
        var number = NumberOf(now);
        ref var bucket = ref _buckets[number % count];
        // A clock that was set back finds a bucket of the future: its arrivals count there, rather than nowhere.
        if (bucket.Number < number)
            bucket = (number, default);
        bucket.Sum += arrivals;
    }

    /// <summary>The sum over all buckets that are not past.</summary>
    public Arrivals Sum(DateTimeOffset now)
    {
        var sum = default(Arrivals);
        foreach (var each in Buckets(now))
            sum += each;
        return sum;
    }

    /// <summary>One entry for each bucket, the oldest first; the last is the one that is filling.</summary>
    public Arrivals[] Buckets(DateTimeOffset now)
    {
        var result = new Arrivals[count];
        var newest = NumberOf(now);
        for (var k = 0; k < count; k++)
        {
            var number = newest - count + 1 + k;
            ref readonly var bucket = ref _buckets[number % count];
            result[k] = bucket.Number == number ? bucket.Sum : default;
        }

        return result;
    }

    long NumberOf(DateTimeOffset now) => now.UtcTicks / width.Ticks;
}
