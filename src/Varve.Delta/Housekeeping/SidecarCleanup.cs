using ParquetSharp;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Housekeeping;

/// <summary>
/// Deletes sidecars that no checkpoint names. Young ones stay: their checkpoint may be about to be written. Delta protocol: "Metadata Cleanup".
/// </summary>
sealed class SidecarCleanup(IObjectStore store, string table)
{
    static readonly TimeSpan AgeMin = TimeSpan.FromDays(1);

    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";

    /// <summary>
    /// Deletes them, and tells how many there were. When a checkpoint cannot be read, what it names is not known and none is deleted.
    /// </summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var folder = $"{_logFolder}{LogFileName.SidecarFolder}/";
        // Before the checkpoints: a sidecar that is listed here is named by those that are listed then, or by none.
        var sidecars = new List<ObjectInfo>();
        await foreach (var info in store.ListAsync(folder, startAfter: null, cancellationToken))
            if (info.LastModified < now - AgeMin)
                sidecars.Add(info);
        if (sidecars.Count == 0)
            return 0;
        var named = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var info in store.ListAsync(_logFolder, startAfter: null, cancellationToken))
        {
            if (LogFileName.Parse(info.Path[_logFolder.Length..]) is not { Kind: not (LogFileKind.Commit or LogFileKind.Compaction) }
                || info.SizeBytes == 0)
                continue;
            if (await NamedByAsync(info.Path, cancellationToken) is not { } names)
                return 0;
            named.UnionWith(names);
        }

        var unnamed = sidecars.Where(info => !named.Contains(info.Path[folder.Length..])).Select(info => info.Path).ToList();
        foreach (var lot in unnamed.Chunk(LogCleanup.BatchFiles))
            await store.DeleteManyAsync(lot, cancellationToken);
        return unnamed.Count;
    }

    async Task<IEnumerable<string>?> NamedByAsync(string path, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(path, cancellationToken) is not { } content)
            return null;
        try
        {
            var lines = path.EndsWith(".json", StringComparison.Ordinal) ? ActionJson.Read(content, path)
                : HasSidecars(content) ? CheckpointReader.Read(content, path) : [];
            return lines.Select(line => line.Sidecar).OfType<Sidecar>().Select(sidecar => TablePath.Decode(sidecar.Path));
        }
        catch (Exception fault) when (fault is VarveException { Kind: FaultKind.Corrupt } or ParquetException)
        {
            return null;
        }
    }

    static bool HasSidecars(byte[] content)
    {
        using var stream = new MemoryStream(content, writable: false);
        using var reader = new ParquetFileReader(stream, leaveOpen: false);
        var schema = reader.FileMetaData.Schema;
        return Enumerable.Range(0, schema.NumColumns).Any(column => schema.Column(column).Path.ToDotString() == "sidecar.path");
    }
}
