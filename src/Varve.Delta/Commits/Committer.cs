using System.Globalization;
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
        for (var attempt = 1; ; attempt++)
        {
            TableFeatures.CheckWritable(snapshot.Protocol, table);
            if (Objection(commit, snapshot) is { } objection)
                return (objection, snapshot);
            var version = snapshot.Version + 1;
            var lines = Lines(commit, snapshot, readVersion, txnId);
            var outcome = await store.PutIfAbsentAsync(_logFolder + LogFileName.Commit(version), ActionJson.Write(lines), cancellationToken);
            if (outcome == PutOutcome.Created || await IsOursAsync(version, txnId, cancellationToken))
            {
                DeltaLog.Committed(logger, version, table, options.Clock.GetElapsedTime(started).TotalMilliseconds, attempt);
                return (new CommitOutcome.Committed(version), snapshot.Apply(version, lines, table));
            }

            if (options.Clock.GetElapsedTime(started) > options.CommitDeadline)
                throw new VarveException(FaultKind.Unavailable,
                    $"The commit to {table} lost against other writers {attempt} times in {options.CommitDeadline.TotalSeconds:0} s. Nothing was written; try again.");
            snapshot = await loader.RefreshAsync(snapshot, cancellationToken);
            await PauseAsync(attempt, cancellationToken);
        }
    }

    /// <summary>Creates version 0. False when the table is there already.</summary>
    public async Task<bool> CreateAsync(TableProtocol protocol, TableMetadata metadata, CancellationToken cancellationToken)
    {
        var txnId = Guid.NewGuid().ToString();
        var now = options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var info = Info("CREATE TABLE", new Dictionary<string, string>(), now, now, readVersion: null, txnId, isBlindAppend: true, metrics: []);
        var content = ActionJson.Write([new LogLine { CommitInfo = info }, new LogLine { Protocol = protocol }, new LogLine { MetaData = metadata }]);
        var outcome = await store.PutIfAbsentAsync(_logFolder + LogFileName.Commit(0), content, cancellationToken);
        return outcome == PutOutcome.Created || (outcome == PutOutcome.Unknown && await IsOursAsync(0, txnId, cancellationToken));
    }

    /// <summary>An answer that was lost may have been a success: the commit that is there tells whose it is.</summary>
    async Task<bool> IsOursAsync(long version, string txnId, CancellationToken cancellationToken)
    {
        var lines = await loader.ReadCommitAsync(version, cancellationToken);
        return lines?.Any(line => line.CommitInfo?.TxnId == txnId) == true;
    }

    static CommitOutcome? Objection(Commit commit, Snapshot snapshot)
    {
        if (commit.Transaction is { } mine && snapshot.Transactions.TryGetValue(mine.AppId, out var theirs) && theirs.Version >= mine.Version)
            return new CommitOutcome.AlreadyCommitted(snapshot.Version);
        foreach (var remove in commit.Removes)
            if (!snapshot.Files.ContainsKey(TablePath.Decode(remove.Path)))
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
