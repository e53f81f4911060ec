using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Delta.Index;
using Varve.Query.Execution;
using Varve.Query.Files;
using Varve.Query.Planning;
using Varve.Query.Sql;
using Varve.Query.Workers;
using Varve.Storage;

namespace Varve.Query;

/// <summary>Answers SQL over the tables of a store: the door of this project. Safe to call from many threads.</summary>
public sealed class QueryEngine : IDisposable
{
    readonly SqlParser _parser = new();
    readonly Gate _gate;
    readonly Planner _planner;
    readonly RangeCache? _cache;
    readonly PlanRefiner _refiner;
    readonly EngineLane _light;
    readonly EngineLane _heavy;
    readonly RunningQueries _running = new();
    readonly AnswerCache _answers;
    readonly PlanExplainer _explainer;
    readonly RangeCacheLimits _cacheLimits;
    readonly MemoryWatch _watch;
    readonly DayBudget _budget;
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
    /// <param name="workers">How queries run in processes of their own; null when they do not.</param>
    /// <exception cref="VarveException">The folder that files are read from has a name that the engine cannot open, or cannot be used.</exception>
    public QueryEngine(
        IObjectStore store, DatasetRegistry datasets, QueryLimits limits, string temporaryFolder, TimeProvider clock,
        ILogger<QueryEngine>? logger = null, string? cacheFolder = null, RangeCacheLimits? cacheLimits = null,
        QueryWorkers? workers = null)
    {
        (_limits, _clock, _budget) = (limits, clock, new DayBudget(limits.BytesPerDayMax, clock));
        var folder = store.LocalPath("accounts");
        CheckFolder(folder ?? cacheFolder ?? temporaryFolder);
        _cacheLimits = cacheLimits ??= new RangeCacheLimits();
        if (folder is null)
            _cache = new RangeCache(store, cacheFolder ?? Path.Combine(temporaryFolder, "cache"), cacheLimits, clock);
        Tables = new TableDirectory(store);
        (_answers, _explainer) = (new AnswerCache(limits), new PlanExplainer(_parser));
        _gate = new Gate(_parser, datasets, limits, clock);
        logger ??= NullLogger<QueryEngine>.Instance;
        _planner = new Planner(store, _parser, IndexesOf(store, clock, logger), _cache);
        _refiner = new PlanRefiner(_planner, _cache, cacheLimits.FirstLookBytesMin, clock);
        var readable = folder ?? _cache?.FullPath;
        _light = new EngineLane(LaneSettings.Light(limits), readable, temporaryFolder, filesGrow: _cache is not null, clock, logger, workers);
        _heavy = new EngineLane(LaneSettings.Heavy(limits), readable, temporaryFolder, filesGrow: _cache is not null, clock, logger, workers);
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
        request = request with { Now = request.Now ?? _clock.GetUtcNow() };
        var id = Guid.CreateVersion7(_clock.GetUtcNow()).ToString("N");
        if (ExplainAnswer.StatementOf(request.Sql) is { } explained)
        {
            var (estimate, of) = await LookAtAsync(request with { Sql = explained }, cancellationToken);
            return new QueryRun(id, request, of, _light, _running, _limits, _clock, ExplainAnswer.Of(estimate));
        }

        var statement = await _gate.CheckAsync(request, cancellationToken);
        var plan = await _planner.PlanAsync(statement, request, await TablesOfAsync(statement, request, cancellationToken), cancellationToken);
        if (!request.IsExport && _answers.Find(plan.AnswerKey) is { } kept)
            return new QueryRun(id, request, plan, LaneOf(plan), _running, _limits, _clock, kept);
        CheckBytes(plan);
        var (known, coming) = request.IsExport ? (null, null) : await KnownAsync(plan, cancellationToken);
        if (known is not null)
            return new QueryRun(id, request, plan, LaneOf(plan), _running, _limits, _clock, known);
        // Answers that are kept or shared read nothing.
        try
        {
            _budget.Take(plan.BytesExpected);
        }
        catch
        {
            coming?.Dispose();
            throw;
        }

        var run = new QueryRun(id, request, plan, LaneOf(plan), _refiner, _answers, _running, _limits, _clock, cancellationToken) { Coming = coming };
        await run.StartAsync();
        return run;
    }

    /// <summary>What a statement would read, and why not less.</summary>
    /// <exception cref="VarveException">The statement is refused, or the tables cannot be read.</exception>
    public async Task<QueryEstimate> EstimateAsync(QueryRequest request, CancellationToken cancellationToken) => (await LookAtAsync(request, cancellationToken)).Estimate;

