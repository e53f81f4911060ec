using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Delta.Index;
using Varve.Query.Execution;
using Varve.Query.Files;
using Varve.Query.Planning;
using Varve.Query.Sql;
using Varve.Storage;

namespace Varve.Query;

/// <summary>Answers SQL over the tables of a store: the door of this project. Safe to call from many threads.</summary>
public sealed class QueryEngine : IDisposable
{
    readonly SqlParser _parser = new();
    readonly Gate _gate;
    readonly Planner _planner;
    readonly RangeCache? _cache;
    readonly PlanFetcher? _fetcher;
    readonly EngineLane _light;
    readonly EngineLane _heavy;
    readonly RunningQueries _running = new();
    readonly MemoryWatch _watch;
    readonly QueryLimits _limits;
    readonly TimeProvider _clock;

    /// <param name="store">Where the tables are.</param>
    /// <param name="datasets">The datasets that can be queried.</param>
    /// <param name="limits">What one query may ask for.</param>
    /// <param name="temporaryFolder">Where the engine may put what does not fit in memory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Told of queries that had to be stopped, and of side indexes that cannot be used.</param>
    /// <param name="cacheFolder">Where parts of files are kept when the store is no folder of this machine; null stands for a folder in the temporary one.</param>
    /// <param name="cacheLimits">How much is kept there, and how it is fetched; defaults when null.</param>
    /// <exception cref="VarveException">The folder that files are read from has a name that the engine cannot open, or cannot be used.</exception>
    public QueryEngine(
        IObjectStore store, DatasetRegistry datasets, QueryLimits limits, string temporaryFolder, TimeProvider clock,
        ILogger<QueryEngine>? logger = null, string? cacheFolder = null, RangeCacheLimits? cacheLimits = null)
    {
        (_limits, _clock) = (limits, clock);
        var folder = store.LocalPath("accounts");
        CheckFolder(folder ?? cacheFolder ?? temporaryFolder);
        cacheLimits ??= new RangeCacheLimits();
        if (folder is null)
            _cache = new RangeCache(store, cacheFolder ?? Path.Combine(temporaryFolder, "cache"), cacheLimits, clock);
        Tables = new TableDirectory(store);
        _gate = new Gate(_parser, datasets, limits, clock);
        logger ??= NullLogger<QueryEngine>.Instance;
        _planner = new Planner(store, _parser, new IndexPruner(new FileIndexReader(store, new FileIndexLimits(), clock, logger), limits.IndexReadsMax), _cache);
        _fetcher = _cache is null ? null : new PlanFetcher(_cache, _planner, cacheLimits.FirstLookBytesMin, clock);
        var readable = folder ?? _cache?.FullPath;
        _light = new EngineLane(LaneSettings.Light(limits), readable, temporaryFolder, filesGrow: _cache is not null, clock, logger);
        _heavy = new EngineLane(LaneSettings.Heavy(limits), readable, temporaryFolder, filesGrow: _cache is not null, clock, logger);
        _watch = new MemoryWatch(_running, limits, clock, ProcessMemory.ResidentBytes, logger);
    }

    /// <summary>The tables that queries read.</summary>
    public TableDirectory Tables { get; }

    /// <summary>Checks, plans and starts a statement, and waits until the columns of its answer are known. The run has to be disposed.</summary>
    /// <exception cref="VarveException">
    /// The statement is refused (<see cref="FaultKind.Invalid"/>, with a code and a position), there is no room for it (<see cref="FaultKind.Busy"/>),
    /// the tables cannot be read, or it failed before its first row.
    /// </exception>
    public async Task<QueryRun> RunAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var run = await BeginAsync(request, cancellationToken);
        try
        {
            await run.ColumnsAsync(cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same, but gives the run as soon as it has begun: its columns may come much later, when the first rows do.</summary>
    /// <exception cref="VarveException">The statement is refused, there is no room for it, or the tables cannot be read.</exception>
    public async Task<QueryRun> BeginAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var statement = await _gate.CheckAsync(request, cancellationToken);
        var plan = await _planner.PlanAsync(statement, request, await TablesOfAsync(statement, request, cancellationToken), cancellationToken);
        var lane = plan.BytesExpected >= _limits.HeavyBytes ? _heavy : _light;
        var run = new QueryRun(Guid.CreateVersion7(_clock.GetUtcNow()).ToString("N"), request, plan, lane, _fetcher, _running, _limits, _clock, cancellationToken);
        await run.StartAsync();
        return run;
    }

    /// <summary>The account's queries that wait or run, the oldest first.</summary>
    public IReadOnlyList<QueryRun> Running(string account) => _running.Of(account);

    /// <summary>Stops a query of the account. Whoever reads it is told that it was cancelled.</summary>
    /// <exception cref="VarveException">The account has no such query, or it is over: <see cref="FaultKind.NotFound"/>.</exception>
    public void Cancel(string id, string account)
    {
        var run = _running.Find(id, account) ?? throw new VarveException(
            FaultKind.NotFound, $"The account '{account}' has no query '{id}' that runs. GET /api/queries?account={account} names those that do.")
        {
            Detail = new FaultDetail("unknown_query"),
        };
        run.Stop(EngineFaults.Cancelled());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        _light.Dispose();
        _heavy.Dispose();
        _cache?.Dispose();
        _parser.Dispose();
    }

    /// <summary>The tables of each dataset, once: all places of the statement see it at the same version.</summary>
    async Task<Dictionary<Dataset, IReadOnlyList<ScopeTable>>> TablesOfAsync(GatedStatement statement, QueryRequest request, CancellationToken cancellationToken)
    {
        var datasets = statement.Scans.Select(scan => scan.Dataset).Distinct().ToList();
        if (request.AsOf?.Version is { } version && datasets.Count > 1)
            throw new VarveException(FaultKind.Invalid, $"The statement reads {datasets.Count} datasets, each with versions of its own: instead of version {version} give a time.");
        var tables = new Dictionary<Dataset, IReadOnlyList<ScopeTable>>();
        foreach (var dataset in datasets)
            tables.Add(dataset, await Tables.FindAsync(dataset, request.Account, request.Zone, cancellationToken, request.AsOf));
        return tables;
    }

    static void CheckFolder(string folder)
    {
        if (Path.GetFullPath(folder).IndexOfAny(['*', '?', '[']) >= 0)
            throw new VarveException(FaultKind.Invalid,
                $"The folder {folder}, from which data files are read, has a *, ? or [ in its path, which the query engine takes for a pattern. Use a folder with another name.");
    }
}
