using System.Globalization;

namespace Varve.Maintenance.Compaction;

/// <summary>
/// Which files are merged. A merge has to make its largest file much larger, so that a row is rewritten a few times in its life and not with every
/// file that comes; files of about the target size are left alone.
/// </summary>
static class CompactionPolicy
{
    // A file that has come near the target is not worth another pass.
    const double FullShare = 0.75;

    // The other files together have to have so many times the bytes of the largest while the day goes on, and at its end.
    const double GrowthWhileOpen = 7;
    const double GrowthAtEnd = 0.5;

    // Files of a level that come together while the day goes on.
    const int LevelFilesMin = 8;

    // Rows are split when they make files that are not many passes away from the target.
    const int TargetShareToSplit = 8;

    /// <summary>The merges that are due among the files of a table.</summary>
    /// <param name="files">The files.</param>
    /// <param name="canSplit">Whether rows have an id by which they go apart by level.</param>
    /// <param name="limits">What is aimed at.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<CompactionJob> Plan(IEnumerable<FileFacts> files, bool canSplit, MaintenanceLimits limits, DateTimeOffset now)
    {
        var today = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var day in files.GroupBy(file => file.Date))
        {
            // Files of a level are made by merges: they say nothing of records that may still come.
            var isOver = string.CompareOrdinal(day.Key, today) < 0 && !day.Any(file => file.Level is null && now - file.Added < limits.QuietFor);
            foreach (var level in day.GroupBy(file => file.Level))
                if (Of(day.Key, level.Key, [.. level], canSplit, isOver, limits) is { } job)
                    yield return job;
        }
    }

    /// <summary>Whether a partition may have a merge that is due, by no more than its number of files.</summary>
    public static bool MayBeDue(byte? level, int files) => level is null ? files > 0 : files > 1;

    static CompactionJob? Of(string date, byte? level, List<FileFacts> files, bool canSplit, bool isOver, MaintenanceLimits limits)
    {
        if (level is null && canSplit && OfFresh(date, files, isOver, limits) is { } split)
            return split;
        var small = files.Where(file => file.SizeBytes < limits.TargetFileBytes * FullShare).OrderBy(file => file.SizeBytes).ToList();
        var (growth, least) = isOver ? (GrowthAtEnd, 2) : (GrowthWhileOpen, level is null ? limits.FreshFilesMax : LevelFilesMin);
        var rest = small.Sum(file => file.SizeBytes);
        while (small.Count > 1 && small[^1].SizeBytes * growth > rest - small[^1].SizeBytes)
        {
            rest -= small[^1].SizeBytes;
            small.RemoveAt(small.Count - 1);
        }

        return small.Count < 2 || (small.Count < least && rest < limits.TargetFileBytes) ? null : Job(date, level, small, splits: false, limits);
    }

    /// <summary>Files fresh from ingest go apart by level as soon as there are enough rows, of the day or for a file.</summary>
    static CompactionJob? OfFresh(string date, List<FileFacts> files, bool isOver, MaintenanceLimits limits)
    {
        var bytes = files.Sum(file => file.SizeBytes);
        var isDue = isOver || bytes >= limits.TargetFileBytes || (files.Count >= limits.FreshFilesMax && bytes >= limits.TargetFileBytes / TargetShareToSplit);
        if (!isDue || files.Sum(file => file.Rows) < limits.SplitRowsMin)
            return null;
        var job = Job(date, null, files, splits: true, limits);
        return job.Files.Sum(file => file.Rows) >= limits.SplitRowsMin ? job : null;
    }

    /// <summary>As many as may be merged at once, those that lie together in time.</summary>
    static CompactionJob Job(string date, byte? level, List<FileFacts> files, bool splits, MaintenanceLimits limits)
    {
        var chosen = new List<FileFacts>();
        var bytes = 0L;
        foreach (var file in files.OrderBy(file => file.Begin).ThenBy(file => file.Key, StringComparer.Ordinal))
        {
            if (chosen.Count > 1 && (chosen.Count == limits.MergeFilesMax || bytes + file.SizeBytes > limits.MergeBytesMax))
                break;
            chosen.Add(file);
            bytes += file.SizeBytes;
        }

        return new CompactionJob(date, level, chosen, splits);
    }
}
