using System.Globalization;
using System.Text.RegularExpressions;

namespace Varve.Simulation.Tests.Model;

/// <summary>What the names in a log folder mean, told from the names alone, apart from the library's own reading of them.</summary>
static partial class LogFolder
{
    /// <summary>The version of a commit, or null when the path is none.</summary>
    public static long? Commit(string path) => Version(CommitName().Match(path));

    /// <summary>The version of a checkpoint in one file, or null when the path is none.</summary>
    public static long? Checkpoint(string path) => Version(CheckpointName().Match(path));

    /// <summary>The oldest version that can be built from what the paths hold, so that every version up to the newest can be; null when there is none.</summary>
    public static long? OldestReadable(IEnumerable<string> paths, long newest)
    {
        var (commits, checkpoints) = (new HashSet<long>(), new SortedSet<long>());
        foreach (var path in paths)
            if (Commit(path) is { } commit)
                commits.Add(commit);
            else if (Checkpoint(path) is { } checkpoint)
                checkpoints.Add(checkpoint);
        var first = newest + 1;
        while (commits.Contains(first - 1))
            first--;
        if (first == 0)
            return 0;
        // A checkpoint needs every commit after it.
        var bases = checkpoints.Where(version => version >= first - 1 && version <= newest).ToList();
        return bases.Count == 0 ? null : bases[0];
    }

    static long? Version(Match match) => match.Success ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"/_delta_log/(\d{20})\.json$")]
    private static partial Regex CommitName();

    [GeneratedRegex(@"/_delta_log/(\d{20})\.checkpoint\.([0-9a-f-]{36}\.)?(parquet|json)$")]
    private static partial Regex CheckpointName();
}
