using System.Globalization;
using Varve.Storage;

namespace Varve.Ingest.PickUp.State;

/// <summary>
/// What is known of a job, from the store and into it. Workers write entries, each under a name of its own; whoever finds many of them folds them
/// into the next snapshot. A reader lists entries first and snapshots then: what is in the one no more is in the other already.
/// </summary>
sealed class JobStore(IObjectStore store, JobFiles files, PickUpLimits limits, TimeProvider clock, Func<string> newName) : IDisposable
{
    const int AttemptsMax = 6;
    const int ReadsAtOnce = 16;

    // An entry that lands late, after the snapshot that has it, is still told from a new one for so long.
    static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(2);

    readonly Lock _lock = new();
    readonly SemaphoreSlim _loading = new(1);
    readonly DoneBlocks _blocks = new(store, files, limits);
    readonly JobJournal _journal = new(store, files, clock, newName);
    JobFacts _facts = new(new JobSnapshot());
    HashSet<string> _taken = new(StringComparer.Ordinal);
    int _foldedCount;

    public PickUpTotals Totals => Read(static facts => facts.Totals);

    public ListingNote? Listing => Read(static facts => facts.Listing);

    public int FailedFinally => Read(static facts => facts.FailedFinally);

    public IReadOnlyList<FailedObject> Failed => Read(static facts => facts.Failed.ToList());

    public FailedObject? FailureOf(string id) => Read(facts => facts.FailureOf(id));

