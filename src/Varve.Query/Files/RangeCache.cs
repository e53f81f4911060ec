using Varve.Storage;

namespace Varve.Query.Files;

/// <summary>
/// Has on this machine what queries read of the files of a bucket: sparse files of the full size, which hold the footers and the chunks of
/// the columns that were asked for. Safe to call from many threads.
/// </summary>
sealed class RangeCache : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    readonly RangeCacheLimits _limits;
    readonly TimeProvider _clock;
    readonly CacheFolder _folder;
    readonly CacheShelf _shelf;
    readonly ObjectReader _reader;
    readonly Lock _lock = new();
    readonly HashSet<Task> _running = [];

    /// <param name="store">Where the files are.</param>
    /// <param name="folder">Where the sparse files go.</param>
    /// <param name="limits">How much may be held, and how it is asked for.</param>
    /// <param name="clock">The clock.</param>
    public RangeCache(IObjectStore store, string folder, RangeCacheLimits limits, TimeProvider clock)
    {
        (_limits, _clock) = (limits, clock);
        _folder = new CacheFolder(folder, store.Root);
        _shelf = new CacheShelf(_folder, limits);
        _reader = new ObjectReader(store, limits);
    }

    /// <summary>The folder that the sparse files lie in.</summary>
    public string FullPath => _folder.FullPath;

    /// <summary>Bytes of the store's files that are here.</summary>
    public long UsedBytes => _shelf.UsedBytes;

    /// <summary>Ends when what came for queries that are over is kept for the next process too.</summary>
    public Task Settled => _shelf.Settled;

    /// <summary>Bytes of memory that footers take.</summary>
    public long FooterMemoryBytes => _shelf.LayoutBytes;

    /// <summary>Where a file is to be read once <see cref="OpenAsync"/> has it here.</summary>
    public string LocalPath(string path, long sizeBytes) => _folder.PathOf(path, sizeBytes);

    /// <summary>Has all bytes here that a reader of these files and columns may touch. They stay until the lease is disposed.</summary>
    /// <exception cref="VarveException">As of <see cref="LookAsync"/> and <see cref="FetchAsync"/>.</exception>
    /// <param name="needed">What is read of them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="counter">Counts what the store is asked for, together with what a query asked it before; null: this alone.</param>
    public async Task<FileLease> OpenAsync(IReadOnlyList<NeededFile> needed, CancellationToken cancellationToken, FetchCounter? counter = null)
    {
        var lease = await LookAsync(needed, counter ?? new FetchCounter(_clock), cancellationToken);
        try
        {
            await FetchAsync(lease, cancellationToken);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Fetches what a lease reads and is not here yet.</summary>
    /// <exception cref="VarveException">
    /// The store does not answer; a file is not what the log says; or there is no room (<see cref="FaultKind.LimitExceeded"/> when there can be none,
    /// <see cref="FaultKind.Busy"/> when other queries hold it).
    /// </exception>
    public async Task FetchAsync(FileLease lease, CancellationToken cancellationToken)
    {
        var cachedBytes = _shelf.CountPresent(lease.Wanted, lease.Counter);
        await FetchAllAsync(lease.Wanted, lease.Counter, cancellationToken);
        lease.Figures = new FetchFigures(lease.Counter.Requests, lease.Counter.Bytes, cachedBytes, lease.Counter.Elapsed);
    }

    /// <summary>Looks at the footers of files, so that it is known what is to be fetched for these columns. The files stay until the lease is disposed.</summary>
    /// <exception cref="VarveException">The store does not answer; or a file is not what the log says.</exception>
    public async Task<FileLease> LookAsync(IReadOnlyList<NeededFile> needed, FetchCounter counter, CancellationToken cancellationToken)
    {
        var files = new List<(CachedFile File, List<NeededFile> Needed)>();
        try
        {
            foreach (var group in needed.GroupBy(static file => (file.Path, file.SizeBytes)))
                files.Add((await LeaseAsync(group.Key.Path, group.Key.SizeBytes, cancellationToken), group.ToList()));
        }
        catch
        {
            foreach (var (file, _) in files)
                _shelf.Release(file);
            throw;
        }

        var lease = new FileLease(_shelf, [.. files.Select(static file => file.File)], counter);
        try
        {
            var wanted = new WantedFile[files.Count];
            var options = new ParallelOptions { MaxDegreeOfParallelism = _limits.RequestsMax, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(Enumerable.Range(0, files.Count), options, async (index, token) =>
                wanted[index] = new WantedFile(files[index].File, RangesOf(await LayoutAsync(files[index].File, counter, token), files[index].Needed)));
            lease.Wanted = wanted;
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>The row groups of files in a column of instants, file after file.</summary>
    /// <exception cref="VarveException">As of <see cref="LookAsync"/>.</exception>
    public async Task<IReadOnlyList<RowGroupTimes>> GroupsAsync(IReadOnlyList<NeededFile> needed, string column, FetchCounter counter, CancellationToken cancellationToken)
    {
        var groups = new IReadOnlyList<RowGroupTimes>[needed.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = _limits.RequestsMax, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, needed.Count), options, async (index, token) =>
        {
            var file = await LeaseAsync(needed[index].Path, needed[index].SizeBytes, token);
            try
            {
                groups[index] = (await LayoutAsync(file, counter, token)).GroupsOf(column);
            }
            finally
            {
                _shelf.Release(file);
            }
        });
        return [.. groups.SelectMany(static each => each)];
    }

    /// <summary>Stops what is under way.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        Task[] running;
        lock (_lock)
            running = [.. _running];
        Task.WhenAll(running).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).GetAwaiter().GetResult();
        _shelf.Settled.GetAwaiter().GetResult();
        _reader.Dispose();
        _folder.Dispose();
        _closing.Dispose();
    }

    async Task<CachedFile> LeaseAsync(string path, long sizeBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_shelf.Lease(path, sizeBytes) is { } file)
                return file;
            await _shelf.Settled.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What several places of a query read of a file, in order.</summary>
    static List<FileRange> RangesOf(ParquetLayout layout, List<NeededFile> needed) =>
        [.. needed.SelectMany(file => layout.RangesOf(file.Columns.ToHashSet(StringComparer.OrdinalIgnoreCase), file.Times)).Distinct().OrderBy(static range => range.Start)];

    async Task<ParquetLayout> LayoutAsync(CachedFile file, FetchCounter counter, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (known, opening, isJoined) = _shelf.LayoutOf(file, () => Track(new SharedWork<ParquetLayout>(token => LookAtAsync(file, counter, token), _closing.Token)));
            if (known is not null)
                return known;
            if (isJoined)
                return await opening!.WaitAsync(cancellationToken);
            await ((Task)opening!.Result).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    async Task<ParquetLayout> LookAtAsync(CachedFile file, FetchCounter counter, CancellationToken cancellationToken)
    {
        ParquetLayout? layout = null;
        try
        {
            if (!file.IsChecked && !_shelf.IsEmpty(file))
                await CheckAsync(file, counter, cancellationToken);
            layout = ReadHere(file);
            if (layout is not null)
                return layout;
            // Both at once: what the store says of the object does not depend on what is in it.
            var checking = file.Tag is null ? CheckAsync(file, counter, cancellationToken) : Task.CompletedTask;
            var reading = ReadTailAsync(file, counter, cancellationToken);
            await Task.WhenAll(checking, reading);
            return layout = await reading;
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Corrupt)
        {
            // The end of the file may have come although the store says that it is another file.
            _shelf.Doubt(file);
            throw;
        }
        finally
        {
            _shelf.EndOpening(file, layout);
        }
    }

    /// <summary>Data files are never written anew, as tables go; but what an earlier process fetched may be of a bucket that was restored since.</summary>
    async Task CheckAsync(CachedFile file, FetchCounter counter, CancellationToken cancellationToken)
    {
        var tag = await _reader.TagAsync(file, counter, cancellationToken);
        if (file.Tag is not null && file.Tag != tag)
            _shelf.Empty(file);
        file.Tag = tag;
    }

    async Task<ParquetLayout> ReadTailAsync(CachedFile file, FetchCounter counter, CancellationToken cancellationToken)
    {
        var start = Math.Max(0, file.SizeBytes - _limits.TailBytes);
        var bytes = file.SizeBytes > ParquetFooter.TrailerBytes
            ? await _reader.ReadAsync(file, new FileRange(start, file.SizeBytes - start), counter, cancellationToken)
            : throw Unreadable(file, "the file is too small to have one");
        var footerStart = FooterStart(file, bytes.AsSpan(^ParquetFooter.TrailerBytes));
        if (footerStart < start)
        {
            bytes = [.. await ReadLongAsync(file, footerStart, start, counter, cancellationToken), .. bytes];
            start = footerStart;
        }

        var layout = Parse(file, bytes.AsSpan((int)(footerStart - start)..^ParquetFooter.TrailerBytes), footerStart);
        if (layout.Tail.Start < start)
        {
            bytes = [.. await ReadLongAsync(file, layout.Tail.Start, start, counter, cancellationToken), .. bytes];
            start = layout.Tail.Start;
        }

        var kept = IsSmall(file) ? new FileRange(0, file.SizeBytes) : layout.Tail;
        using (var output = new SparseFile(file))
        {
            new PendingRange(kept).Write(output, kept.Start, bytes.AsSpan((int)(kept.Start - start)));
            _shelf.Add(file, kept, fetch: null);
        }

        counter.AddKept(kept.Length);
        return layout;
    }

    async Task<byte[]> ReadLongAsync(CachedFile file, long start, long end, FetchCounter counter, CancellationToken cancellationToken)
    {
        var bytes = new byte[end - start];
        foreach (var request in RangeRequest.For([new FileRange(start, end - start)], 0, _limits.RequestBytesMax))
            (await _reader.ReadAsync(file, request.Bytes, counter, cancellationToken)).CopyTo(bytes, request.Bytes.Start - start);
        return bytes;
    }

    /// <summary>What the footer tells, when it is in the sparse file; else null.</summary>
    ParquetLayout? ReadHere(CachedFile file)
    {
        var trailer = new byte[ParquetFooter.TrailerBytes];
        if (file.SizeBytes <= trailer.Length || !_shelf.Has(file, new FileRange(file.SizeBytes - trailer.Length, trailer.Length)))
            return null;
        try
        {
            using var handle = File.OpenHandle(file.LocalPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Read(handle, trailer, file.SizeBytes - trailer.Length);
            var start = FooterStart(file, trailer);
            var footer = new byte[file.SizeBytes - trailer.Length - start];
            RandomAccess.Read(handle, footer, start);
            return Parse(file, footer, start);
        }
        catch (Exception fault) when (fault is IOException or VarveException { Kind: FaultKind.Corrupt })
        {
            // Somebody was at the folder. What the store has, tells whether the file itself is damaged.
            _shelf.Empty(file);
            return null;
        }
    }

    long FooterStart(CachedFile file, ReadOnlySpan<byte> trailer)
    {
        try
        {
            var length = ParquetFooter.LengthOf(trailer);
            if (length > _limits.FooterBytesMax)
                throw new VarveException(FaultKind.LimitExceeded, $"The footer of the data file {file.Path} has {length} bytes, and {_limits.FooterBytesMax} are allowed (RangeCacheLimits.FooterBytesMax).");
            return file.SizeBytes - trailer.Length - length is > 0 and var start ? start : throw new FormatException("it is longer than the file");
        }
        catch (FormatException fault)
        {
            throw Unreadable(file, fault.Message, fault);
        }
    }

    ParquetLayout Parse(CachedFile file, ReadOnlySpan<byte> footer, long start)
    {
        try
        {
            return ParquetLayout.Parse(footer, start, file.SizeBytes, _limits.FooterBytesMax, IsSmall(file));
        }
        catch (FormatException fault)
        {
            throw Unreadable(file, fault.Message, fault);
        }
    }

    async Task FetchAllAsync(IReadOnlyList<WantedFile> wanted, FetchCounter counter, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            var fetches = _shelf.Fetch(wanted, (file, ranges) => Begin(file, ranges, counter));
            if (fetches is { Count: 0 })
                return;
            await (fetches is null ? _shelf.Settled.WaitAsync(cancellationToken) : Task.WhenAll(fetches.Select(WaitAsync)));
        }

        async Task WaitAsync(RangeFetch fetch)
        {
            try
            {
                await fetch.Work.WaitAsync(stop.Token);
            }
            catch (VarveException)
            {
                // What else the query waits for is of no use to it any more.
                await stop.CancelAsync();
                throw;
            }
        }
    }

    RangeFetch Begin(CachedFile file, IReadOnlyList<FileRange> ranges, FetchCounter counter)
    {
        var fetch = new RangeFetch(file, ranges, (self, token) => RunAsync(self, counter, token), _closing.Token);
        Track(fetch.Work);
        return fetch;
    }

    async Task<bool> RunAsync(RangeFetch fetch, FetchCounter counter, CancellationToken cancellationToken)
    {
        var pending = fetch.Ranges.Select(static range => new PendingRange(range)).ToArray();
        try
        {
            using var output = new SparseFile(fetch.File);
            var options = new ParallelOptions { MaxDegreeOfParallelism = _limits.RequestsMax, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(RangeRequest.For(fetch.Ranges, _limits.GapBytesMax, _limits.RequestBytesMax), options, async (request, token) =>
            {
                var bytes = await _reader.ReadAsync(fetch.File, request.Bytes, counter, token);
                foreach (var piece in request.Pieces)
                    if (pending[piece.Range].Write(output, piece.Bytes.Start, bytes.AsSpan((int)(piece.Bytes.Start - request.Bytes.Start), (int)piece.Bytes.Length)))
                    {
                        _shelf.Add(fetch.File, fetch.Ranges[piece.Range], fetch);
                        counter.AddKept(fetch.Ranges[piece.Range].Length);
                    }
            });
            return true;
        }
        finally
        {
            // Bytes that nobody knows of take room: the file goes when its last reader does.
            if (pending.Any(static range => range.IsTorn))
                _shelf.Doubt(fetch.File);
            _shelf.EndFetch(fetch);
        }
    }

    SharedWork<T> Track<T>(SharedWork<T> work)
    {
        lock (_lock)
            _running.Add(work.Result);
        work.Result.ContinueWith(
            task =>
            {
                _ = task.Exception;
                lock (_lock)
                    _running.Remove(task);
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return work;
    }

    bool IsSmall(CachedFile file) => file.SizeBytes <= _limits.TailBytes;

    static VarveException Unreadable(CachedFile file, string why, Exception? cause = null) =>
        ObjectReader.Corrupt($"The footer of the data file {file.Path} cannot be read: {why}. Restore the file.", cause);
}
