using System.Globalization;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>
/// Which version was the newest at a time: by the times in the commits where the table keeps them, else by the times at which the files of
/// the commits were written. Delta protocol: "In-Commit Timestamps".
/// </summary>
sealed class CommitTimes(SnapshotLoader loader, string table)
{
    public async Task<long> VersionAtAsync(Snapshot newest, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var timeMs = time.ToUnixTimeMilliseconds();
        var listing = await loader.ListAsync(floor: 0, newest.Version, cancellationToken);
        var oldest = Oldest(listing, newest.Version)
            ?? throw new VarveException(FaultKind.NotFound, $"The log of {table} no longer has the commits that tell the times of its versions. Ask for a version instead.");
        var inCommitFrom = Math.Max(FirstInCommit(newest), oldest);
        if (inCommitFrom <= newest.Version)
        {
            var firstMs = await InCommitAsync(inCommitFrom, cancellationToken);
            if (timeMs >= firstMs)
            {
                await CheckNotAfterAsync(newest.Version, timeMs, cancellationToken);
                return await SearchAsync(inCommitFrom, newest.Version, timeMs, cancellationToken);
            }

            if (inCommitFrom == oldest)
                throw Before(time, oldest, firstMs);
        }

        var written = Increasing([.. listing.Commits.Where(commit => commit.Key >= oldest && commit.Key < inCommitFrom).Select(commit => commit.Value.ToUnixTimeMilliseconds())]);
        if (timeMs < written[0])
            throw Before(time, oldest, written[0]);
        if (inCommitFrom > newest.Version && timeMs > written[^1])
            throw After(timeMs, newest.Version, written[^1]);
        return oldest + written.FindLastIndex(writtenMs => writtenMs <= timeMs);
    }

    /// <summary>Each time, or a millisecond after the one before when it is not greater than that.</summary>
    public static List<long> Increasing(IReadOnlyList<long> times)
    {
        var increasing = new List<long>(times.Count);
        foreach (var time in times)
            increasing.Add(increasing.Count == 0 ? time : Math.Max(time, increasing[^1] + 1));
        return increasing;
    }

    /// <summary>The oldest version that can be read and has its commit, with all commits after it; null when there is none.</summary>
    static long? Oldest(LogListing listing, long newest)
    {
        if (!listing.Commits.ContainsKey(newest))
            return null;
        var first = newest;
        while (listing.Commits.ContainsKey(first - 1))
            first--;
        if (first == 0)
            return 0;
        var oldest = listing.Checkpoints.LastOrDefault(checkpoint => checkpoint.Version >= first - 1);
        return oldest is null ? null : Math.Max(oldest.Version, first);
    }

    /// <summary>The first version with its time in the commit; beyond every version when there is none.</summary>
    static long FirstInCommit(Snapshot newest)
    {
        if (!TableFeatures.HasInCommitTimestamps(newest.Protocol, newest.Metadata))
            return long.MaxValue;
        // A table that had them from the start does not state since when.
        return newest.Metadata.Configuration.TryGetValue("delta.inCommitTimestampEnablementVersion", out var text)
            && long.TryParse(text, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    async Task<long> SearchAsync(long first, long last, long timeMs, CancellationToken cancellationToken)
    {
        var (low, high) = (first, last);
        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            if (await InCommitAsync(middle, cancellationToken) <= timeMs)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    async Task CheckNotAfterAsync(long newest, long timeMs, CancellationToken cancellationToken)
    {
        var newestMs = await InCommitAsync(newest, cancellationToken);
        if (timeMs > newestMs)
            throw After(timeMs, newest, newestMs);
    }

    async Task<long> InCommitAsync(long version, CancellationToken cancellationToken)
    {
        var lines = await loader.ReadCommitAsync(version, cancellationToken)
            ?? throw new VarveException(FaultKind.Unavailable, $"Version {version} of {table} was removed while it was being read. Try again.");
        return lines.Select(line => line.CommitInfo?.InCommitTimestamp).FirstOrDefault(time => time is not null)
            ?? throw new VarveException(FaultKind.Corrupt, $"{LogFileName.Commit(version)} of {table} has no inCommitTimestamp, though the table keeps them.");
    }

    VarveException Before(DateTimeOffset time, long oldest, long oldestMs) => new(FaultKind.NotFound,
        $"The table {table} cannot be read as of {Text(time)}: its oldest version, {oldest}, is of {Text(oldestMs)}.")
    {
        Detail = oldest == 0 ? new FaultDetail(DeltaTable.BeforeFirst) : null,
    };

    VarveException After(long timeMs, long newest, long newestMs) => new(FaultKind.NotFound,
        $"The table {table} has no commit as late as {Text(timeMs)}: its newest version, {newest}, is of {Text(newestMs)}. Leave the time out to read the newest.")
    {
        Detail = new FaultDetail(DeltaTable.AfterNewest),
    };

    static string Text(long milliseconds) => Text(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
