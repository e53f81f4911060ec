namespace Varve.Simulation.Tests;

/// <summary>Runs of many seeds, on as many threads as there are processors: each run stays on its own.</summary>
static class Seeds
{
    /// <summary>The first run that failed, or null when all went well.</summary>
    public static SimulationResult? FirstFailure(IReadOnlyList<int> seeds, SimulationOptions options, Action<SimulationResult>? each = null)
    {
        var next = -1;
        SimulationResult? failed = null;
        var threads = Enumerable.Range(0, Math.Min(Environment.ProcessorCount, seeds.Count)).Select(_ => new Thread(() =>
        {
            for (int index; Volatile.Read(ref failed) is null && (index = Interlocked.Increment(ref next)) < seeds.Count;)
            {
                var result = SimulationRun.Run(seeds[index], options);
                each?.Invoke(result);
                if (result.Failures.Count > 0)
                    Interlocked.CompareExchange(ref failed, result, null);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failed;
    }
}
