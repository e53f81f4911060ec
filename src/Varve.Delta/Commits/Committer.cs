using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Commits;

/// <summary>
/// Makes commits by put-if-absent of the next log file. Whoever creates version n has made commit n; the others look at what
/// won, check that their own commit still stands, and try n + 1.
/// </summary>
sealed class Committer(IObjectStore store, string table, SnapshotLoader loader, DeltaOptions options, ILogger logger)
{
    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";

    /// <summary>Commits against the newest version that can be found, starting from <paramref name="snapshot"/>.</summary>
    public async Task<(CommitOutcome Outcome, Snapshot Snapshot)> CommitAsync(Commit commit, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var started = options.Clock.GetTimestamp();
        var txnId = Guid.NewGuid().ToString();
        var readVersion = snapshot.Version;
        var inDoubt = false;
        for (var attempt = 1; ; attempt++)
        {
            TableFeatures.CheckWritable(snapshot, commit, table);
            if (Objection(commit, snapshot) is { } objection)
                return (objection, snapshot);
            var version = snapshot.Version + 1;
            var lines = Lines(commit, snapshot, readVersion, txnId);
            var (outcome, fault) = await PutAsync(version, lines, cancellationToken);
            var ours = outcome == PutOutcome.Created;
            if (ours)
                snapshot = snapshot.Apply(version, lines, table);
            else
                (snapshot, ours) = await CatchUpAsync(snapshot, txnId, fault?.SourceException is OperationCanceledException ? CancellationToken.None : cancellationToken);
            if (ours)
            {
                DeltaLog.Committed(logger, snapshot.Version, table, options.Clock.GetElapsedTime(started).TotalMilliseconds, attempt);
                return (new CommitOutcome.Committed(snapshot.Version), snapshot);
            }

            fault?.Throw();
            inDoubt |= outcome == PutOutcome.Unknown;
            if (options.Clock.GetElapsedTime(started) > options.CommitDeadline)
                throw new VarveException(FaultKind.Unavailable, inDoubt
                    ? $"The commit to {table} was tried {attempt} times in {options.CommitDeadline.TotalSeconds:0} s: the store does not tell what became of the write. Look at the table before you try again."
                    : $"The commit to {table} lost against other writers {attempt} times in {options.CommitDeadline.TotalSeconds:0} s. Nothing was written; try again.");
            await PauseAsync(attempt, cancellationToken);
        }
    }

