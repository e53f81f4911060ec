using Varve.Maintenance.Rules;

namespace Varve.Maintenance;

/// <summary>How a table stands: its rules, what it holds, what was done for it.</summary>
/// <param name="Rules">What may go and what may not.</param>
/// <param name="Version">The newest version.</param>
/// <param name="Files">Live files.</param>
/// <param name="SizeBytes">Their bytes.</param>
/// <param name="Rows">Their rows, as far as the log tells.</param>
public sealed record TableStatus(TableRules Rules, long Version, int Files, long SizeBytes, long Rows)
{
    /// <summary>Files that are fresh from ingest: not split by level yet.</summary>
    public int FreshFiles { get; init; }

    /// <summary>Files of less than half the size that merges aim at.</summary>
    public int SmallFiles { get; init; }

    /// <summary>Removed files whose room is not given back yet.</summary>
    public int RemovedFiles { get; init; }

    /// <summary>Their bytes, as far as the log tells.</summary>
    public long RemovedBytes { get; init; }

    /// <summary>The least time of a record; null when there is none.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>The greatest time of a record.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>What this process did last for the table; null when it has not looked after it yet.</summary>
    public TableReport? Last { get; init; }
}
