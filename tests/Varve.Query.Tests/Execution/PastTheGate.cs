using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Query.Execution;
using Varve.Query.Planning;
using Varve.Query.Sql;
using Varve.Query.Workers;
using Varve.TestKit;

namespace Varve.Query.Tests.Execution;

/// <summary>Lanes whose engines get any text, past the gate.</summary>
sealed class PastTheGate : IDisposable
{
    /// <summary>Runs for hours.</summary>
    public const string Endless = "SELECT count(*) FROM range(1000000000000) AS t(a) WHERE a % 7 = 3";

    /// <summary>Gives more rows than anyone reads.</summary>
    public const string EndlessRows = "SELECT a FROM range(1000000000000) AS t(a)";

    readonly TemporaryFolder _folder = new();
    readonly TimeProvider _clock;
    readonly QueryLimits _limits;
    int _ids;

    public PastTheGate(QueryLimits? limits = null, TimeProvider? clock = null, QueryWorkers? workers = null)
    {
        _clock = clock ?? TimeProvider.System;
        _limits = limits ?? new QueryLimits { EngineMemoryBytes = 512 << 20 };
        Light = new EngineLane(LaneSettings.Light(_limits), null, _folder.FullPath, filesGrow: false, _clock, NullLogger.Instance, workers);
        Heavy = new EngineLane(LaneSettings.Heavy(_limits), null, _folder.FullPath, filesGrow: false, _clock, NullLogger.Instance, workers);
    }

    public EngineLane Light { get; }

    public EngineLane Heavy { get; }

    public RunningQueries Running { get; } = new();

    /// <summary>Bytes of the files that the engines have made.</summary>
    public long TemporaryBytes => new DirectoryInfo(_folder.FullPath).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public Task<QueryRun> StartAsync(string sql, CancellationToken cancellationToken) => StartAsync(sql, Light, duration: null, cancellationToken);

    /// <summary>A run whose columns are known.</summary>
    public async Task<QueryRun> StartAsync(string sql, EngineLane lane, TimeSpan? duration, CancellationToken cancellationToken)
    {
        var run = await BeginAsync(sql, lane, duration, cancellationToken);
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

    public async Task<QueryRun> BeginAsync(string sql, EngineLane lane, TimeSpan? duration, CancellationToken cancellationToken)
    {
        var limits = _limits with { Duration = duration ?? _limits.Duration };
        var run = new QueryRun(
            $"q{Interlocked.Increment(ref _ids)}", new QueryRequest(sql, "acme"), PlanOf(sql), lane, refiner: null, answers: null, Running, limits, _clock, cancellationToken);
        await run.StartAsync();
        return run;
    }

    /// <summary>Rows of the answer.</summary>
    public async Task<long> RowsAsync(string sql, CancellationToken cancellationToken)
    {
        await using var run = await StartAsync(sql, cancellationToken);
        return await RowsAsync(run, cancellationToken);
    }

    /// <summary>The one whole number of the answer.</summary>
    public async Task<long> ValueAsync(string sql, CancellationToken cancellationToken)
    {
        await using var run = await StartAsync(sql, cancellationToken);
        await foreach (var block in run.ReadAsync(cancellationToken))
            return (long)block.Columns[0][0]!;
        throw new InvalidOperationException($"No row: {sql}");
    }

    public static async Task<long> RowsAsync(QueryRun run, CancellationToken cancellationToken)
    {
        var rows = 0;
        await foreach (var block in run.ReadAsync(cancellationToken))
            rows += block.Count;
        return rows;
    }

    public void Dispose()
    {
        Light.Dispose();
        Heavy.Dispose();
        _folder.Dispose();
    }

    static QueryPlan PlanOf(string sql) => new(DatasetCatalog.BuiltIn.Find("http_requests")!, [new OutputColumn("x", null)], [])
    {
        EngineSql = sql,
    };
}
