using System.Globalization;
using System.Text.Json;
using Varve.Delta.Actions;
using Varve.Delta.Log;

namespace Varve.Delta.Commits;

/// <summary>The lines of a commit file; commitInfo is the first. Delta protocol: "Delta Log Entries".</summary>
sealed class CommitLines(DeltaOptions options)
{
    /// <summary>The lines of a commit on top of a state, for one try: times and what depends on the version are taken anew for each.</summary>
    /// <param name="request">What it does.</param>
    /// <param name="state">The version before; null makes a table.</param>
    /// <param name="readVersion">The version that its maker had read.</param>
    /// <param name="txnId">How its maker knows it again.</param>
    /// <param name="floorMs">A time before which its in-commit timestamp may not be, in milliseconds since 1970.</param>
    public List<LogLine> Of(CommitRequest request, TableState? state, long? readVersion, string txnId, long floorMs)
    {
        var now = options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (protocol, metadata) = ((request.Protocol ?? state?.Protocol)!, (request.Metadata ?? state?.Metadata)!);
        var earliestMs = Math.Max(floorMs, (state?.CommitTimestampMs ?? -1) + 1);
        long? inCommit = TableFeatures.HasInCommitTimestamps(protocol, metadata) ? Math.Max(now, earliestMs) : null;
        var lines = new List<LogLine> { new() { CommitInfo = Info(request, metadata, now, inCommit, readVersion, txnId) } };
        if (request.Protocol is not null)
            lines.Add(new LogLine { Protocol = request.Protocol });
        if (inCommit is { } since && EnablesInCommitTimestamps(request, state))
            lines.Add(new LogLine { MetaData = Since(request.Metadata!, state!.Version + 1, since) });
        else if (request.Metadata is not null)
            lines.Add(new LogLine { MetaData = request.Metadata });
        lines.AddRange(request.Transactions.Select(txn => new LogLine { Txn = txn with { LastUpdated = txn.LastUpdated ?? now } }));
        lines.AddRange(request.Domains.Select(domain => new LogLine { DomainMetadata = domain }));
        lines.AddRange(request.Removes.Select(
            remove => new LogLine { Remove = remove with { DeletionTimestamp = remove.DeletionTimestamp ?? now } }));
        lines.AddRange(request.Adds.Select(add => new LogLine { Add = add }));
        return lines;
    }

    /// <summary>
    /// Whether a table that is there gets times in its commits: it has to state since when. Delta protocol: "In-Commit Timestamps".
    /// </summary>
    public static bool EnablesInCommitTimestamps(CommitRequest request, TableState? state) =>
        state is not null && request.Metadata is not null && !TableFeatures.HasInCommitTimestamps(state.Protocol, state.Metadata)
        && TableFeatures.HasInCommitTimestamps(request.Protocol ?? state.Protocol, request.Metadata);

    static TableMetadata Since(TableMetadata metadata, long version, long milliseconds) => metadata with
    {
        Configuration = new Dictionary<string, string>(metadata.Configuration)
        {
            ["delta.inCommitTimestampEnablementVersion"] = version.ToString(CultureInfo.InvariantCulture),
            ["delta.inCommitTimestampEnablementTimestamp"] = milliseconds.ToString(CultureInfo.InvariantCulture),
        },
    };

    CommitInfo Info(CommitRequest request, TableMetadata metadata, long now, long? inCommit, long? readVersion, string txnId) => new()
    {
        Timestamp = now,
        InCommitTimestamp = inCommit,
        Operation = request.Operation,
        OperationParameters = ToElement(request.Parameters.ToDictionary()),
        ReadVersion = readVersion,
        IsolationLevel = request.IsolationIn(metadata).ToString(),
        IsBlindAppend = request.IsBlindAppend,
        OperationMetrics = ToElement(Metrics(request)),
        UserMetadata = request.UserMetadata,
        EngineInfo = options.EngineInfo,
        TxnId = txnId,
    };

    static Dictionary<string, string> Metrics(CommitRequest request)
    {
        var metrics = new Dictionary<string, long>(request.Metrics);
        if (request.Metadata is null || request.Adds.Count > 0)
        {
            metrics["numFiles"] = request.Adds.Count;
            metrics["numOutputBytes"] = request.Adds.Sum(add => add.Size);
        }

        if (request.Removes.Count > 0)
        {
            metrics["numRemovedFiles"] = request.Removes.Count;
            metrics["numRemovedBytes"] = request.Removes.Sum(remove => remove.Size ?? 0);
        }

        return metrics.ToDictionary(metric => metric.Key, metric => metric.Value.ToString(CultureInfo.InvariantCulture));
    }

    static JsonElement ToElement(Dictionary<string, string> map) =>
        JsonSerializer.SerializeToElement(map, ActionJsonContext.Default.DictionaryStringString);
}
