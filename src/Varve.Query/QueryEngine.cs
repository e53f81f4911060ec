using Varve.Datasets;
using Varve.Query.Execution;
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
    readonly EngineLane _lane;
    readonly QueryLimits _limits;
    readonly TimeProvider _clock;
    readonly SemaphoreSlim _turns;

    /// <param name="store">Where the tables are.</param>
    /// <param name="datasets">The datasets that can be queried.</param>
    /// <param name="limits">What one query may ask for.</param>
    /// <param name="temporaryFolder">Where the engine may put what does not fit in memory.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="VarveException">The store's folder has a name that the engine cannot open.</exception>
    public QueryEngine(IObjectStore store, DatasetRegistry datasets, QueryLimits limits, string temporaryFolder, TimeProvider clock)
    {
        (_limits, _clock) = (limits, clock);
        var folder = store.LocalPath("accounts");
        if (folder?.IndexOfAny(['*', '?', '[']) >= 0)
            throw new VarveException(FaultKind.Invalid,
                $"The store's folder {folder} has a *, ? or [ in its path, which the query engine takes for a pattern. Use a folder with another name.");
        Tables = new TableDirectory(store);
        _gate = new Gate(_parser, datasets, limits, clock);
        _planner = new Planner(store, _parser);
        _lane = new EngineLane(limits, folder, temporaryFolder);
        _turns = new SemaphoreSlim(limits.ConcurrencyMax);
    }

    /// <summary>The tables that queries read.</summary>
    public TableDirectory Tables { get; }

    /// <summary>Checks, plans and starts a statement. The run has to be disposed.</summary>
    /// <exception cref="VarveException">The statement is refused (<see cref="FaultKind.Invalid"/>, with a code and a position), or the tables cannot be read.</exception>
    public async Task<QueryRun> RunAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var statement = await _gate.CheckAsync(request.Sql, request.Account, cancellationToken);
        var tables = await Tables.FindAsync(statement.Dataset, request.Account, request.Zone, cancellationToken, request.AsOf);
        var plan = _planner.Plan(statement, request, tables);
        await _turns.WaitAsync(cancellationToken);
        return await QueryRun.StartAsync(_lane, plan, _limits, _clock, () => _turns.Release(), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lane.Dispose();
        _parser.Dispose();
    }
}