    /// <summary>Takes up what others have written.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            await LoadAsync(cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Whether the object is taken in, as far as was known at the last refresh.</summary>
    public async ValueTask<bool> IsDoneAsync(string path, string id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (isDone, blocks) = Read(facts => (facts.IsDone(id), facts.Snapshot.Blocks));
            if (isDone)
                return true;
            if (await _blocks.ContainsAsync(blocks, path, id, cancellationToken) is { } known)
                return known;
            if (attempt == AttemptsMax)
                throw Unsteady();
            await RefreshAsync(cancellationToken);
        }
    }

    /// <summary>Writes facts; they are durable when it is done. It is not cut short: what is done has to be known as done.</summary>
    public async Task WriteAsync(JobEntry entry)
    {
        // Whole, with what others have written at the same time: an entry that counts as taken may be folded and deleted.
        var (name, written) = await _journal.WriteAsync(entry);
        lock (_lock)
        {
            _taken.Add(name);
            _facts.Take(written);
        }
    }

    /// <summary>Folds entries into a snapshot when there are many.</summary>
    public async Task CompactWhenDueAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            if (_taken.Count - _foldedCount <= limits.EntriesMax)
                return;
        await _loading.WaitAsync(cancellationToken);
        try
        {
            await LoadAsync(cancellationToken);
            await CompactAsync(cancellationToken);
            await LoadAsync(cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var names = await NamesAsync(files.Entries, cancellationToken);
            var newest = await NewestAsync(cancellationToken);
            var folded = newest?.Folded.Intersect(names).ToList();
            var unread = folded is null ? Unread(names) : [.. names.Except(folded)];
            if (await ReadEntriesAsync(unread, cancellationToken) is not { } entries)
                continue;
            lock (_lock)
            {
                if (newest is not null)
                    (_facts, _taken, _foldedCount) = (new JobFacts(newest), folded!.ToHashSet(StringComparer.Ordinal), folded!.Count);
                foreach (var (name, entry) in entries)
                    if (_taken.Add(name))
                        _facts.Take(entry);
            }

            return;
        }

        throw Unsteady();
    }

    List<string> Unread(IReadOnlyList<string> names)
    {
        lock (_lock)
            return [.. names.Where(name => !_taken.Contains(name))];
    }

    /// <summary>The newest snapshot when it is not the one that is known; null else.</summary>
    async Task<JobSnapshot?> NewestAsync(CancellationToken cancellationToken)
    {
        var known = Read(static facts => facts.Snapshot.Number);
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var newest = await NewestNumberAsync(cancellationToken);
            if (newest <= known)
                return null;
            var path = files.Snapshot(newest);
            if (await store.ReadAsync(path, cancellationToken) is { } content)
                return JobFiles.Read<JobSnapshot>(path, JobFiles.Decompress(path, content));
        }

        throw Unsteady();
    }

    async Task<long> NewestNumberAsync(CancellationToken cancellationToken)
    {
        long newest = 0;
        await foreach (var info in store.ListAsync(files.Snapshots, null, cancellationToken))
            newest = Math.Max(newest, JobFiles.SnapshotNumber(info.Path) ?? 0);
        return newest;
    }

    /// <summary>Null when one of them is gone: it is part of a snapshot by now.</summary>
    async Task<IReadOnlyList<(string Name, JobEntry Entry)>?> ReadEntriesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var entries = new List<(string, JobEntry)>();
        foreach (var chunk in names.Chunk(ReadsAtOnce))
        {
            var contents = await Task.WhenAll(chunk.Select(name => store.ReadAsync(files.Entries + name, cancellationToken)));
            if (contents.Contains(null))
                return null;
            entries.AddRange(chunk.Zip(contents, (name, content) => (name, JobFiles.Read<JobEntry>(files.Entries + name, content!))));
        }

        return entries;
    }

    async Task CompactAsync(CancellationToken cancellationToken)
    {
        JobSnapshot next;
        lock (_lock)
            next = _facts.Snapshot with
            {
                Number = _facts.Snapshot.Number + 1,
                Totals = _facts.Totals,
                Done = [.. _facts.Done],
                Failed = [.. _facts.Failed],
                Listing = _facts.Listing,
                Folded = [.. _taken],
                Retired = [],
            };
        var retired = Read(static facts => facts.Snapshot.Retired);
        var written = new List<string>();
        if (await MoveToBlocksAsync(next, written, cancellationToken) is not { } moved || !await CreateAsync(next = moved, cancellationToken))
        {
            // Another worker was faster.
            await store.DeleteManyAsync([.. written.Select(name => files.Blocks + name)], cancellationToken);
            return;
        }

        // A worker that slept may have made a snapshot again that was deleted since: then it is not the newest, and nothing may go by it.
        if (await NewestNumberAsync(cancellationToken) != next.Number)
            return;
        await store.DeleteManyAsync([.. next.Folded.Select(name => files.Entries + name)], cancellationToken);
        await store.DeleteManyAsync([.. retired.Select(name => files.Blocks + name)], cancellationToken);
        var old = new List<string>();
        await foreach (var info in store.ListAsync(files.Snapshots, null, cancellationToken))
            if (JobFiles.SnapshotNumber(info.Path) < next.Number)
                old.Add(info.Path);
        await store.DeleteManyAsync(old, cancellationToken);
    }

    async Task<JobSnapshot?> MoveToBlocksAsync(JobSnapshot snapshot, List<string> written, CancellationToken cancellationToken)
    {
        if (snapshot.Done.Count <= 2 * limits.BlockObjects)
            return snapshot;
        var before = clock.GetUtcNow() - LateAfter;
        var settled = snapshot.Done.Where(done => done.At < before).ToList();
        if (settled.Count == 0)
            return snapshot;
        var added = await _blocks.AddAsync(
            snapshot.Blocks,
            settled,
            () =>
            {
                written.Add($"{newName()}.gz");
                return written[^1];
            },
            cancellationToken);
        return added is not var (blocks, replaced) ? null : snapshot with { Blocks = blocks, Retired = replaced, Done = [.. snapshot.Done.Where(done => done.At >= before)] };
    }

    async Task<bool> CreateAsync(JobSnapshot snapshot, CancellationToken cancellationToken)
    {
        var path = files.Snapshot(snapshot.Number);
        var content = JobFiles.Compress(JobFiles.Write(snapshot));
        return await store.PutIfAbsentAsync(path, content, cancellationToken) switch
        {
            PutOutcome.Created => true,
            PutOutcome.Exists => false,
            _ => await store.ReadAsync(path, cancellationToken) is { } there && there.AsSpan().SequenceEqual(content),
        };
    }

    async Task<IReadOnlyList<string>> NamesAsync(string folder, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var info in store.ListAsync(folder, null, cancellationToken))
            names.Add(info.Path[folder.Length..]);
        return names;
    }

    T Read<T>(Func<JobFacts, T> read)
    {
        lock (_lock)
            return read(_facts);
    }

    VarveException Unsteady() => new(FaultKind.Unavailable, string.Create(
        CultureInfo.InvariantCulture, $"The progress of the job in {files.Root} changed {AttemptsMax} times while it was read. Try again."));
}
