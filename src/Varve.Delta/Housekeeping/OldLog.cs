using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Housekeeping;

/// <summary>A file of the log folder that belongs to a version.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Version">Its version; of a compaction the first.</param>
/// <param name="File">What it is; null for a checksum.</param>
/// <param name="Info">As the store lists it.</param>
sealed record OldLogFile(string Name, long Version, LogFile? File, ObjectInfo Info);

/// <summary>The part of a log that is older than a time, from its oldest file on.</summary>
/// <param name="Files">All files with a version, in the order of their names.</param>
/// <param name="Times">The commits that are as old as that: when each was written, and its time as readers see it, which is later than all
/// before it.</param>
sealed record OldLog(IReadOnlyList<OldLogFile> Files, SortedList<long, (long WrittenMs, long TimeMs)> Times)
{
    /// <summary>The complete checkpoints, newest first.</summary>
    public IReadOnlyList<CheckpointFiles> Checkpoints { get; } = CheckpointFiles.Complete(
        Files.Where(file => file is { File: { Kind: not (LogFileKind.Commit or LogFileKind.Compaction) }, Info.SizeBytes: > 0 })
            .Select(file => (file.File!.Value, file.Name)));

    /// <summary>Lists the log from a version up to the first commit that is younger than the cutoff; what comes after is not listed.</summary>
    public static async Task<OldLog> ReadAsync(IObjectStore store, string logFolder, long from, long cutoffMs, CancellationToken cancellationToken)
    {
        var files = new List<OldLogFile>();
        var times = new SortedList<long, (long, long)>();
        var lastMs = long.MinValue;
        var startAfter = from == 0 ? null : logFolder + LogFileName.Floor(from);
        await foreach (var info in store.ListAsync(logFolder, startAfter, cancellationToken))
        {
            var name = info.Path[logFolder.Length..];
            var parsed = LogFileName.Parse(name);
            if ((parsed?.Version ?? LogFileName.ParseChecksum(name)) is not { } version)
                continue;
            if (parsed is { Kind: LogFileKind.Commit })
            {
                var writtenMs = info.LastModified.ToUnixTimeMilliseconds();
                lastMs = lastMs == long.MinValue ? writtenMs : Math.Max(writtenMs, lastMs + 1);
                if (lastMs > cutoffMs)
                    break;
                times.Add(version, (writtenMs, lastMs));
            }

            files.Add(new OldLogFile(name, version, parsed, info));
        }

        return new OldLog(files, times);
    }

    /// <summary>The newest commit that is as old as the cutoff, also by its own time where the table keeps one; null when there is none.</summary>
    public async Task<long?> NewestAsync(SnapshotLoader loader, TableState state, long cutoffMs, CancellationToken cancellationToken)
    {
        if (!TableFeatures.HasInCommitTimestamps(state.Protocol, state.Metadata))
            return Times.Count == 0 ? null : Times.Keys[^1];
        // Commits without a time are older than all with one.
        var (low, high) = (0, Times.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var lines = await loader.ReadCommitAsync(Times.Keys[middle], cancellationToken);
            var timeMs = lines?.Select(line => line.CommitInfo?.InCommitTimestamp).FirstOrDefault(time => time is not null);
            if (lines is not null && (timeMs is null || timeMs <= cutoffMs))
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? null : Times.Keys[low - 1];
    }
}
