namespace Varve.Generator.Tests;

public sealed class LimitTests
{
    [Fact]
    public void Rows_are_not_kept_in_memory()
    {
        var generator = new TrafficGenerator(Sample.Options(300_000));
        var before = GC.GetAllocatedBytesForCurrentThread();

        generator.Write(TrafficDataset.HttpRequests, Stream.Null, TestContext.Current.CancellationToken);

        // The output is about 600 MB; everything else the run ever allocates is the site, the stories and the visitors.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void Cancelling_stops_the_run()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            new TrafficGenerator(Sample.Options(10)).Write(TrafficDataset.HttpRequests, Stream.Null, source.Token));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var valid = Sample.Options(10);

        Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficGenerator(valid with { Requests = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficGenerator(valid with { Duration = TimeSpan.FromMilliseconds(999) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficGenerator(valid with { Duration = TimeSpan.FromDays(3661) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficGenerator(valid with { Start = Sample.Start.AddYears(-40) }));
        Assert.Throws<ArgumentException>(() => new TrafficGenerator(valid with { Zone = "a\"b" }));
        Assert.Throws<ArgumentException>(() => new TrafficGenerator(valid with { Zone = "" }));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            TrafficGenerator.ForFirewallRows(valid, 0, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_zone_names_the_hosts()
    {
        var sample = new Sample(Sample.Options(2_000) with { Zone = "example.org" });

        Assert.All(sample.Requests, r => Assert.EndsWith(".example.org", r.Text("ClientRequestHost"), StringComparison.Ordinal));
        Assert.All(sample.Requests, r => Assert.Equal("example.org", r.Text("ZoneName")));
    }
}
