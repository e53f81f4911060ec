using Varve.Delta.Checkpoints;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>What the log folder holds from one version on.</summary>
/// <param name="Floor">Where the listing started.</param>
/// <param name="Commits">Commits by version, with the time at which their files were written.</param>
/// <param name="Checkpoints">Complete checkpoints, best first.</param>
/// <param name="Compactions">Compactions by their first version, the longest first.</param>
sealed record LogListing(
    long Floor,
    SortedList<long, DateTimeOffset> Commits,
    IReadOnlyList<CheckpointFiles> Checkpoints,
    ILookup<long, (long Until, string Name)> Compactions)
{
    /// <summary>Versions that have a checksum, ascending.</summary>
    public required IReadOnlyList<long> Checksums { get; init; }

    /// <summary>The newest version that the log has anything of; -1 when it has nothing.</summary>
    public long Newest => Math.Max(Commits.Count == 0 ? -1 : Commits.Keys[^1], Checkpoints.Count == 0 ? -1 : Checkpoints[0].Version);

    /// <summary>Lists the files of the versions from <paramref name="floor"/> to <paramref name="last"/>. Checkpoint files without bytes are as if not there.</summary>
    public static async Task<LogListing> ReadAsync(IObjectStore store, string logFolder, long floor, long? last, CancellationToken cancellationToken)
    {
        var commits = new SortedList<long, DateTimeOffset>();
        var checkpoints = new List<(LogFile, string)>();
        var compactions = new List<(LogFile File, string Name)>();
        var checksums = new List<long>();
        var startAfter = floor == 0 ? null : logFolder + LogFileName.Floor(floor);
        await foreach (var info in store.ListAsync(logFolder, startAfter, cancellationToken))
        {
            var name = info.Path[logFolder.Length..];
            if (LogFileName.ParseChecksum(name) is { } checksum && checksum <= (last ?? long.MaxValue))
                checksums.Add(checksum);
            if (LogFileName.Parse(name) is not { } file || Math.Max(file.Version, file.Until) > (last ?? long.MaxValue))
                continue;
            if (file.Kind == LogFileKind.Commit)
                commits.Add(file.Version, info.LastModified);
            else if (file.Kind == LogFileKind.Compaction)
                compactions.Add((file, name));
            else if (info.SizeBytes > 0)
                checkpoints.Add((file, name));
        }

        var byFirst = compactions.OrderByDescending(item => item.File.Until).ToLookup(item => item.File.Version, item => (item.File.Until, item.Name));
        return new LogListing(floor, commits, CheckpointFiles.Complete(checkpoints), byFirst) { Checksums = checksums };
    }
}
