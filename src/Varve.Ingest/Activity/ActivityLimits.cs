namespace Varve.Ingest.Activity;

/// <summary>How much of what happened is remembered. Every limit is tested at its value and one past it.</summary>
public sealed record ActivityLimits
{
    /// <summary>Tables that figures are kept of; past it the one that was quiet for longest is forgotten. Default 10,000.</summary>
    public int TablesMax { get; init; } = 10_000;

    /// <summary>Reasons of rejected lines that are told apart, for each table; all further ones are counted as "other". Default 50.</summary>
    public int ReasonsMax { get; init; } = 50;

    /// <summary>Errors that are remembered of each table; past it the one that was last seen longest ago is forgotten. Default 20.</summary>
    public int ErrorsMax { get; init; } = 20;

    /// <summary>Kinds of sources that are told apart, for each table; all further ones are counted as "other". Default 8.</summary>
    public int SourcesMax { get; init; } = 8;
}
