using System.Globalization;

namespace Varve.Simulation.Tests;

/// <summary>Many runs of writers, readers and maintenance over a store that fails, on machines that die.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    const int SeedsByDefault = 2_000;

    [Fact]
    public void Nothing_is_lost_and_nothing_is_twice_whatever_fails()
    {
        var seeds = Number("VARVE_SIM_SEED") is { } one ? [one] : Enumerable.Range(1, Number("VARVE_SIM_SEEDS") ?? SeedsByDefault).ToArray();
        var (requests, versions) = (0L, 0L);

        var failed = Seeds.FirstFailure(seeds, new SimulationOptions(), result =>
        {
            Interlocked.Add(ref requests, result.Trace.Count);
            Interlocked.Add(ref versions, result.Versions);
        });

        output.WriteLine($"{seeds.Length} seeds, {requests} steps, {versions} versions");
        Assert.True(failed is null, failed?.Report());
        Assert.True(versions > seeds.Length);
    }

    [Fact]
    public void One_seed_gives_one_run()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var first = SimulationRun.Run(seed, new SimulationOptions());
            var second = SimulationRun.Run(seed, new SimulationOptions());

            Assert.Equal(first.Trace, second.Trace);
        }
    }

    [Fact]
    public void Two_seeds_give_two_runs() =>
        Assert.NotEqual(SimulationRun.Run(1, new SimulationOptions()).Trace, SimulationRun.Run(2, new SimulationOptions()).Trace);

    static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
