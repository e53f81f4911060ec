using Varve.Storage;

namespace Varve.Delta.Index;

/// <summary>What became of the packs of a table.</summary>
/// <param name="Packs">Packs that were written.</param>
/// <param name="Files">Data files whose indexes are in them.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Deleted">Packs that were deleted, since none of their data files is there any more.</param>
public sealed record PackReport(int Packs, int Files, long Bytes, int Deleted);

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
        var open = new List<(string Path, long SizeBytes, long IndexBytes)>();
        await foreach (var info in store.ListAsync(StorePath.Join(root, FileIndexPath.Folder) + "/", startAfter: null, cancellationToken))
            if (FileIndexPath.TryGetDataFile(info.Path[(root.Length == 0 ? 0 : root.Length + 1)..], out var path)
                && snapshot.Files.TryGetValue(path, out var file) && !packed.Contains(new PackedFile(path, file.Size)))
                open.Add((path, file.Size, info.SizeBytes));
        // By their names, which begin with the day: what is asked for together lies together.
        open.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        var (written, files, bytes) = (0, 0, 0L);
        foreach (var group in Groups(open))
            if (await PackAsync(group, cancellationToken) is var (count, size))
                (written, files, bytes) = (written + 1, files + count, bytes + size);
        return new PackReport(written, files, bytes, await DeleteAsync(packs, snapshot, cancellationToken));
    }

    IEnumerable<List<(string Path, long SizeBytes, long IndexBytes)>> Groups(List<(string Path, long SizeBytes, long IndexBytes)> open)
    {
        var (group, bytes) = (new List<(string, long, long)>(), 0L);
        foreach (var file in open)
        {
            if (group.Count == _limits.PackFilesMax || (group.Count > 0 && bytes + file.IndexBytes > _limits.PackBytesMax))
            {
                if (group.Count >= _limits.PackFilesMin)
                    yield return group;
                (group, bytes) = ([], 0);
            }

            group.Add(file);
            bytes += file.IndexBytes;
        }

        if (group.Count >= _limits.PackFilesMin)
            yield return group;
    }

    async Task<(int Files, long Bytes)?> PackAsync(List<(string Path, long SizeBytes, long IndexBytes)> group, CancellationToken cancellationToken)
    {
        var indexed = new List<(string, long, byte[])>();
        foreach (var some in group.Chunk(ReadsAtOnce))
        {
            var contents = await Task.WhenAll(some.Select(file => store.ReadAsync(StorePath.Join(root, FileIndexPath.Of(file.Path)!), cancellationToken)));
            for (var file = 0; file < some.Length; file++)
                if (contents[file] is { } content)
                    indexed.Add((some[file].Path, some[file].SizeBytes, content));
        }

        var (pack, files) = IndexPack.Build(indexed, _limits);
        if (files < _limits.PackFilesMin)
            return null;
        var path = StorePath.Join(root, $"{FileIndexPath.PackFolder}{Guid.CreateVersion7(clock.GetUtcNow()):N}{FileIndexPath.PackSuffix}");
        await store.PutAsync(path, pack, cancellationToken);
        return (files, pack.Length);
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
