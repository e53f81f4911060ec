using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Delta;
using Varve.Storage;

namespace Varve.Ingest;

/// <summary>
/// Takes NDJSON and answers when it is part of the table: the door of this project. Either all accepted records of a call become visible, in one
/// commit, or none. Safe to call from many threads and processes.
/// </summary>
public sealed class IngestPipeline(IObjectStore store, DatasetCatalog catalog, IngestLimits limits, DeltaOptions deltaOptions, ILogger<IngestPipeline>? logger = null)
{
    readonly ILogger _logger = logger ?? NullLogger<IngestPipeline>.Instance;
    readonly ConcurrentDictionary<string, Task<TableAppender>> _tables = new(StringComparer.Ordinal);

    /// <summary>Reads lines, plain or gzip, until the stream ends and stores them.</summary>
    /// <exception cref="VarveException">The account's or zone's name is not allowed, the body is damaged or over the limit, or the store does not answer. Nothing was stored then.</exception>
    public Task<IngestOutcome> IngestAsync(IngestTarget target, Stream body, CancellationToken cancellationToken) =>
        IngestAsync(new IngestRequest(target), body, cancellationToken);

    /// <summary>Reads a batch until the stream ends and stores it.</summary>
    /// <exception cref="VarveException">As above.</exception>
    public async Task<IngestOutcome> IngestAsync(IngestRequest request, Stream body, CancellationToken cancellationToken)
    {
        var target = request.Target;
        using var activity = Telemetry.Activities.StartActivity("ingest");
        var started = deltaOptions.Clock.GetTimestamp();
        var tables = NameTables(target);
        var job = new IngestJob(store, target, catalog, tables, limits, deltaOptions.Clock);
        var (files, rejectFiles, summary) = await job.ReadAsync(body, cancellationToken);
        if (rejectFiles.Count > 0)
            await CommitAsync(tables.Rejects, catalog.Rejects, rejectFiles, request.BatchKey, cancellationToken);
        var (version, isRepeated) = files.Count > 0
            ? await CommitAsync(tables.Records, target.Dataset, files, request.BatchKey, cancellationToken) : ((long?)null, false);
        Telemetry.Records.Add(summary.Accepted, new KeyValuePair<string, object?>("dataset", target.Dataset.Name));
        Telemetry.Rejected.Add(summary.Rejected, new KeyValuePair<string, object?>("dataset", target.Dataset.Name));
        Log.Ingested(_logger, summary.Accepted, summary.Rejected, tables.Records.Path, version, deltaOptions.Clock.GetElapsedTime(started).TotalMilliseconds);
        return new IngestOutcome(summary.Accepted, summary.Rejected, version, summary.Bytes, summary.Rejects) { Repeated = isRepeated };
    }

    async Task<(long? Version, bool IsRepeated)> CommitAsync(
        TableName name, Dataset dataset, IReadOnlyList<Delta.Actions.AddFile> adds, string? batchKey, CancellationToken cancellationToken)
    {
        var table = await OpenAsync(name, dataset, cancellationToken);
        var commit = new Delta.Commits.Commit
        {
            Operation = "WRITE",
            Parameters = new Dictionary<string, string> { ["mode"] = "Append" },
            Adds = adds,
            Transaction = batchKey is null ? null : new Delta.Actions.AppTransaction { AppId = "batch:" + batchKey, Version = 1 },
        };
        return await table.CommitAsync(commit, cancellationToken) switch
        {
            Delta.Commits.CommitOutcome.Committed committed => (committed.Version, false),
            Delta.Commits.CommitOutcome.AlreadyCommitted => (null, true),
            Delta.Commits.CommitOutcome.Conflicted conflict => throw new VarveException(
                FaultKind.Invalid, $"The records cannot be added to {name.Path}: {conflict.Reason}."),
            _ => throw new UnreachableException(),
        };
    }

    async Task<TableAppender> OpenAsync(TableName name, Dataset dataset, CancellationToken cancellationToken)
    {
        var opening = _tables.GetOrAdd(name.Path, path =>
            TableAppender.OpenOrCreateAsync(store, path, Records.TableSchemas.For(dataset), deltaOptions, _logger, CancellationToken.None));
        try
        {
            return await opening.WaitAsync(cancellationToken);
        }
        catch (VarveException)
        {
            // A failed opening is not remembered: the next call tries again.
            _tables.TryRemove(new KeyValuePair<string, Task<TableAppender>>(name.Path, opening));
            throw;
        }
    }

    static TargetTables NameTables(IngestTarget target)
    {
        if (!TableLayout.IsScopeName(target.Account))
            throw BadName("account", target.Account);
        var zone = target.Dataset.Scope == DatasetScope.Account ? null : target.Zone;
        if (zone is not null && !TableLayout.IsScopeName(zone))
            throw BadName("zone", zone);
        return new TargetTables(
            new TableName(target.Account, zone, target.Dataset.Name), new TableName(target.Account, zone, DatasetCatalog.RejectsName));
    }

    static VarveException BadName(string what, string name) =>
        new(FaultKind.Invalid, $"'{name}' cannot be the name of {(what[0] == 'a' ? "an" : "a")} {what}: use 1 to 64 letters, digits, '.', '_' and '-', starting with a letter or digit.");
}
