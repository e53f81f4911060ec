using Varve.Datasets;
using Varve.Query.Execution;
using Varve.Query.Planning;
using Varve.Query.Sql;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Execution;

/// <summary>Statements that would run for hours, given to the engine past the gate.</summary>
public sealed class HeavyQueryTests : IDisposable
{
    const string Heavy = "SELECT count(*) FROM range(1000000000000) AS t(a) WHERE a % 7 = 3";

    readonly TemporaryFolder _folder = new();
    readonly EngineLane _lane;
    int _released;

    public HeavyQueryTests() => _lane = new EngineLane(new QueryLimits { EngineMemoryBytes = 256 << 20 }, null, Path.Combine(_folder.FullPath, "temporary"));

    public void Dispose()
    {
        _lane.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task The_deadline_stops_it_however_early_it_comes(int milliseconds)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            StartAsync(Heavy, TimeSpan.FromMilliseconds(milliseconds), TestContext.Current.CancellationToken));

        Assert.Equal((FaultKind.LimitExceeded, "timeout", 1), (fault.Kind, fault.Detail?.Code, _released));
        Assert.Equal(1, await OneAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Its_caller_stops_it_however_early(int milliseconds)
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartAsync(Heavy, TimeSpan.FromHours(1), caller.Token));

        Assert.Equal(1, _released);
        Assert.Equal(1, await OneAsync());
    }

    [Fact]
    public async Task Memory_that_runs_out_is_told_as_such()
    {
        using var small = new EngineLane(
            new QueryLimits { EngineMemoryBytes = 32 << 20, EngineDiskBytes = 1 << 20 }, null, Path.Combine(_folder.FullPath, "small"));

        var fault = await Assert.ThrowsAsync<VarveException>(() => QueryRun.StartAsync(
            small, PlanOf("SELECT count(*) FROM (SELECT DISTINCT a, md5(a::VARCHAR) FROM range(10000000) AS t(a))"), new QueryLimits(), TimeProvider.System,
            () => _released++, TestContext.Current.CancellationToken));

        Assert.Equal((FaultKind.LimitExceeded, "out_of_memory", 1), (fault.Kind, fault.Detail?.Code, _released));
    }

    [Theory]
    [InlineData("SELECT * FROM read_text('/etc/hostname')")]
    [InlineData("COPY (SELECT 1) TO '/tmp/varve-past-the-gate.csv'")]
    [InlineData("SET memory_limit='1GB'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("ATTACH '/tmp/varve-past-the-gate.db'")]
    public async Task The_engine_itself_refuses_what_reaches_outside(string sql)
    {
        await Assert.ThrowsAsync<VarveException>(() => StartAsync(sql, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));

        Assert.False(File.Exists("/tmp/varve-past-the-gate.csv") || File.Exists("/tmp/varve-past-the-gate.db"));
    }

    async Task<int> OneAsync()
    {
        await using var run = await StartAsync("SELECT 1::BIGINT", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var rows = 0;
        await foreach (var block in run.ReadAsync(TestContext.Current.CancellationToken))
            rows += block.Count;
        return rows;
    }

    Task<QueryRun> StartAsync(string sql, TimeSpan duration, CancellationToken cancellationToken) =>
        QueryRun.StartAsync(_lane, PlanOf(sql), new QueryLimits { Duration = duration }, TimeProvider.System, () => _released++, cancellationToken);

    static QueryPlan PlanOf(string sql) => new(DatasetCatalog.BuiltIn.Find("http_requests")!, [new OutputColumn("x", null)], [])
    {
        FilesTotal = 0,
        FilesRead = 0,
        BytesTotal = 0,
        BytesRead = 0,
        EngineSql = sql,
    };
}
