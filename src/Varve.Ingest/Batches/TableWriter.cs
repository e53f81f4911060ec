using System.Collections.Concurrent;
using System.Diagnostics;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Ingest.Flow;
using Varve.Storage;

namespace Varve.Ingest.Batches;

/// <summary>
/// Stores batches in one table. Batches that are there at the same time share files and a commit; one waits for others that are still coming, but not
/// long. Whether a batch is stored already is known from the table, for batches of other processes too.
/// </summary>
/// <param name="name">The table.</param>
/// <param name="open">Opens it, or makes it first; asked for when the first batch is to be stored, so that a batch that is refused makes no table.</param>
/// <param name="ensureColumns">Adds the columns of a dataset that the table lacks.</param>
/// <param name="tools">What all batches share.</param>
sealed class TableWriter(TableName name, Func<Dataset, Task<TableAppender>> open, Func<TableAppender, Dataset, Task> ensureColumns, BatchTools tools)
{
    const int TriesMax = 10;

    readonly Lock _lock = new();
    readonly List<TableMember> _waiting = [];
    readonly ConcurrentDictionary<string, Task> _sameKey = new(StringComparer.Ordinal);
    readonly int _writesMax = Environment.ProcessorCount;
    Task _opening = Task.CompletedTask;
    TableAppender? _table;
    Dataset? _dataset;
    int _coming;
    int _writing;
    ITimer? _timer;

    /// <summary>Says that a batch for this table is coming, until the result is disposed of: others may wait for it.</summary>
    public IDisposable Announce()
    {
        lock (_lock)
            _coming++;
        return new Announcement(this);
    }

    /// <summary>Stores a batch, whose buffers stay the caller's. It is durable when the answer is there.</summary>
    /// <exception cref="VarveException">It cannot be stored. Then nobody sees anything of it.</exception>
    public async Task<StoredBatch> StoreAsync(Dataset dataset, TableMember member)
    {
        await OpenAsync(dataset);
        // Of the same batch twice at once the second waits: it need not be written to be found repeated.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!_sameKey.TryAdd(member.Key.AppId, done.Task))
            if (_sameKey.TryGetValue(member.Key.AppId, out var other))
                await other;
        try
        {
            if (IsStored(member))
                return new StoredBatch(null, Repeated: true);
            lock (_lock)
                _waiting.Add(member);
            Consider();
            return await member.Stored;
        }
        finally
        {
            _sameKey.TryRemove(member.Key.AppId, out _);
            done.SetResult();
        }
    }

    TableAppender Table => _table!;

