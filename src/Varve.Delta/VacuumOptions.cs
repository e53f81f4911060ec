namespace Varve.Delta;

/// <summary>Where a vacuum looks for files to delete.</summary>
public enum VacuumMode
{
    /// <summary>In a listing of the whole folder: it finds every file that does not belong to the table, also those of commits that failed.</summary>
    Full,

    /// <summary>In the log, among the files that were removed since the last vacuum: no listing, and nothing is found that no commit named.</summary>
    Lite,
}

/// <summary>How a table is vacuumed.</summary>
public sealed record VacuumOptions
{
    /// <summary>Where to look. Default: everywhere.</summary>
    public VacuumMode Mode { get; init; } = VacuumMode.Full;

    /// <summary>How long ago a file must have been removed, and written. Default: <c>delta.deletedFileRetentionDuration</c>.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Takes a retention shorter than the table's: readers of older versions, and writers that are at work, may lose their files.</summary>
    public bool AllowShorterRetention { get; init; }

    /// <summary>Is asked for each file, by its path relative to the table's folder, whether it stays whatever its age; null: none does.</summary>
    public Func<string, bool>? Keeps { get; init; }

    /// <summary>Only tells what would be deleted.</summary>
    public bool DryRun { get; init; }

    /// <summary>Writes a commit before and after the deletion, for the history. Default true.</summary>
    public bool WritesHistory { get; init; } = true;
}

/// <summary>What a vacuum did.</summary>
/// <param name="Paths">The files that were deleted, or would be, relative to the table's folder, in order.</param>
/// <param name="SizeBytes">Their size in bytes; files that only the log knows count as it says.</param>
/// <param name="DryRun">True when nothing was deleted.</param>
public sealed record VacuumResult(IReadOnlyList<string> Paths, long SizeBytes, bool DryRun)
{
    /// <summary>Number of files.</summary>
    public int Files => Paths.Count;
}
