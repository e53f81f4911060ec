using System.Globalization;
using Varve.Storage;

namespace Varve.Query.Files;

/// <summary>Which files are here, who needs them, and which has to go when room is needed: the one that nobody needed for longest.</summary>
sealed class CacheShelf
{
    readonly Lock _lock = new();
    readonly CacheFolder _folder;
    readonly RangeCacheLimits _limits;
    readonly Dictionary<string, CachedFile> _files = new(StringComparer.Ordinal);
    readonly LinkedList<CachedFile> _idle = new();
    readonly LinkedList<CachedFile> _known = new();
    readonly Queue<CachedFile> _unmapped = new();
    Task _mapping = Task.CompletedTask;
    bool _isMapping;
    long _usedBytes;
    long _reservedBytes;
    long _layoutBytes;

    public CacheShelf(CacheFolder folder, RangeCacheLimits limits)
    {
        (_folder, _limits) = (folder, limits);
        foreach (var file in folder.Load())
        {
            _files.Add(file.LocalPath, file);
            file.Idle = _idle.AddLast(file);
            Use(file.Present.Bytes);
        }

        // The limit may be a lower one than when they were fetched.
        MakeRoom(0);
    }

    /// <summary>Bytes that are here.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_lock)
                return _usedBytes;
        }
    }

    /// <summary>Bytes of memory that footers take.</summary>
    public long LayoutBytes
    {
        get
        {
            lock (_lock)
                return _layoutBytes;
        }
    }

    /// <summary>
    /// The file of an object, which stays until <see cref="Release"/>. Null for one that is to go and cannot yet, since its map is being written: it
    /// has gone once <see cref="Settled"/> ends.
    /// </summary>
    public CachedFile? Lease(string path, long sizeBytes)
    {
        var localPath = _folder.PathOf(path, sizeBytes);
        lock (_lock)
        {
            if (_files.TryGetValue(localPath, out var known) && known is { IsDoubtful: true, Leases: 0, IsBeingMapped: true })
                return null;
            if (!_files.TryGetValue(localPath, out var file))
                _files.Add(localPath, file = new CachedFile(path, sizeBytes, localPath));
            Hold(file);
            return file;
        }
    }

    /// <summary>Ends when the maps of all files that nobody needs are written.</summary>
    public Task Settled
    {
        get
        {
            lock (_lock)
                return _mapping;
        }
    }

    /// <summary>Gives a file back. When nobody else needs it, it may be deleted for others, and its map is written.</summary>
    public void Release(CachedFile file)
    {
        lock (_lock)
        {
            if (--file.Leases > 0)
                return;
            file.Idle = _idle.AddLast(file);
            if (!RemoveIfUseless(file) && file.IsUnmapped)
            {
                _unmapped.Enqueue(file);
                if (!_isMapping)
                    (_isMapping, _mapping) = (true, Task.Run(WriteMaps));
            }

            MakeRoom(0);
        }
    }

    /// <summary>Has a file go once nobody needs it.</summary>
    public void Doubt(CachedFile file)
    {
        lock (_lock)
            file.IsDoubtful = true;
    }

    /// <summary>
    /// What the footer tells when it is known and the object was checked; else a look at both, which is shared. It is joined, but for one that is
    /// about to stop: that has to be over before another begins.
    /// </summary>
    public (ParquetLayout? Known, SharedWork<ParquetLayout>? Opening, bool IsJoined) LayoutOf(CachedFile file, Func<SharedWork<ParquetLayout>> open)
    {
        lock (_lock)
        {
            if (file.IsChecked && file.Layout is { } known)
            {
                _known.Remove(file.Known!);
                _known.AddLast(file.Known!);
                return (known, null, false);
            }

            if (file.Opening is { } under)
                return (null, under, under.TryJoin());
            Hold(file);
            file.Opening = open();
            return (null, file.Opening, true);
        }
    }

    /// <summary>Ends a look at a footer, and keeps what was seen as far as the memory for footers goes.</summary>
    public void EndOpening(CachedFile file, ParquetLayout? layout)
    {
        lock (_lock)
        {
            file.Opening = null;
            if (layout is not null)
            {
                file.IsChecked = true;
                Forget(file);
                file.Layout = layout;
                file.Known = _known.AddLast(file);
                _layoutBytes += layout.MemoryBytes;
            }

            while (_layoutBytes > _limits.FooterMemoryBytesMax && _known.First is { } first)
                Forget(first.Value);
        }

        Release(file);
    }

    /// <summary>True when all of these bytes are here.</summary>
    public bool Has(CachedFile file, FileRange range)
    {
        lock (_lock)
            return file.Present.Contains(range);
    }

    /// <summary>True when nothing of the file is here.</summary>
    public bool IsEmpty(CachedFile file)
    {
        lock (_lock)
            return file.Present.Bytes == 0;
    }

    /// <summary>Notes that a range was written, whole.</summary>
    public void Add(CachedFile file, FileRange range, RangeFetch? fetch)
    {
        lock (_lock)
        {
            Use(file.Present.Add(range));
            if (fetch is null)
                return;
            fetch.ReservedBytes -= range.Length;
            _reservedBytes -= range.Length;
        }
    }

    /// <summary>Ends a fetch, whatever became of it.</summary>
    public void EndFetch(RangeFetch fetch)
    {
        lock (_lock)
        {
            fetch.File.Fetches.Remove(fetch);
            _reservedBytes -= fetch.ReservedBytes;
            fetch.ReservedBytes = 0;
        }

        Release(fetch.File);
    }

    /// <summary>Deletes what is here of a file that only the caller needs: it is no longer what the store has.</summary>
    public void Empty(CachedFile file)
    {
        lock (file.MapLock)
            lock (_lock)
                Clear(file);
    }

    /// <summary>
    /// The fetches that bring what is not here of the files: those that are under way, joined, and new ones that <paramref name="begin"/> makes.
    /// There is room for all that is new, or a fault; null when there may be room once <see cref="Settled"/> ends.
    /// </summary>
    public List<RangeFetch>? Fetch(IReadOnlyList<WantedFile> wanted, Func<CachedFile, IReadOnlyList<FileRange>, RangeFetch> begin)
    {
        var wantedBytes = wanted.Sum(static each => each.Ranges.Sum(static range => range.Length));
        if (wantedBytes > _limits.BytesMax)
            throw TooLarge(wantedBytes);
        lock (_lock)
        {
            if (!MakeRoom(BytesToFetch(wanted)))
            {
                // What the query's own files hold beside what it needs is worth less than the query.
                foreach (var each in wanted.Where(each => IsOwn(each.File) && each.File.Present.Bytes > PresentBytes(each)))
                    Clear(each.File);
                if (!MakeRoom(BytesToFetch(wanted)))
                    return _isMapping ? null : throw new VarveException(FaultKind.Busy, string.Create(CultureInfo.InvariantCulture,
                        $"The query needs {wantedBytes} bytes of the cache, and other queries hold so much of its {_limits.BytesMax} bytes that they do not fit in. Ask again when those are over."));
            }

            var fetches = new HashSet<RangeFetch>();
            foreach (var each in wanted)
                Fetch(each.File, Missing(each), fetches, begin);
            return [.. fetches];
        }
    }

    /// <summary>Bytes that are not here.</summary>
    public long MissingBytes(IReadOnlyList<WantedFile> wanted)
    {
        lock (_lock)
            return wanted.Sum(static each => Missing(each).Sum(static range => range.Length));
    }

    /// <summary>Counts what of the files was here, or on its way, before the query came; bytes.</summary>
    public long CountPresent(IReadOnlyList<WantedFile> wanted, FetchCounter counter)
    {
        var (bytes, hits, shared, misses) = (0L, 0, 0, 0);
        lock (_lock)
            foreach (var each in wanted)
                foreach (var range in each.Ranges)
                    if (each.File.Present.Contains(range))
                        (bytes, hits) = (bytes + range.Length, hits + 1);
                    else if (IsOnItsWay(each.File, range))
                        (bytes, shared) = (bytes + range.Length, shared + 1);
                    else
                        misses++;
        // What came for this query a moment ago was not here.
        var (newBytes, newParts) = counter.Kept;
        (bytes, hits, misses) = (Math.Max(0, bytes - newBytes), Math.Max(0, hits - newParts), misses + newParts);
        Telemetry.CacheParts.Add(hits, new KeyValuePair<string, object?>("outcome", "hit"));
        Telemetry.CacheParts.Add(shared, new KeyValuePair<string, object?>("outcome", "shared"));
        Telemetry.CacheParts.Add(misses, new KeyValuePair<string, object?>("outcome", "miss"));
        return bytes;
    }

    void Fetch(CachedFile file, List<FileRange> missing, HashSet<RangeFetch> fetches, Func<CachedFile, IReadOnlyList<FileRange>, RangeFetch> begin)
    {
        var joined = new List<RangeFetch>();
        var own = missing.Where(range => !Joins(file, range, joined)).ToList();
        fetches.UnionWith(joined);
        if (own.Count == 0)
            return;
        var fetch = begin(file, own);
        Hold(file);
        file.Fetches.Add(fetch);
        _reservedBytes += fetch.ReservedBytes;
        fetches.Add(fetch);
    }

    static bool Joins(CachedFile file, FileRange range, List<RangeFetch> joined)
    {
        foreach (var fetch in file.Fetches.Where(fetch => fetch.Ranges.Contains(range)))
            if (joined.Contains(fetch) || fetch.Work.TryJoin())
            {
                if (!joined.Contains(fetch))
                    joined.Add(fetch);
                return true;
            }

        return false;
    }

    static List<FileRange> Missing(WantedFile wanted) => [.. wanted.Ranges.Where(range => !wanted.File.Present.Contains(range))];

    static long PresentBytes(WantedFile wanted) => wanted.Ranges.Where(wanted.File.Present.Contains).Sum(static range => range.Length);

    static long BytesToFetch(IReadOnlyList<WantedFile> wanted) =>
        wanted.Sum(static each => Missing(each).Where(range => !IsOnItsWay(each.File, range)).Sum(static range => range.Length));

    static bool IsOnItsWay(CachedFile file, FileRange range) => file.Fetches.Exists(fetch => fetch.Ranges.Contains(range));

    static bool IsOwn(CachedFile file) => file.Leases == 1 && file.Fetches.Count == 0 && !file.IsBeingMapped;

    bool MakeRoom(long bytes)
    {
        while (_usedBytes + _reservedBytes + bytes > _limits.BytesMax && _idle.FirstOrDefault(static file => !file.IsBeingMapped) is { } oldest)
        {
            Telemetry.CacheEvictions.Add(1);
            Remove(oldest);
        }

        return _usedBytes + _reservedBytes + bytes <= _limits.BytesMax;
    }

    void Hold(CachedFile file)
    {
        file.Leases++;
        if (file.Idle is not { } idle)
            return;
        _idle.Remove(idle);
        file.Idle = null;
    }

    void Remove(CachedFile file)
    {
        if (file.Idle is { } idle)
            _idle.Remove(idle);
        file.Idle = null;
        Forget(file);
        Clear(file);
        _files.Remove(file.LocalPath);
    }

    bool RemoveIfUseless(CachedFile file)
    {
        var isUseless = file.Idle is not null && !file.IsBeingMapped && (file.IsDoubtful || file.Present.Bytes == 0);
        if (isUseless)
            Remove(file);
        return isUseless;
    }

    void Clear(CachedFile file)
    {
        CacheFolder.Delete(file);
        Use(-file.Present.Bytes);
        file.Present.Clear();
        file.IsUnmapped = true;
    }

    void Forget(CachedFile file)
    {
        if (file.Layout is not { } layout)
            return;
        _layoutBytes -= layout.MemoryBytes;
        _known.Remove(file.Known!);
        (file.Layout, file.Known) = (null, null);
    }

    void Use(long bytes)
    {
        _usedBytes += bytes;
        Telemetry.CacheBytes.Add(bytes);
    }

    /// <summary>Flushing takes long, so no query waits for it.</summary>
    void WriteMaps()
    {
        while (true)
        {
            CachedFile? file;
            lock (_lock)
            {
                if (!_unmapped.TryDequeue(out file))
                {
                    _isMapping = false;
                    return;
                }

                if (file.Idle is null)
                    continue;
                file.IsBeingMapped = true;
            }

            WriteMap(file);
            lock (_lock)
            {
                file.IsBeingMapped = false;
                RemoveIfUseless(file);
            }
        }
    }

    void WriteMap(CachedFile file)
    {
        lock (file.MapLock)
        {
            FileRange[] ranges;
            lock (_lock)
            {
                if (!file.IsUnmapped || file.Writers > 0 || file.IsDoubtful || file.Present.Bytes == 0)
                    return;
                ranges = [.. file.Present.Ranges];
            }

            try
            {
                using (var handle = File.OpenHandle(file.LocalPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
                    RandomAccess.FlushToDisk(handle);
                CacheMap.Write(file, ranges);
                file.IsUnmapped = false;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Without a map it serves this process, and the next one fetches it anew.
            }
        }
    }

    VarveException TooLarge(long bytes) => new(FaultKind.LimitExceeded, string.Create(CultureInfo.InvariantCulture,
        $"The query needs {bytes} bytes of the cache, which may hold {_limits.BytesMax}. Narrow the time range, name fewer columns, or raise RangeCacheLimits.BytesMax."));
}