    /// <summary>Opens the table, and sees to it that it has the dataset's columns, which may have become more. A failure is not remembered.</summary>
    Task OpenAsync(Dataset dataset)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_dataset, dataset) || _opening.IsFaulted)
                _opening = OpenAfterAsync(_opening, _dataset = dataset);
            return _opening;
        }
    }

    async Task OpenAfterAsync(Task before, Dataset dataset)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _table ??= await open(dataset);
        await ensureColumns(_table, dataset);
    }

    bool IsStored(TableMember member) => Table.Latest.Transactions.ContainsKey(member.Key.AppId);

    /// <summary>Writes what waits, when it is time.</summary>
    void Consider(bool waitedEnough = false)
    {
        List<TableMember> group;
        lock (_lock)
        {
            if (_waiting.Count == 0 || _writing >= _writesMax)
                return;
            if (_coming > 0 && !waitedEnough && _waiting.Sum(member => member.LineBytes) < tools.Limits.FlushBytes)
            {
                _timer ??= tools.Clock.CreateTimer(_ => Consider(waitedEnough: true), null, tools.Limits.GatherMax, Timeout.InfiniteTimeSpan);
                return;
            }

            _timer?.Dispose();
            _timer = null;
            group = TakeGroup();
            _writing++;
        }

        _ = WriteAsync(group);
    }

    /// <summary>Those that came first and fit into a file together.</summary>
    List<TableMember> TakeGroup()
    {
        var bytes = 0L;
        var group = new List<TableMember>();
        while (_waiting.Count > 0 && (group.Count == 0 || (bytes + _waiting[0].LineBytes <= tools.Limits.FlushBytes && ReferenceEquals(_waiting[0].Settings, group[0].Settings))))
        {
            bytes += _waiting[0].LineBytes;
            group.Add(_waiting[0]);
            _waiting.RemoveAt(0);
        }

        return group;
    }

    async Task WriteAsync(List<TableMember> group)
    {
        try
        {
            await StoreGroupAsync(group);
        }
        catch (Exception fault)
        {
            foreach (var member in group)
                member.Fail(fault);
        }
        finally
        {
            lock (_lock)
                _writing--;
            // Those that came meanwhile have waited for this one.
            Consider(waitedEnough: true);
        }
    }

    async Task StoreGroupAsync(List<TableMember> group)
    {
        for (var tries = 1; ; tries++)
        {
            foreach (var member in group.Where(IsStored))
                member.Settle(new StoredBatch(null, Repeated: true));
            group.RemoveAll(member => member.Stored.IsCompleted);
            if (group.Count == 0)
                return;
            var buffers = group.SelectMany(member => member.Buffers).ToList();
            IReadOnlyList<AddFile> files = buffers.Count == 0 ? [] : await tools.Files.WriteAsync(name, buffers, group[0].Settings, CancellationToken.None);
            var outcome = await CommitAsync(group, files);
            switch (outcome)
            {
                case CommitOutcome.Committed committed:
                    foreach (var member in group)
                        member.Settle(new StoredBatch(committed.Version, Repeated: false));
                    return;
                case CommitOutcome.AlreadyCommitted:
                    foreach (var member in group)
                        member.Settle(new StoredBatch(null, Repeated: true));
                    return;
                case CommitOutcome.Conflicted { Kind: ConflictKind.ConcurrentTransaction }:
                case CommitOutcome.Conflicted { Kind: ConflictKind.MetadataChanged or ConflictKind.ProtocolChanged } when tries < TriesMax:
                    // Some of them were stored by another process meanwhile, and the rest gets files of its own; or the table has other columns or rules now.
                    await Outage.RideOutAsync(() => Table.RefreshAsync(CancellationToken.None), tools.Limits.OutageMax, tools.Clock, CancellationToken.None);
                    break;
                case CommitOutcome.Conflicted conflict:
                    throw new VarveException(FaultKind.Invalid, $"The records cannot be added to {name.Path}: {conflict.Reason}.");
                default:
                    throw new UnreachableException();
            }
        }
    }

    /// <summary>A commit whose fate is in doubt is tried again: if it was made, the table knows its batches.</summary>
    async Task<CommitOutcome> CommitAsync(List<TableMember> group, IReadOnlyList<AddFile> files)
    {
        var hasRoom = Table.Latest.Transactions.Count < tools.Limits.BatchKeysMax;
        var keys = group.Select(member => member.Key).Where(key => key.IsGiven || hasRoom).ToList();
        var commit = new Commit
        {
            Operation = "WRITE",
            Parameters = new Dictionary<string, string> { ["mode"] = "Append" },
            Adds = [.. group.SelectMany(member => member.Files), .. files],
            Transactions = [.. keys.Select(key => new AppTransaction { AppId = key.AppId, Version = 1 })],
        };
        // Without its key a second try might store a batch twice.
        if (keys.Count < group.Count)
            return await Table.CommitAsync(commit, CancellationToken.None);
        var tries = 0;
        return await Outage.RideOutAsync(
            async () =>
            {
                var isAgain = tries++ > 0;
                var outcome = await Table.CommitAsync(commit, CancellationToken.None);
                return isAgain && outcome is CommitOutcome.AlreadyCommitted known ? new CommitOutcome.Committed(known.Version) : outcome;
            },
            tools.Limits.OutageMax, tools.Clock, CancellationToken.None);
    }

    void Arrived()
    {
        lock (_lock)
            _coming--;
        Consider();
    }

    sealed class Announcement(TableWriter writer) : IDisposable
    {
        int _isGone;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isGone, 1) == 0)
                writer.Arrived();
        }
    }
}
