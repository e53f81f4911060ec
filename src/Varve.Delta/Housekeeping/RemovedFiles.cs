using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Housekeeping;

/// <summary>Looks through a range of commits for files that were removed: what a vacuum without a listing can delete.</summary>
sealed class RemovedFiles(IObjectStore store, string table, SnapshotLoader loader)
{
    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";

    /// <summary>
    /// The files, with their sizes as the log has them, that were removed before the cutoff and are not kept; in the order of their paths.
    /// </summary>
    /// <param name="old">The log from the version after <paramref name="since"/> on.</param>
    /// <param name="since">The last version that an earlier vacuum looked at; null when there was none.</param>
    /// <param name="until">The last version to look at; null when none is old enough.</param>
    /// <param name="kept">Files to leave.</param>
    /// <param name="cutoffMs">When the removal must have been before, in milliseconds since 1970.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="VarveException">The log no longer has all commits of the range: <see cref="FaultKind.Invalid"/>.</exception>
    public async Task<IReadOnlyList<(string Path, long SizeBytes)>> FindAsync(
        OldLog old, long? since, long? until, RetainedFiles kept, long cutoffMs, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, long>(StorePath.Order);
        for (var version = since + 1 ?? 0; version <= until;)
        {
            var (lines, last) = await ReadAsync(old, version, until.Value, cancellationToken);
            foreach (var remove in lines.Select(line => line.Remove).OfType<RemoveFile>())
            {
                if ((remove.DeletionTimestamp ?? 0) >= cutoffMs)
                    continue;
                Take(TablePath.Decode(remove.Path), remove.Size ?? 0);
                if (RetainedFiles.FileOf(remove.DeletionVector) is { } vector)
                    Take(vector, remove.DeletionVector!.SizeInBytes);
            }

            version = last + 1;
        }

        return [.. found.Select(file => (file.Key, file.Value))];

        void Take(string path, long sizeBytes)
        {
            if (RetainedFiles.IsListed(path) && !kept.Contains(path))
                found[path] = sizeBytes;
        }
    }

    /// <summary>
    /// The longest compaction that starts at the version and ends within the range, else its commit. Compactions keep all tombstones.
    /// </summary>
    async Task<(List<LogLine> Lines, long Last)> ReadAsync(OldLog old, long version, long until, CancellationToken cancellationToken)
    {
        var compaction = old.Files.Where(file => file.File is { Kind: LogFileKind.Compaction } range && range.Version == version
            && range.Until <= until)
            .MaxBy(file => file.File!.Value.Until);
        if (compaction is not null && await store.ReadAsync(_logFolder + compaction.Name, cancellationToken) is { } content)
            try
            {
                if (ActionJson.Read(content, compaction.Name) is var lines && Compaction.IsReconciled(lines))
                    return (lines, compaction.File!.Value.Until);
            }
            catch (VarveException fault) when (fault.Kind == FaultKind.Corrupt)
            {
                // Its commits are read instead.
            }

        return await loader.ReadCommitAsync(version, cancellationToken) is { } commit
            ? (commit, version)
            : throw new VarveException(FaultKind.Invalid,
                $"The log of {table} no longer has version {version}, which the last vacuum did not see. Run a full vacuum: "
                    + "it looks through the folder.");
    }
}
