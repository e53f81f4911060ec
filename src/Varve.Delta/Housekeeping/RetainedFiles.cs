using Varve.Delta.Actions;
using Varve.Delta.Index;
using Varve.Delta.Scan;
using Varve.Storage;

namespace Varve.Delta.Housekeeping;

/// <summary>The files in a table's folder that a vacuum must leave: those of the snapshot, and those removed too short a time ago.</summary>
sealed class RetainedFiles
{
    readonly Snapshot _snapshot;
    readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    // Of files that are named otherwise than a listing does, as by an absolute address: whatever bears the name stays.
    readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The files to keep of a snapshot, with tombstones from the cutoff on.</summary>
    public RetainedFiles(Snapshot snapshot, long cutoffMs)
    {
        _snapshot = snapshot;
        foreach (var path in snapshot.Files.Keys)
            if (!IsListed(path))
                _names.Add(NameOf(path));
        if (snapshot.Protocol.ReaderFeatures?.Contains("deletionVectors") == true)
            foreach (var file in snapshot.Files.Values)
                Keep(file.DeletionVector);
        foreach (var (key, remove) in snapshot.Tombstones)
            if ((remove.DeletionTimestamp ?? 0) >= cutoffMs)
            {
                if (IsListed(key.Path))
                    _paths.Add(key.Path);
                else
                    _names.Add(NameOf(key.Path));
                Keep(remove.DeletionVector);
            }
    }

    /// <summary>Whether the file stays. A side index stays and goes with its data file.</summary>
    /// <param name="path">Its path relative to the table's folder.</param>
    public bool Contains(string path)
    {
        if (FileIndexPath.TryGetDataFile(path, out var dataFile))
            path = dataFile;
        return _snapshot.Files.ContainsKey(path) || _paths.Contains(path) || (_names.Count > 0 && _names.Contains(NameOf(path)));
    }

    /// <summary>Whether a path of the log, decoded, names a file as a listing of the table's folder does.</summary>
    public static bool IsListed(string path) => StorePath.IsPath(path) && !path.Contains(":/", StringComparison.Ordinal);

    /// <summary>The file of a deletion vector relative to the table's folder; null when it has none there.</summary>
    public static string? FileOf(DeletionVectorDescriptor? vector) => vector?.StorageType == "u" ? DeletionVectorFile.PathOf("", vector) : null;

    void Keep(DeletionVectorDescriptor? vector)
    {
        if (vector?.StorageType == "p")
            _names.Add(NameOf(TablePath.Decode(vector.PathOrInlineDv)));
        else if (FileOf(vector) is { } path)
            _paths.Add(path);
    }

    static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