    /// <summary>Checks a condition that is to stand in the WHERE of other statements.</summary>
    /// <exception cref="VarveException">It is refused, or is more than a condition.</exception>
    internal async Task CheckFilterAsync(
        string dataset, string filter, string account, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        var request = new QueryRequest($"SELECT count(*) FROM {dataset} WHERE ({filter}\n)", account) { Parameters = parameters };
        if (SimpleSelect.Of(await _gate.CheckAsync(request, cancellationToken)) is not { Condition: not null } select || select.OfTheLog() is null)
            throw new VarveException(FaultKind.Invalid, "The filter is more than a condition on the dataset's own fields: give what would stand after WHERE.");
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

    /// <summary>
    /// The answer, when somebody else who asks the same gets it soon: many people look at one page. Else null, and what is to be disposed of when the
    /// query is over, so that others who ask the same need not wait any longer.
    /// </summary>
    async Task<(CachedAnswer? Known, IDisposable? Coming)> KnownAsync(QueryPlan plan, CancellationToken cancellationToken)
    {
        var (key, since) = (plan.AnswerKey, _clock.GetTimestamp());
        while (_limits.CachedAnswerBytesMax > 0 && AnswerCache.IsRepeatable(key))
        {
            var coming = _answers.Begin(key);
            // It may have come just before.
            if (_answers.Find(key) is { } known)
            {
                coming?.Dispose();
                return (known, null);
            }

            if (coming is not null)
                return (null, coming);
            var left = _limits.SharedWaitMax - _clock.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
                break;
            try
            {
                await _answers.ComingAsync(key).WaitAsync(left, _clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                break;
            }
        }

        return (null, null);
    }

    void CheckBytes(QueryPlan plan)
    {
        var bytesMax = Math.Min(plan.Request.BytesExpectedMax ?? long.MaxValue, _limits.BytesExpectedMax);
        if (plan.BytesExpected > bytesMax)
            throw new VarveException(
                FaultKind.LimitExceeded,
                $"The query is expected to read {plan.BytesExpected} bytes of {plan.FilesRead} files, and may read {bytesMax}. Narrow the time range, name fewer columns, or compare a field that has a side index; EXPLAIN says what each condition leaves out.")
            {
                Detail = new FaultDetail("too_many_bytes"),
            };
    }

    // What is to be given whole takes its time, and is not to hold up others.
    EngineLane LaneOf(QueryPlan plan) => plan.Request.IsExport || plan.BytesExpected >= _limits.HeavyBytes ? _heavy : _light;

    async Task<(QueryEstimate Estimate, QueryPlan Plan)> LookAtAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var statement = await _gate.CheckAsync(request, cancellationToken);
        var tables = await TablesOfAsync(statement, request, cancellationToken);
        var plan = await _planner.PlanAsync(statement, request, tables, cancellationToken);
        var lane = LaneOf(plan);
        var isCached = _answers.Find(plan.AnswerKey) is not null;
        return (new QueryEstimate
        {
            Tables = plan.Tables,
            FilesTotal = plan.FilesTotal,
            FilesRead = plan.FilesRead,
            BytesTotal = plan.BytesTotal,
            BytesExpected = plan.BytesExpected,
            // Of each file its end and what the store says of it, and then the columns.
            RequestsExpected = _cache is null ? 0 : (3L * plan.FilesRead) + (plan.BytesExpected / _cacheLimits.RequestBytesMax),
            MillisecondsExpected = isCached ? 0 : lane.Speed.MillisecondsFor(plan.BytesExpected),
            IsHeavy = lane.IsHeavy,
            IsCached = isCached,
            Places = _explainer.Explain(plan, tables),
        }, plan);
    }

    /// <summary>The tables of each dataset, once: all places of the statement see it at the same version.</summary>
    async Task<Dictionary<Dataset, IReadOnlyList<ScopeTable>>> TablesOfAsync(GatedStatement statement, QueryRequest request, CancellationToken cancellationToken)
    {
        var datasets = statement.Scans.Select(scan => scan.Dataset).Distinct().ToList();
        if (request.AsOf?.Version is { } version && datasets.Count > 1)
            throw new VarveException(FaultKind.Invalid, $"The statement reads {datasets.Count} datasets, each with versions of its own: instead of version {version} give a time.");
        var tables = new Dictionary<Dataset, IReadOnlyList<ScopeTable>>();
        foreach (var dataset in datasets)
            tables.Add(dataset, request.Tables ?? await Tables.FindAsync(dataset, request.Account, request.Zone, cancellationToken, request.AsOf));
        if (request.AsOf?.Versions?.Keys.Except(tables.Values.SelectMany(each => each).Select(table => table.Name.Path)).FirstOrDefault() is { } gone)
            throw new VarveException(FaultKind.NotFound, $"The answer was made from the table {gone}, which is no longer there.");
        return tables;
    }

    IndexPruner IndexesOf(IObjectStore store, TimeProvider clock, ILogger logger)
    {
        var limits = new FileIndexLimits();
        return new IndexPruner(new FileIndexReader(store, limits, clock, logger), new IndexPackReader(store, limits, clock, logger), _limits.IndexReadsMax);
    }

    static void CheckFolder(string folder)
    {
        if (Path.GetFullPath(folder).IndexOfAny(['*', '?', '[']) >= 0)
            throw new VarveException(FaultKind.Invalid,
                $"The folder {folder}, from which data files are read, has a *, ? or [ in its path, which the query engine takes for a pattern. Use a folder with another name.");
    }
}
