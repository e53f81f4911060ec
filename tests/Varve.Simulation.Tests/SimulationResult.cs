namespace Varve.Simulation.Tests;

/// <summary>What a run left behind.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Failures">What was wrong; empty when nothing was.</param>
/// <param name="Trace">Every request to the store and every step of an actor.</param>
/// <param name="Versions">How many versions the table has at the end.</param>
sealed record SimulationResult(int Seed, IReadOnlyList<string> Failures, IReadOnlyList<string> Trace, int Versions)
{
    const int LinesShown = 400;

    /// <summary>The failure, how to run it again, and the last lines of the trace.</summary>
    public string Report() => string.Join('\n',
    [
        $"Seed {Seed}: {string.Join("; ", Failures)}",
        $"Run it again: VARVE_SIM_SEED={Seed} dotnet artifacts/bin/Varve.Simulation.Tests/release/Varve.Simulation.Tests.dll -class Varve.Simulation.Tests.SimulationTests",
        .. Trace.TakeLast(LinesShown),
    ]);
}
