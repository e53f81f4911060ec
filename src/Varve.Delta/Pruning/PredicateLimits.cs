namespace Varve.Delta.Pruning;

/// <summary>What a text predicate may hold; one past it is refused.</summary>
public static class PredicateLimits
{
    /// <summary>Most characters of a text.</summary>
    public const int TextLengthMax = 65_536;

    /// <summary>Most NOTs and parentheses around a comparison.</summary>
    public const int DepthMax = 64;

    /// <summary>Most values of one IN.</summary>
    public const int InValuesMax = 1_000;
}
