using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Index;

/// <summary>
/// Asks the packs of a table about many data files at once. As <see cref="FileIndexReader"/> it gives hints: what cannot be read tells nothing. Safe
/// to use from many threads.
/// </summary>
/// <param name="store">Where the tables are.</param>
/// <param name="limits">Its bounds.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Told of packs that cannot be used.</param>
public sealed class IndexPackReader(IObjectStore store, FileIndexLimits limits, TimeProvider clock, ILogger? logger = null)
{
    const int FirstReadBytes = 64 << 10;
    const int ReadsAtOnce = 16;
    const int EntryBytes = 256;

    readonly ConcurrentDictionary<string, Listing> _listings = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
    readonly ByteCache<(string Path, long Offset), byte[]> _kept = new(limits.CacheBytesMax);

    /// <summary>Whether rows of data files can meet all probes, for those that a pack has.</summary>
    /// <param name="table">The table's folder.</param>
    /// <param name="files">The data files: paths relative to it, decoded, with their sizes.</param>
    /// <param name="probes">What is looked for.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    /// <returns>An answer for each file that a pack has and that has one of the columns, else null; and the requests and bytes that it took.</returns>
    public async Task<(bool?[] MayMatch, int Requests, long Bytes)> AskAsync(
        string table, IReadOnlyList<(string Path, long SizeBytes)> files, IReadOnlyList<ValueProbe> probes, CancellationToken cancellationToken)
    {
        var answers = new bool?[files.Count];
        var count = new Counter();
        try
        {
            var packs = await ListAsync(table, count, cancellationToken);
            if (packs.Count == 0)
                return (answers, count.Requests, count.Bytes);
            var places = new Dictionary<PackedFile, List<int>>();
            for (var file = 0; file < files.Count; file++)
            {
                var key = new PackedFile(files[file].Path, files[file].SizeBytes);
                if (!places.TryGetValue(key, out var known))
                    places[key] = known = [];
                known.Add(file);
            }

            foreach (var some in packs.Chunk(ReadsAtOnce))
                await Task.WhenAll(some.Select(pack => AskOrTellAsync(pack, table, places, answers, probes, count, cancellationToken)));
        }
        catch (VarveException fault)
        {
            Tell(fault, FileIndexPath.PackFolder, table);
        }

        return (answers, count.Requests, count.Bytes);
    }

    /// <summary>The packs of a table that can be used.</summary>
    internal Task<IReadOnlyList<(string Path, IndexPack Header)>> ListAsync(string table, CancellationToken cancellationToken) =>
        ListAsync(table, new Counter(), cancellationToken);

    async Task<IReadOnlyList<(string Path, IndexPack Header)>> ListAsync(string table, Counter count, CancellationToken cancellationToken)
    {
        if (_listings.TryGetValue(table, out var known) && clock.GetElapsedTime(known.SeenAt) < limits.PackListAgeMax)
            return known.Packs;
        var before = known?.Packs.ToDictionary(pack => pack.Path, pack => pack.Header) ?? [];
        var paths = new List<string>();
        count.Add(0);
        await foreach (var info in store.ListAsync(StorePath.Join(table, FileIndexPath.PackFolder.TrimEnd('/')) + "/", startAfter: null, cancellationToken))
            if (info.Path.EndsWith(FileIndexPath.PackSuffix, StringComparison.Ordinal))
                paths.Add(info.Path);
        var packs = new List<(string, IndexPack)>();
        foreach (var some in paths.Chunk(ReadsAtOnce))
        {
            var headers = await Task.WhenAll(some.Select(async path => before.GetValueOrDefault(path) ?? await HeaderAsync(path, table, count, cancellationToken)));
            for (var pack = 0; pack < some.Length; pack++)
                if (headers[pack] is { } header)
                    packs.Add((some[pack], header));
        }

        _listings[table] = new Listing(packs, clock.GetTimestamp());
        return packs;
    }

