using Varve.Storage;

namespace Varve.Simulation.Tests;

/// <summary>What a run is made of, beyond its seed.</summary>
sealed record SimulationOptions
{
    /// <summary>Something put between the library and the store: a broken store, or a broken library as seen from the store.</summary>
    public Func<IObjectStore, Random, IObjectStore> Wrap { get; init; } = static (store, _) => store;

    /// <summary>Whether writers without transactions take a commit that failed for one that was not made.</summary>
    public bool RetriesBlindly { get; init; }

    /// <summary>The share of requests that go wrong; null leaves it to the seed.</summary>
    public double? FaultRate { get; init; }

    /// <summary>Something that deletes what it should not.</summary>
    public Func<Actors.World, Actors.Actor>? Vandal { get; init; }
}
