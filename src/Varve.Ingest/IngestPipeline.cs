using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest.Activity;
using Varve.Ingest.Batches;
using Varve.Ingest.Flow;
using Varve.Ingest.Lines;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;
using Varve.Storage;

namespace Varve.Ingest;

/// <summary>
/// Takes records and answers when they are part of the table: the door of this project. Either all accepted records of a batch become visible, in one
/// commit, or none; a batch that comes again within a day is stored once, whichever process takes it. Safe to call from many threads and processes.
/// </summary>
public sealed class IngestPipeline
{
    readonly IObjectStore _store;
    readonly DatasetCatalog _catalog;
    readonly DeltaOptions _deltaOptions;
    readonly ILogger _logger;
    readonly BatchTools _tools;
    readonly ConcurrentDictionary<string, Task<TableWriter>> _writers = new(StringComparer.Ordinal);

    /// <param name="store">Where the tables are.</param>
    /// <param name="catalog">Knows the dataset of rejects.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="deltaOptions">How commits are made; its clock is the pipeline's.</param>
    /// <param name="logger">Told of batches that were stored.</param>
    /// <param name="activity">Told of everything.</param>
    public IngestPipeline(
        IObjectStore store, DatasetCatalog catalog, IngestLimits limits, DeltaOptions deltaOptions, ILogger<IngestPipeline>? logger = null, IngestActivity? activity = null)
    {
        (_store, _catalog, _deltaOptions, _logger) = (store, catalog, deltaOptions, logger ?? NullLogger<IngestPipeline>.Instance);
        var clock = deltaOptions.Clock;
        var turns = new FairTurns(Environment.ProcessorCount);
        _tools = new BatchTools(
            limits, clock, turns, new MemoryBudget(limits, clock), new BufferPool(), new FileStore(store, turns, limits, clock), activity ?? new IngestActivity(clock));
    }

    /// <summary>Reads NDJSON or a JSON array, plain or gzip, until the stream ends and stores it.</summary>
    /// <exception cref="VarveException">As of the other overload.</exception>
    public Task<IngestOutcome> IngestAsync(IngestTarget target, Stream body, CancellationToken cancellationToken) =>
        IngestAsync(new IngestRequest(target), body, cancellationToken);

    /// <summary>Reads a batch until the stream ends and stores it.</summary>
    /// <exception cref="VarveException">
    /// The account's or zone's name is not allowed, the body is damaged or over a limit, there is too much at once (<see cref="FaultKind.Busy"/>), or the
    /// store does not answer. Nothing was stored then, but for the last case, in which it may have been: sent again, the batch is stored once.
    /// </exception>
    public async Task<IngestOutcome> IngestAsync(IngestRequest request, Stream body, CancellationToken cancellationToken)
    {
        var target = request.Target;
        using var activity = Telemetry.Activities.StartActivity("ingest");
        var started = _tools.Clock.GetTimestamp();
        try
        {
            var tables = NameTables(target);
            using var memory = await _tools.Memory.EnterAsync(target.Account, cancellationToken);
            var (outcome, newest) = await StoreAsync(request, tables, memory, body, cancellationToken);
            var elapsed = _tools.Clock.GetElapsedTime(started);
            _tools.Activity.Stored(target, outcome, newest, elapsed);
            Log.Ingested(_logger, outcome.Accepted, outcome.Rejected, tables.Records.Path, outcome.Version, elapsed.TotalMilliseconds);
            return outcome;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _tools.Activity.Failed(target, fault);
            throw;
        }
    }

    async Task<(IngestOutcome Outcome, DateTimeOffset? Newest)> StoreAsync(
        IngestRequest request, BatchTables tables, MemoryLease memory, Stream body, CancellationToken cancellationToken)
    {
        var settings = IngestSettings.Everything;
        var writer = await OpenAsync(tables.Records, request.Target.Dataset, cancellationToken);
        using var coming = writer.Announce();
        using var reader = new BatchReader(request, tables, _catalog, settings, memory, _tools);
        var hashing = new HashingStream(body);
        await using (var plain = await Gzip.DecompressAsync(hashing, cancellationToken))
            await reader.ReadAsync(plain, cancellationToken);
        var key = request.BatchKey is { } given ? BatchKey.Given(given) : BatchKey.OfBody(hashing.Hash, hashing.Bytes, ReadingOf(request));
        var stored = new StoredBatch(null, Repeated: false);
        if (!reader.Rejects.IsEmpty)
        {
            var rejects = await OpenAsync(tables.Rejects, _catalog.Rejects, cancellationToken);
            var noted = await rejects.StoreAsync(new TableMember(key, reader.Rejects.Files, reader.Rejects.Buffers, IngestSettings.Everything));
            stored = new StoredBatch(null, noted.Repeated);
        }

        if (!reader.Records.IsEmpty)
        {
            var storing = writer.StoreAsync(new TableMember(key, reader.Records.Files, reader.Records.Buffers, settings));
            coming.Dispose();
            stored = await storing;
        }

        DateTimeOffset? newest = reader.Newest is { } microseconds ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond) : null;
        return (reader.Outcome with { Version = stored.Version, Repeated = stored.Repeated }, newest);
    }

    /// <summary>What makes the same bytes another batch.</summary>
    static string ReadingOf(IngestRequest request) => string.Join(
        '-',
        new[]
        {
            request.Format == Formats.BodyFormat.Auto ? null : request.Format.ToString().ToLowerInvariant(),
            request.FieldNames is { } names ? string.Join(',', names) : null,
            request.SampleRate?.ToString(CultureInfo.InvariantCulture),
        }.Where(part => part is not null));

    async Task<TableWriter> OpenAsync(TableName name, Dataset dataset, CancellationToken cancellationToken)
    {
        var opening = _writers.GetOrAdd(name.Path, _ => OpenWriterAsync(name, dataset));
        try
        {
            return await opening.WaitAsync(cancellationToken);
        }
        catch (VarveException)
        {
            // A failed opening is not remembered: the next call tries again.
            _writers.TryRemove(new KeyValuePair<string, Task<TableWriter>>(name.Path, opening));
            throw;
        }
    }

    async Task<TableWriter> OpenWriterAsync(TableName name, Dataset dataset)
    {
        var table = await Outage.RideOutAsync(
            () => TableAppender.OpenOrCreateAsync(_store, name.Path, TableSchemas.For(dataset), _deltaOptions, _logger, CancellationToken.None),
            _tools.Limits.OutageMax, _tools.Clock, CancellationToken.None);
        return new TableWriter(name, table, _tools);
    }

    static BatchTables NameTables(IngestTarget target)
    {
        if (!TableLayout.IsScopeName(target.Account))
            throw BadName("account", target.Account);
        var zone = target.Dataset.Scope == DatasetScope.Account ? null : target.Zone;
        if (zone is not null && !TableLayout.IsScopeName(zone))
            throw BadName("zone", zone);
        return new BatchTables(
            new TableName(target.Account, zone, target.Dataset.Name), new TableName(target.Account, zone, DatasetCatalog.RejectsName));
    }

    static VarveException BadName(string what, string name) =>
        new(FaultKind.Invalid, $"'{name}' cannot be the name of {(what[0] == 'a' ? "an" : "a")} {what}: use 1 to 64 letters, digits, '.', '_' and '-', starting with a letter or digit.");
}
