using Varve.Delta.Actions;

namespace Varve.Query.Planning;

/// <summary>A file that the engine will read.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Key">Its path in the table's folder, decoded.</param>
/// <param name="File">Its add action.</param>
/// <param name="Newest">The newest instant in it, when known.</param>
sealed record KeptFile(ScopeTable Table, string Key, AddFile File, DateTimeOffset? Newest)
{
    /// <summary>No instant in it is older; null when that is not known.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>Its rows, when the log tells their number and that each meets the conditions that it was asked for; else null.</summary>
    public long? MatchingRows { get; init; }

    /// <summary>True when each of its rows has a timestamp.</summary>
    public bool HasAllTimes { get; init; }
}
