namespace Varve.Generator.Tests;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(TrafficDataset.HttpRequests)]
    [InlineData(TrafficDataset.FirewallEvents)]
    public void The_same_options_give_the_same_bytes_and_another_seed_gives_others(TrafficDataset dataset)
    {
        var first = Sample.Hash(Sample.Options(3_000), dataset);
        var again = Sample.Hash(Sample.Options(3_000), dataset);
        var other = Sample.Hash(Sample.Options(3_000, seed: 2), dataset);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData(TrafficDataset.HttpRequests, "96f10ccf8f77f412d5ee6c89caeea4a262d153466b4d5aa09286f20c2d2e7178")]
    [InlineData(TrafficDataset.FirewallEvents, "76172fac231398b37af895a0fa36613c96d70915e5ffe2c979af6c28d4b22f4f")]
    public void A_small_run_keeps_its_bytes_from_release_to_release(TrafficDataset dataset, string expected)
    {
        var hash = Sample.Hash(Sample.Options(2_000, seed: 7), dataset);

        Assert.Equal(expected, hash);
    }

    [Fact]
    public void One_generator_writes_the_same_bytes_twice()
    {
        var generator = new TrafficGenerator(Sample.Options(500));
        using var first = new MemoryStream();
        using var second = new MemoryStream();

        generator.Write(TrafficDataset.HttpRequests, first, TestContext.Current.CancellationToken);
        generator.Write(TrafficDataset.HttpRequests, second, TestContext.Current.CancellationToken);

        Assert.Equal(first.ToArray(), second.ToArray());
    }
}
