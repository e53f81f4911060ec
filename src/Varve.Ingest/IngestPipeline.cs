using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest.Activity;
using Varve.Ingest.Batches;
using Varve.Ingest.Flow;
using Varve.Ingest.Formats;
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
    readonly IngestSettingsSource _settings;
    readonly ConcurrentDictionary<string, TableWriter> _writers = new(StringComparer.Ordinal);

    /// <param name="store">Where the tables are.</param>
    /// <param name="catalog">Knows the dataset of rejects.</param>
    /// <param name="limits">What is allowed.</param>
    /// <param name="deltaOptions">How commits are made; its clock is the pipeline's.</param>
    /// <param name="logger">Told of batches that were stored.</param>
    /// <param name="activity">Told of everything.</param>
    /// <param name="settings">Knows what is kept of which table; null: as the store says.</param>
    public IngestPipeline(
        IObjectStore store,
        DatasetCatalog catalog,
        IngestLimits limits,
        DeltaOptions deltaOptions,
        ILogger<IngestPipeline>? logger = null,
        IngestActivity? activity = null,
        IngestSettingsSource? settings = null)
    {
        _settings = settings ?? new IngestSettingsSource(store, deltaOptions.Clock);
        (_store, _catalog, _deltaOptions, _logger) = (store, catalog, deltaOptions, logger ?? NullLogger<IngestPipeline>.Instance);
        var clock = deltaOptions.Clock;
        var told = activity ?? new IngestActivity(clock);
        told.Gauges.Limit(limits.MemoryBytesMax);
        var turns = new FairTurns(Environment.ProcessorCount);
        _tools = new BatchTools(
            limits, clock, turns, new MemoryBudget(limits, clock, told.Gauges), new BufferPool(), new FileStore(store, turns, limits, deltaOptions, _logger), told);
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
        using var flight = _tools.Activity.Gauges.Enter();
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

    /// <summary>Groups the side indexes of files that were stored and wait for others: for a process that is about to end. It does not throw.</summary>
    public Task GroupIndexesAsync() => _tools.Files.FlushPacksAsync();

    async Task<(IngestOutcome Outcome, DateTimeOffset? Newest)> StoreAsync(
        IngestRequest request, BatchTables tables, MemoryLease memory, Stream body, CancellationToken cancellationToken)
    {
        // Settings hold for the whole batch: a change meanwhile neither loses nor splits it.
        var settings = await _settings.ForAsync(request.Target, cancellationToken);
        var writer = WriterOf(tables.Records);
        using var coming = writer.Announce();
        using var reader = new BatchReader(request, tables, _catalog, settings, memory, _tools);
        var hashing = new HashingStream(body);
        await using (var plain = await Gzip.DecompressAsync(hashing, cancellationToken))
        await using (var lines = RecordLines.Of(plain, request.Format, request.FieldNames, _tools.Limits, request.Target.Dataset))
            await reader.ReadAsync(lines, cancellationToken);
        var key = request.BatchKey is { } given ? BatchKey.Given(given) : BatchKey.OfBody(hashing.Hash, hashing.Bytes, ReadingOf(request));
        var stored = new StoredBatch(null, Repeated: false);
        if (!reader.Rejects.IsEmpty)
        {
            var noted = await WriterOf(tables.Rejects).StoreAsync(_catalog.Rejects, new TableMember(key, reader.Rejects.Files, reader.Rejects.Buffers, IngestSettings.Everything));
            stored = new StoredBatch(null, noted.Repeated);
        }

        if (!reader.Records.IsEmpty)
        {
            var storing = writer.StoreAsync(request.Target.Dataset, new TableMember(key, reader.Records.Files, reader.Records.Buffers, settings));
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
            request.Format == BodyFormat.Auto ? null : request.Format.ToString().ToLowerInvariant(),
            request.FieldNames is { } names ? string.Join(',', names) : null,
            request.SampleRate?.ToString(CultureInfo.InvariantCulture),
        }.Where(part => part is not null));

    TableWriter WriterOf(TableName name) => _writers.GetOrAdd(name.Path, _ => new TableWriter(name, dataset => OpenTableAsync(name, dataset), EnsureColumnsAsync, _tools));

    Task<TableAppender> OpenTableAsync(TableName name, Dataset dataset) => Outage.RideOutAsync(
        () => TableAppender.OpenOrCreateAsync(_store, name.Path, TableSchemas.For(dataset), _deltaOptions, _logger, CancellationToken.None),
        _tools.Limits.OutageMax, _tools.Clock, CancellationToken.None);

    Task EnsureColumnsAsync(TableAppender table, Dataset dataset) => Outage.RideOutAsync(
        () => TableColumns.EnsureAsync(_store, table, TableSchemas.For(dataset), _deltaOptions, _logger, CancellationToken.None).AsTask(),
        _tools.Limits.OutageMax, _tools.Clock, CancellationToken.None);

    static BatchTables NameTables(IngestTarget target)
    {
        var zone = target.Dataset.Scope == DatasetScope.Account ? null : target.Zone;
        var records = new TableName(target.Account, zone, target.Dataset.Name);
        records.Check();
        return new BatchTables(records, records with { Dataset = DatasetCatalog.RejectsName });
    }
}
