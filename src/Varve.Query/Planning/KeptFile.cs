using Varve.Delta.Actions;
using Varve.Delta.Pruning;

namespace Varve.Query.Planning;

/// <summary>A file that the engine will read.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Planned">Where the log has it.</param>
/// <param name="Newest">The newest instant in it, when known.</param>
sealed record KeptFile(ScopeTable Table, PlannedFile Planned, DateTimeOffset? Newest)
{
    /// <summary>Its path in the table's folder, decoded.</summary>
    public string Key => Planned.Path;

    /// <summary>Its size in bytes.</summary>
    public long SizeBytes => Planned.SizeBytes;

    /// <summary>Its add action; made when it is first asked for.</summary>
    public AddFile File => Planned.File;

    /// <summary>No instant in it is older; null when that is not known.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>Its rows, when the log tells their number and that each meets the conditions that it was asked for; else null.</summary>
    public long? MatchingRows { get; init; }

    /// <summary>True when each of its rows has a timestamp.</summary>
    public bool HasAllTimes { get; init; }
}
