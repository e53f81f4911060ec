using System.Globalization;
using System.Text;
using Varve.Storage;

namespace Varve.Ingest.PickUp.State;

/// <summary>Blocks of finished objects: looked up by the name of the object, a few kept in memory. Their files never change.</summary>
sealed class DoneBlocks(IObjectStore store, JobFiles files, PickUpLimits limits)
{
    const int IdLength = 32;

    readonly Lock _lock = new();
    readonly Dictionary<string, HashSet<UInt128>> _loaded = new(StringComparer.Ordinal);
    readonly Queue<string> _order = new();

    /// <summary>True when the block that covers the path names the object. Null when the block's file is gone: the list of blocks is old.</summary>
    public async ValueTask<bool?> ContainsAsync(IReadOnlyList<DoneBlock> blocks, string path, string id, CancellationToken cancellationToken)
    {
        if (Find(blocks, path) is not { } index || StorePath.Order.Compare(path, blocks[index].First) < 0)
            return false;
        var file = blocks[index].File;
        lock (_lock)
            if (_loaded.TryGetValue(file, out var known))
                return known.Contains(Number(id));
        if (await ReadAsync(file, cancellationToken) is not { } lines)
            return null;
        var ids = lines.Select(static line => Number(line.Id)).ToHashSet();
        lock (_lock)
            Keep(file, ids);
        return ids.Contains(Number(id));
    }

    /// <summary>
    /// Puts objects into blocks. Gives the new list, and the files that are no longer in it;
    /// null when a block's file is gone: the list of blocks is old.
    /// </summary>
    public async Task<(IReadOnlyList<DoneBlock> Blocks, IReadOnlyList<string> Replaced)?> AddAsync(
        IReadOnlyList<DoneBlock> blocks, IReadOnlyList<DoneObject> objects, Func<string> newName, CancellationToken cancellationToken)
    {
        var result = new List<DoneBlock>();
        var replaced = new List<string>();
        // Each object goes to the first block that does not end before it; what is behind all of them fills up the last one.
        var groups = objects.GroupBy(done => Find(blocks, done.Path) ?? blocks.Count - 1).ToDictionary(group => group.Key, group => group.ToList());
        for (var index = blocks.Count == 0 ? -1 : 0; index < blocks.Count; index++)
        {
            if (!groups.TryGetValue(index, out var added))
            {
                result.Add(blocks[index]);
                continue;
            }

            var lines = added.Select(static done => (done.Id, done.Path));
            if (index >= 0)
            {
                if (await ReadAsync(blocks[index].File, cancellationToken) is not { } there)
                    return null;
                lines = lines.Concat(there);
                replaced.Add(blocks[index].File);
            }

            result.AddRange(await WriteAsync(lines, newName, cancellationToken));
        }

        return (result, replaced);
    }

    async Task<IReadOnlyList<DoneBlock>> WriteAsync(IEnumerable<(string Id, string Path)> lines, Func<string> newName, CancellationToken cancellationToken)
    {
        var sorted = lines.Distinct().OrderBy(static line => line.Path, StorePath.Order).ToList();
        var written = new List<DoneBlock>();
        var size = sorted.Count / ((sorted.Count + limits.BlockObjects - 1) / limits.BlockObjects);
        for (var start = 0; start < sorted.Count;)
        {
            var end = Math.Min(sorted.Count, start + size);
            // Contents of one name stay together: a name is looked up in one block.
            while (end < sorted.Count && sorted[end].Path == sorted[end - 1].Path)
                end++;
            var text = new StringBuilder();
            foreach (var (id, path) in sorted[start..end])
                text.Append(id).Append(' ').Append(path).Append('\0');
            var block = new DoneBlock(newName(), sorted[start].Path, sorted[end - 1].Path, end - start);
            await store.PutAsync(files.Blocks + block.File, JobFiles.Compress(Encoding.UTF8.GetBytes(text.ToString())), cancellationToken);
            written.Add(block);
            start = end;
        }

        return written;
    }

    async Task<IReadOnlyList<(string Id, string Path)>?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var path = files.Blocks + file;
        if (await store.ReadAsync(path, cancellationToken) is not { } content)
            return null;
        return [.. Encoding.UTF8.GetString(JobFiles.Decompress(path, content)).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => (line[..IdLength], line[(IdLength + 1)..]))];
    }

    void Keep(string file, HashSet<UInt128> ids)
    {
        if (!_loaded.TryAdd(file, ids))
            return;
        _order.Enqueue(file);
        if (_order.Count > limits.BlocksInMemoryMax)
            _loaded.Remove(_order.Dequeue());
    }

    /// <summary>The first block that does not end before the path.</summary>
    static int? Find(IReadOnlyList<DoneBlock> blocks, string path)
    {
        var (low, high) = (0, blocks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (StorePath.Order.Compare(blocks[middle].Last, path) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low < blocks.Count ? low : null;
    }

    static UInt128 Number(string id) => UInt128.Parse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
