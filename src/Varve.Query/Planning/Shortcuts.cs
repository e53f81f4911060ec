namespace Varve.Query.Planning;

/// <summary>
/// Leaves out files whose rows need not be looked at, since the log tells enough of them: those that are older than enough newer rows, and those
/// whose rows are only counted.
/// </summary>
static class Shortcuts
{
    /// <summary>The files of a statement that wants so many of the newest rows.</summary>
    /// <param name="files">The files that may hold them.</param>
    /// <param name="wanted">How many of the newest rows that meet the conditions are wanted.</param>
    public static ScanFiles NewestOf(ScanFiles files, long wanted)
    {
        if (!files.IsWhole)
            return files;
        // So many rows are as new as this or newer, so what is older is not wanted. Rows without a timestamp come last.
        var rows = 0L;
        foreach (var file in files.Kept.Where(file => file is { MatchingRows: > 0, HasAllTimes: true, Oldest: not null }).OrderByDescending(file => file.Oldest))
            if ((rows += file.MatchingRows!.Value) >= wanted)
                return files.Since(file.Oldest);
        return files;
    }

    /// <summary>The files of a statement that asks for nothing but the number of rows and the bounds of their timestamps, and the rows of those left out.</summary>
    public static (ScanFiles Files, long Counted) CountOf(ScanFiles files, LogQuestion question)
    {
        if (!files.IsWhole)
            return (files, 0);
        var known = files.Kept.Where(file => file.MatchingRows is not null).ToList();
        var dated = known.Where(file => file is { MatchingRows: > 0, HasAllTimes: true }).ToList();
        // Some row is as old as this or older, and some as new as that or newer: only files that reach so far can hold the bounds.
        var (oldest, newest) = (dated.Min(file => file.Newest), dated.Max(file => file.Oldest));
        var counted = known.Where(file =>
            (!question.NeedsLeast || file.Oldest > oldest) && (!question.NeedsGreatest || file.Newest < newest)).ToHashSet(ReferenceEqualityComparer.Instance);
        return (files with { Kept = [.. files.Kept.Where(file => !counted.Contains(file))] }, counted.Sum(file => ((KeptFile)file!).MatchingRows!.Value));
    }
}
