using Varve.Ingest.Activity;

namespace Varve.Ingest.Tests.Activity;

public sealed class RateRingTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_holds_what_a_list_of_all_arrivals_gives()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var ring = new RateRing(TimeSpan.FromMinutes(1), 60);
        var all = new List<(DateTimeOffset At, long Records)>();
        var now = Start;
        for (var step = 0; step < 2000; step++)
        {
            // Mostly dense, at times a pause longer than the ring.
            now += TimeSpan.FromSeconds(random.Next(20) == 0 ? random.Next(5000) : random.Next(40));
            all.Add((now, step));
            ring.Add(now, new Arrivals(step, 2 * step, 1, TimeSpan.FromSeconds(step)));
            var minute = now.UtcTicks / TimeSpan.TicksPerMinute;
            var expected = Enumerable.Range(0, 60)
                .Select(k => all.Where(each => each.At.UtcTicks / TimeSpan.TicksPerMinute == minute - 59 + k).Sum(each => each.Records)).ToList();

            Assert.Equal(expected, ring.Buckets(now).Select(each => each.Records));
            Assert.Equal((expected.Sum(), 2 * expected.Sum()), (ring.Sum(now).Records, ring.Sum(now).Bytes));
        }
    }

    [Fact]
    public void The_last_bucket_of_the_window_counts_and_the_one_before_it_does_not()
    {
        var ring = new RateRing(TimeSpan.FromSeconds(5), 12);
        ring.Add(Start, new Arrivals(1, 0, 0, TimeSpan.Zero));

        Assert.Equal(1, ring.Sum(Start + TimeSpan.FromSeconds(59.999)).Records);
        Assert.Equal(0, ring.Sum(Start + TimeSpan.FromSeconds(60)).Records);
    }

    [Fact]
    public void A_clock_that_is_set_back_loses_nothing()
    {
        var ring = new RateRing(TimeSpan.FromMinutes(1), 60);
        ring.Add(Start + TimeSpan.FromHours(1), new Arrivals(1, 0, 0, TimeSpan.Zero));
        ring.Add(Start, new Arrivals(2, 0, 0, TimeSpan.Zero));

        Assert.Equal(3, ring.Sum(Start + TimeSpan.FromHours(1)).Records);
    }
}