    async Task<IndexPack?> HeaderAsync(string path, string table, Counter count, CancellationToken cancellationToken)
    {
        try
        {
            var start = await ReadAsync(path, 0, FirstReadBytes, count, cancellationToken);
            if (IndexPack.HeaderLength(start, limits) is not { } length)
                throw Damaged(path, "it does not begin as one");
            if (length > start.Length)
                start = await ReadAsync(path, 0, length, count, cancellationToken);
            return (length > start.Length ? null : IndexPack.Read(start.AsSpan(0, length), limits)) ?? throw Damaged(path, "its header is damaged");
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Corrupt)
        {
            Tell(fault, path, table);
            return null;
        }
    }

    /// <summary>A pack that cannot be read tells nothing of its files, and the others tell of theirs.</summary>
    async Task AskOrTellAsync(
        (string Path, IndexPack Header) pack, string table, Dictionary<PackedFile, List<int>> places, bool?[] answers, IReadOnlyList<ValueProbe> probes, Counter count,
        CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(pack, places, answers, probes, count, cancellationToken);
        }
        catch (VarveException fault)
        {
            Tell(fault, pack.Path, table);
        }
    }

    async Task AskAsync(
        (string Path, IndexPack Header) pack, Dictionary<PackedFile, List<int>> places, bool?[] answers, IReadOnlyList<ValueProbe> probes, Counter count,
        CancellationToken cancellationToken)
    {
        var files = pack.Header.Files;
        if (!files.Any(places.ContainsKey))
            return;
        // A file can match when each probe whose column its index has may be met.
        var canMatch = new bool?[files.Count];
        foreach (var probe in probes)
            if (pack.Header.Find(probe.Column) is { } column)
            {
                var mayContain = new bool?[files.Count];
                for (var file = 0; file < files.Count; file++)
                    if (column.Blocks[file] != PackColumn.NoColumn)
                        mayContain[file] = false;
                if (column.Slices > 0)
                    foreach (var hash in probe.Hashes)
                        column.Ask(await SliceAsync(pack.Path, column, column.SliceOf(hash), count, cancellationToken), hash, mayContain);
                for (var file = 0; file < files.Count; file++)
                    if (mayContain[file] is { } may)
                        canMatch[file] = (canMatch[file] ?? true) && may;
            }

        for (var file = 0; file < files.Count; file++)
            if (canMatch[file] is { } can && places.TryGetValue(files[file], out var at))
                foreach (var place in at)
                    answers[place] = can;
    }

    async Task<byte[]> SliceAsync(string path, PackColumn column, int slice, Counter count, CancellationToken cancellationToken)
    {
        var (offset, length) = column.Slice(slice);
        if (_kept.TryGet((path, offset), out var known))
            return known;
        var content = await ReadAsync(path, offset, length, count, cancellationToken);
        if (!column.IsIntact(content, slice))
            throw Damaged(path, $"slice {slice} of {column.Name} is not as it was written");
        _kept.Set((path, offset), content, EntryBytes + content.Length);
        return content;
    }

    async Task<byte[]> ReadAsync(string path, long offset, int length, Counter count, CancellationToken cancellationToken)
    {
        var content = await store.ReadRangeAsync(path, offset, length, cancellationToken) ?? [];
        count.Add(content.Length);
        return content;
    }

    /// <summary>Tells of the first pack of a table: each further question would say the same.</summary>
    void Tell(VarveException fault, string path, string table)
    {
        if (_told.TryAdd(table, true))
            DeltaLog.IndexNotUsed(logger ?? NullLogger.Instance, fault, path, table);
    }

    static VarveException Damaged(string path, string how) => new(FaultKind.Corrupt, $"The pack {path} of side indexes is not used: {how}.");

    sealed record Listing(IReadOnlyList<(string Path, IndexPack Header)> Packs, long SeenAt);

    /// <summary>Requests of one question, which come from several tasks.</summary>
    sealed class Counter
    {
        int _requests;
        long _bytes;

        public int Requests => Volatile.Read(ref _requests);

        public long Bytes => Volatile.Read(ref _bytes);

        public void Add(long bytes)
        {
            Interlocked.Increment(ref _requests);
            Interlocked.Add(ref _bytes, bytes);
        }
    }
}
