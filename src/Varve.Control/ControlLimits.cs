namespace Varve.Control;

/// <summary>What may be kept. Every limit is tested at its value and one past it.</summary>
public sealed record ControlLimits
{
    /// <summary>Saved queries of an account. Default 2,000.</summary>
    public int SavedQueriesMax { get; init; } = 2_000;

    /// <summary>Characters of the name of a saved query. Default 200.</summary>
    public int NameLengthMax { get; init; } = 200;

    /// <summary>Characters of its description. Default 2,000.</summary>
    public int DescriptionLengthMax { get; init; } = 2_000;

    /// <summary>Characters of what a view or a statement is written as. Default 64 Ki.</summary>
    public int ViewLengthMax { get; init; } = 64 << 10;

    /// <summary>Queries that a user's history in an account holds; the oldest go. Default 1,000.</summary>
    public int HistoryMax { get; init; } = 1_000;

    /// <summary>Preferences of a user. Default 100.</summary>
    public int PreferencesMax { get; init; } = 100;

    /// <summary>Characters of a preference's name. Default 100.</summary>
    public int PreferenceNameLengthMax { get; init; } = 100;

    /// <summary>Characters of a preference's value. Default 64 Ki.</summary>
    public int PreferenceLengthMax { get; init; } = 64 << 10;
}
