using Varve.Simulation.Tests.Actors;

namespace Varve.Simulation.Tests;

/// <summary>One run of the whole system from one seed.</summary>
static class SimulationRun
{
    const int PhasesMax = 3;

    static readonly TimeSpan[] Gaps =
        [TimeSpan.FromSeconds(10), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(4), TimeSpan.FromDays(8), TimeSpan.FromDays(40)];

    /// <summary>Runs the seed to its end or its first failure.</summary>
    public static SimulationResult Run(int seed, SimulationOptions options)
    {
        var world = new World(seed, options);
        try
        {
            world.Scheduler.Run(() => PlayAsync(world), () => world.Trace.Failures.Count > 0);
        }
        catch (Exception fault)
        {
            world.Trace.Fail($"{fault.GetType().Name}: {fault}");
        }

        return new SimulationResult(seed, world.Trace.Failures, world.Trace.Lines, world.Audit.Model.Versions.Count);
    }

    static async Task PlayAsync(World world)
    {
        var actors = Cast(world);
        for (var phase = world.Random.Next(2, PhasesMax + 1); phase > 0; phase--)
        {
            var steps = world.Random.Next(1, 5);
            await Task.WhenAll(actors.Select(actor => actor.PlayAsync(steps)));
            await world.Scheduler.DelayAsync(Gaps[world.Random.Next(Gaps.Length)]);
        }

        world.Weather.IsRough = false;
        await new Inspector(world).InspectAsync();
        world.Audit.Finish();
    }

    static List<Actor> Cast(World world)
    {
        var actors = new List<Actor>();
        for (var number = world.Random.Next(1, 4); number > 0; number--)
            actors.Add(new Writer(world, $"writer-{number}"));
        for (var number = world.Random.Next(0, 3); number > 0; number--)
            actors.Add(new PlainWriter(world, $"plain-{number}"));
        for (var number = world.Random.Next(0, 3); number > 0; number--)
            actors.Add(new Optimizer(world, $"optimizer-{number}"));
        if (world.Random.Next(2) == 0)
            actors.Add(new Deleter(world, "deleter"));
        if (world.Random.Next(2) == 0)
            actors.Add(new GroupWriter(world, "group"));
        if (world.Random.Next(3) == 0)
            actors.Add(new Settler(world, "settler"));
        for (var number = world.Random.Next(0, 3); number > 0; number--)
            actors.Add(new Housekeeper(world, $"keeper-{number}"));
        for (var number = world.Random.Next(1, 3); number > 0; number--)
            actors.Add(new Reader(world, $"reader-{number}"));
        if (world.Options.Vandal is { } vandal)
            actors.Add(vandal(world));
        return actors;
    }
}
