using Varve.Storage;

namespace Varve.Delta.Index;

/// <summary>What became of the packs of a table.</summary>
/// <param name="Packs">Packs that were written.</param>
/// <param name="Files">Data files whose indexes are in them.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Deleted">Packs that were deleted, since none of their data files is there any more.</param>
public sealed record PackReport(int Packs, int Files, long Bytes, int Deleted)
{
    /// <summary>Data files that have an index, and were too few for a pack.</summary>
    public IReadOnlyList<(string Path, long SizeBytes)> Left { get; init; } = [];
}

/// <summary>
/// Groups the index files of a table into packs. Any number of these may be at work: a file that is in two packs is looked for in one of them.
/// Index files stay where they are: what a pack says is a hint as well.
/// </summary>
/// <param name="store">The store of the table.</param>
/// <param name="root">The table's folder in it.</param>
/// <param name="clock">The clock.</param>
/// <param name="limits">The bounds of packs; the default ones when null.</param>
public sealed class IndexPackWriter(IObjectStore store, string root, TimeProvider clock, FileIndexLimits? limits = null)
{
    const int ReadsAtOnce = 16;

    readonly FileIndexLimits _limits = limits ?? new FileIndexLimits();

    /// <summary>Writes packs of the live files that have an index and are in no pack, and deletes packs of files that are gone.</summary>
    /// <param name="snapshot">The newest version.</param>
    /// <param name="cancellationToken">Stops between two packs.</param>
    /// <exception cref="VarveException">The store does not answer.</exception>
    public async Task<PackReport> WriteAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var packs = await new IndexPackReader(store, _limits, clock).ListAsync(root, cancellationToken);
        var packed = packs.SelectMany(pack => pack.Header.Files).ToHashSet();
        var open = new List<(string Path, long SizeBytes)>();
        await foreach (var info in store.ListAsync(StorePath.Join(root, FileIndexPath.Folder) + "/", startAfter: null, cancellationToken))
            if (FileIndexPath.TryGetDataFile(info.Path[(root.Length == 0 ? 0 : root.Length + 1)..], out var path)
                && snapshot.Files.TryGetValue(path, out var file) && !packed.Contains(new PackedFile(path, file.Size)))
                open.Add((path, file.Size));
        var report = await WriteAsync(open, cancellationToken);
        return report with { Deleted = await DeleteAsync(packs, snapshot, cancellationToken) };
    }

    /// <summary>Writes packs of these data files, of those that have an index. Which are in a pack already is for the caller to know.</summary>
    /// <param name="files">Their paths relative to the table's folder, decoded, and their sizes.</param>
    /// <param name="cancellationToken">Stops between two packs.</param>
    /// <exception cref="VarveException">The store does not answer.</exception>
    public async Task<PackReport> WriteAsync(IReadOnlyList<(string Path, long SizeBytes)> files, CancellationToken cancellationToken)
    {
        var report = new PackReport(0, 0, 0, 0);
        var (group, bytes) = (new List<(string Path, long SizeBytes, byte[] Index)>(), 0L);
        // By their names, which begin with the day: what is asked for together lies together.
        foreach (var some in files.OrderBy(file => file.Path, StringComparer.Ordinal).Chunk(ReadsAtOnce))
        {
            var indexes = await Task.WhenAll(some.Select(file => store.ReadAsync(StorePath.Join(root, FileIndexPath.Of(file.Path)!), cancellationToken)));
            for (var file = 0; file < some.Length; file++)
                if (indexes[file] is { } index)
                {
                    if (group.Count == _limits.PackFilesMax || bytes + index.Length > _limits.PackBytesMax)
                    {
                        report = await PutAsync(group, report, cancellationToken);
                        (group, bytes) = ([], 0);
                    }

                    group.Add((some[file].Path, some[file].SizeBytes, index));
                    bytes += index.Length;
                }
        }

        return await PutAsync(group, report, cancellationToken);
    }

    async Task<PackReport> PutAsync(List<(string Path, long SizeBytes, byte[] Index)> group, PackReport report, CancellationToken cancellationToken)
    {
        var (pack, files) = group.Count < _limits.PackFilesMin ? (null, 0) : IndexPack.Build(group, _limits);
        if (pack is null || files < _limits.PackFilesMin)
            return report with { Left = [.. report.Left, .. group.Select(file => (file.Path, file.SizeBytes))] };
        var path = StorePath.Join(root, $"{FileIndexPath.PackFolder}{Guid.CreateVersion7(clock.GetUtcNow()):N}{FileIndexPath.PackSuffix}");
        await store.PutAsync(path, pack, cancellationToken);
        return report with { Packs = report.Packs + 1, Files = report.Files + files, Bytes = report.Bytes + pack.Length };
    }

    async Task<int> DeleteAsync(IReadOnlyList<(string Path, IndexPack Header)> packs, Snapshot snapshot, CancellationToken cancellationToken)
    {
        // Files that were removed a while ago are still asked for by queries of older versions: they lose a hint.
        var gone = packs.Where(pack => pack.Header.Files.All(file => !snapshot.Files.ContainsKey(file.Path))).Select(pack => pack.Path).ToList();
        foreach (var path in gone)
            await store.DeleteAsync(path, cancellationToken);
        return gone.Count;
    }
}
