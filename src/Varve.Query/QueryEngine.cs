using Varve.Datasets;
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
    readonly EngineLane _lane;
    readonly QueryLimits _limits;
    readonly RangeCacheLimits _cacheLimits;
    readonly TimeProvider _clock;
    readonly SemaphoreSlim _turns;

    /// <param name="store">Where the tables are.</param>
    /// <param name="datasets">The datasets that can be queried.</param>
    /// <param name="limits">What one query may ask for.</param>
    /// <param name="temporaryFolder">Where the engine may put what does not fit in memory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cacheFolder">Where parts of files are kept when the store is no folder of this machine; null stands for a folder in the temporary one.</param>
    /// <param name="cacheLimits">How much is kept there, and how it is fetched; defaults when null.</param>
    /// <exception cref="VarveException">The folder that files are read from has a name that the engine cannot open, or cannot be used.</exception>
    public QueryEngine(
        IObjectStore store, DatasetRegistry datasets, QueryLimits limits, string temporaryFolder, TimeProvider clock,
        string? cacheFolder = null, RangeCacheLimits? cacheLimits = null)
    {
        (_limits, _cacheLimits, _clock) = (limits, cacheLimits ?? new RangeCacheLimits(), clock);
        var folder = store.LocalPath("accounts");
        CheckFolder(folder ?? cacheFolder ?? temporaryFolder);
        if (folder is null)
            _cache = new RangeCache(store, cacheFolder ?? Path.Combine(temporaryFolder, "cache"), _cacheLimits, clock);
        Tables = new TableDirectory(store);
        _gate = new Gate(_parser, datasets, limits, clock);
        _planner = new Planner(store, _parser, _cache);
        _lane = new EngineLane(limits, folder ?? _cache?.FullPath, temporaryFolder, filesGrow: _cache is not null);
        _turns = new SemaphoreSlim(limits.ConcurrencyMax);
    }

    /// <summary>The tables that queries read.</summary>
    public TableDirectory Tables { get; }

    /// <summary>Checks, plans and starts a statement. The run has to be disposed.</summary>
    /// <exception cref="VarveException">The statement is refused (<see cref="FaultKind.Invalid"/>, with a code and a position), or the tables cannot be read.</exception>
    public async Task<QueryRun> RunAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var statement = await _gate.CheckAsync(request.Sql, request.Account, cancellationToken);
        var tables = await Tables.FindAsync(statement.Dataset, request.Account, request.Zone, cancellationToken);
        var plan = _planner.Plan(statement, request, tables);
        await _turns.WaitAsync(cancellationToken);
        try
        {
            plan = await FetchAsync(statement, request, tables, plan, cancellationToken);
        }
        catch
        {
            _turns.Release();
            throw;
        }

        return await QueryRun.StartAsync(_lane, plan, _limits, _clock, () => _turns.Release(), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lane.Dispose();
        _cache?.Dispose();
        _parser.Dispose();
    }

    async Task<QueryPlan> FetchAsync(
        GatedStatement statement, QueryRequest request, IReadOnlyList<ScopeTable> tables, QueryPlan plan, CancellationToken cancellationToken)
    {
        if (_cache is null)
            return plan;
        using var deadline = new CancellationTokenSource(_limits.Duration, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var counter = new FetchCounter(_clock);
            if (_planner.PlanFirstLook(statement, request, plan) is { } look && await LookAsync(_cache, plan, look, counter, either.Token) is { } only)
                plan = _planner.Plan(statement, request, tables, only);
            return await FetchAsync(_cache, plan, counter, either.Token);
        }
        catch (OperationCanceledException fault) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new VarveException(FaultKind.LimitExceeded,
                $"What the query reads could not be fetched within {_limits.Duration.TotalSeconds:0} s, which is the limit. Narrow the time range or name fewer columns; what came is kept, so that the same query has less to fetch.",
                fault)
            {
                Detail = new FaultDetail("timeout"),
            };
        }
    }

    static async Task<QueryPlan> FetchAsync(RangeCache cache, QueryPlan plan, FetchCounter counter, CancellationToken cancellationToken)
    {
        var lease = await cache.LookAsync(plan.Needed, counter, cancellationToken);
        try
        {
            await cache.FetchAsync(lease, cancellationToken);
            return plan with { Lease = lease };
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>The only files that hold rows of the answer; null when finding them costs more than it can save, or fails.</summary>
    async Task<HashSet<string>?> LookAsync(RangeCache cache, QueryPlan plan, QueryPlan look, FetchCounter counter, CancellationToken cancellationToken)
    {
        using (var all = await cache.LookAsync(plan.Needed, counter, cancellationToken))
        using (var few = await cache.LookAsync(look.Needed, counter, cancellationToken))
            if (all.MissingBytes - few.MissingBytes < _cacheLimits.FirstLookBytesMin)
                return null;
        look = await FetchAsync(cache, look, counter, cancellationToken);
        try
        {
            await using var run = await QueryRun.StartAsync(_lane, look, _limits, _clock, static () => { }, cancellationToken);
            var found = new List<(string, long, DateTime?, DateTime?)>();
            await foreach (var block in run.ReadAsync(cancellationToken))
                for (var row = 0; row < block.Count; row++)
                    found.Add(((string)block.Columns[0][row]!, (long)block.Columns[1][row]!, (DateTime?)block.Columns[2][row], (DateTime?)block.Columns[3][row]));
            return look.Look!.Choose(found);
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Invalid)
        {
            // Whether the statement itself fails over such a value is for its own run to say.
            return null;
        }
    }

    static void CheckFolder(string folder)
    {
        if (Path.GetFullPath(folder).IndexOfAny(['*', '?', '[']) >= 0)
            throw new VarveException(FaultKind.Invalid,
                $"The folder {folder}, from which data files are read, has a *, ? or [ in its path, which the query engine takes for a pattern. Use a folder with another name.");
    }
}
