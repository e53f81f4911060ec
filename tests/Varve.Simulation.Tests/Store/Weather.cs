namespace Varve.Simulation.Tests.Store;

/// <summary>How often things go wrong in a run, and how slow they are.</summary>
/// <param name="random">The run's chance.</param>
/// <param name="faultRate">The share of requests that go wrong; null leaves it to chance.</param>
sealed class Weather(Random random, double? faultRate)
{
    static readonly StoreFault[] PutFaults =
    [
        StoreFault.FailBefore, StoreFault.FailAfter, StoreFault.LoseAnswer, StoreFault.LoseRequest, StoreFault.LandLate,
        StoreFault.FailAndLandLate, StoreFault.FindItself,
    ];

    static readonly StoreFault[] OtherFaults = [StoreFault.FailBefore, StoreFault.FailAfter];

    readonly double _faults = faultRate ?? Pick(random, 0, 0.01, 0.05, 0.2);
    readonly double _crashes = Pick(random, 0, 0.002, 0.01, 0.03);
    readonly double _pauses = Pick(random, 0, 0.01, 0.05);

    /// <summary>False from when on nothing goes wrong any more.</summary>
    public bool IsRough { get; set; } = true;

    public StoreFault OfPutIfAbsent() => IsRough && random.NextDouble() < _faults ? Pick(random, PutFaults) : StoreFault.None;

    public StoreFault OfOther() => IsRough && random.NextDouble() < _faults ? Pick(random, OtherFaults) : StoreFault.None;

    /// <summary>Whether the machine dies at this request.</summary>
    public bool Kills() => IsRough && random.NextDouble() < _crashes;

    public bool Coin() => random.Next(2) == 0;

    /// <summary>One way through the network: milliseconds, and now and then half a minute.</summary>
    public TimeSpan Latency() => IsRough && random.NextDouble() < _pauses
        ? TimeSpan.FromMilliseconds(random.Next(1_000, 30_000))
        : TimeSpan.FromMilliseconds(random.Next(1, 40));

    /// <summary>How late a put can land whose sender was told that it failed.</summary>
    public TimeSpan Lateness() => TimeSpan.FromMilliseconds(Coin() ? random.Next(1, 100) : random.Next(1, 20_000));

    static T Pick<T>(Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];
}
