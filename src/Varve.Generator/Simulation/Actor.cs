using Varve.Generator.Randomness;
using Varve.Generator.World;

namespace Varve.Generator.Simulation;

internal enum ActorKind : byte
{
    Shopper,
    App,
    Crawler,
    Scraper,
    Prober,
    ScanRun,
}

/// <summary>One of the crowd, while it has requests left. Instances are used again.</summary>
internal sealed class Actor
{
    Prng _random;

    public ActorKind Kind { get; set; }

    public Client Client { get; } = new();

    /// <summary>Chance of this actor alone: what others do never changes it.</summary>
    public ref Prng Random => ref _random;

    public int Remaining { get; set; }

    /// <summary>Requests made so far.</summary>
    public int Step { get; set; }

    /// <summary>Requests left in the bundle of a page and its files.</summary>
    public int BurstLeft { get; set; }

    public Page Page { get; set; }

    public Page PreviousPage { get; set; }

    /// <summary>Has the scripts and fonts of the shop in the browser's cache.</summary>
    public bool HasVisitedBefore { get; set; }
}
