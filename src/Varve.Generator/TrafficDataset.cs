namespace Varve.Generator;

/// <summary>The datasets the generator can write: two views of the same simulated requests.</summary>
public enum TrafficDataset
{
    /// <summary>One record for every request.</summary>
    HttpRequests,

    /// <summary>One record for every security rule a request matched.</summary>
    FirewallEvents,
}