    /// <summary>Creates version 0, unless the table is there already.</summary>
    public async Task CreateAsync(TableProtocol protocol, TableMetadata metadata, CancellationToken cancellationToken)
    {
        var started = options.Clock.GetTimestamp();
        var now = options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var txnId = Guid.NewGuid().ToString();
        var info = Info("CREATE TABLE", new Dictionary<string, string>(), now, now, readVersion: null, txnId, isBlindAppend: true, metrics: []);
        var content = ActionJson.Write([new LogLine { CommitInfo = info }, new LogLine { Protocol = protocol }, new LogLine { MetaData = metadata }]);
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await store.PutIfAbsentAsync(_logFolder + LogFileName.Commit(0), content, cancellationToken);
            if (outcome != PutOutcome.Unknown || await loader.ReadCommitAsync(0, cancellationToken) is not null)
                return;
            if (options.Clock.GetElapsedTime(started) > options.CommitDeadline)
                throw new VarveException(FaultKind.Unavailable,
                    $"The table {table} could not be made in {options.CommitDeadline.TotalSeconds:0} s: the store does not tell what became of the write. Try again.");
            await PauseAsync(attempt, cancellationToken);
        }
    }

    /// <summary>A fault of the store, or a cancellation, is kept for later: it may have come after the write, and then the commit is made.</summary>
    async Task<(PutOutcome Outcome, ExceptionDispatchInfo? Fault)> PutAsync(long version, List<LogLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.PutIfAbsentAsync(_logFolder + LogFileName.Commit(version), ActionJson.Write(lines), cancellationToken), null);
        }
        catch (Exception fault) when (fault is VarveException { Kind: FaultKind.Unavailable } or OperationCanceledException)
        {
            return (PutOutcome.Unknown, ExceptionDispatchInfo.Capture(fault));
        }
    }

    /// <summary>
    /// Applies the commits that were made since, up to one's own: it is there when the answer to its put was lost. A put may also land
    /// late, between two looks, so every commit is looked at before it counts as another's.
    /// </summary>
    async Task<(Snapshot Snapshot, bool Ours)> CatchUpAsync(Snapshot snapshot, string txnId, CancellationToken cancellationToken)
    {
        while (await loader.ReadCommitAsync(snapshot.Version + 1, cancellationToken) is { } lines)
        {
            snapshot = snapshot.Apply(snapshot.Version + 1, lines, table);
            if (lines.Any(line => line.CommitInfo?.TxnId == txnId))
                return (snapshot, true);
        }

        return (snapshot, false);
    }

    static CommitOutcome? Objection(Commit commit, Snapshot snapshot)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in commit.Adds.Select(add => add.Path).Concat(commit.Removes.Select(remove => remove.Path)))
            if (!paths.Add(TablePath.Decode(path)))
                throw new VarveException(FaultKind.Invalid, $"The commit names the file {path} twice: a commit adds or removes a file once.");
        if (commit.Transaction is { } mine && snapshot.Transactions.TryGetValue(mine.AppId, out var theirs) && theirs.Version >= mine.Version)
            return new CommitOutcome.AlreadyCommitted(snapshot.Version);
        foreach (var remove in commit.Removes)
            if (!snapshot.Files.TryGetValue(TablePath.Decode(remove.Path), out var live) || LogicalFile.Of(live) != LogicalFile.Of(remove))
                return new CommitOutcome.Conflicted(snapshot.Version, $"the file {remove.Path} is no longer in the table");
        var partitionColumns = snapshot.Metadata.PartitionColumns;
        foreach (var add in commit.Adds)
            if (add.PartitionValues.Count != partitionColumns.Count || !partitionColumns.All(add.PartitionValues.ContainsKey))
                return new CommitOutcome.Conflicted(snapshot.Version, $"the table is partitioned by {string.Join(", ", partitionColumns)}");
        return null;
    }

    List<LogLine> Lines(Commit commit, Snapshot snapshot, long readVersion, string txnId)
    {
        var now = options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        long? inCommit = TableFeatures.HasInCommitTimestamps(snapshot.Protocol, snapshot.Metadata) ? Math.Max(now, snapshot.CommitTimestampMs + 1) : null;
        var metrics = new Dictionary<string, long>
        {
            ["numFiles"] = commit.Adds.Count,
            ["numOutputBytes"] = commit.Adds.Sum(add => add.Size),
        };
        if (commit.Removes.Count > 0)
            metrics["numRemovedFiles"] = commit.Removes.Count;
        foreach (var (name, number) in commit.Metrics)
            metrics[name] = number;
        var info = Info(commit.Operation, commit.Parameters, now, inCommit, readVersion, txnId, isBlindAppend: commit.Removes.Count == 0, metrics);
        var lines = new List<LogLine> { new() { CommitInfo = info } };
        if (commit.Transaction is { } transaction)
            lines.Add(new LogLine { Txn = transaction });
        lines.AddRange(commit.Removes.Select(remove => new LogLine { Remove = remove }));
        lines.AddRange(commit.Adds.Select(add => new LogLine { Add = add }));
        return lines;
    }

    CommitInfo Info(
        string operation, IReadOnlyDictionary<string, string> parameters, long now, long? inCommit, long? readVersion, string txnId,
        bool isBlindAppend, Dictionary<string, long> metrics) => new()
        {
            Timestamp = now,
            InCommitTimestamp = inCommit,
            Operation = operation,
            OperationParameters = ToElement(parameters.ToDictionary()),
            ReadVersion = readVersion,
            IsBlindAppend = isBlindAppend,
            OperationMetrics = ToElement(metrics.ToDictionary(metric => metric.Key, metric => metric.Value.ToString(CultureInfo.InvariantCulture))),
            EngineInfo = options.EngineInfo,
            TxnId = txnId,
        };

    static JsonElement ToElement(Dictionary<string, string> map) =>
        JsonSerializer.SerializeToElement(map, ActionJsonContext.Default.DictionaryStringString);

    Task PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        // Full jitter (Brooker, "Exponential Backoff and Jitter", 2015): spreads writers that lost the same race.
        var ceiling = Math.Min(options.BackoffMax.TotalMilliseconds, 2 * Math.Pow(2, Math.Min(attempt, 10)));
        return Task.Delay(TimeSpan.FromMilliseconds(options.Random() * ceiling), options.Clock, cancellationToken);
    }
}
