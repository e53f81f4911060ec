using Varve.Query.Execution;
using Varve.Storage;

namespace Varve.Query.Tests.Execution;

/// <summary>Statements that would run for hours, given to the engine past the gate.</summary>
public sealed class HeavyQueryTests : IDisposable
{
    readonly PastTheGate _gate = new(new QueryLimits { EngineMemoryBytes = 512 << 20, ConcurrencyMax = 1 });

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task The_deadline_stops_it_however_early_it_comes(int milliseconds)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() => StartAsync(PastTheGate.Endless, TimeSpan.FromMilliseconds(milliseconds), Token));

        Assert.Equal((FaultKind.LimitExceeded, "timeout", true), (fault.Kind, fault.Detail?.Code, _gate.Running.IsEmpty));
        Assert.Equal(1, await _gate.RowsAsync("SELECT 1::BIGINT", Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Its_caller_stops_it_however_early(int milliseconds)
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartAsync(PastTheGate.Endless, TimeSpan.FromHours(1), caller.Token));

        Assert.True(_gate.Running.IsEmpty);
        Assert.Equal(1, await _gate.RowsAsync("SELECT 1::BIGINT", Token));
    }

    [Fact]
    public async Task Memory_that_runs_out_is_told_as_such()
    {
        using var small = new PastTheGate(new QueryLimits { EngineMemoryBytes = 80 << 20, EngineDiskBytes = 4 << 20 });

        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            small.RowsAsync("SELECT count(*) FROM (SELECT DISTINCT a, md5(a::VARCHAR) FROM range(10000000) AS t(a))", Token));

        Assert.Equal((FaultKind.LimitExceeded, "out_of_memory"), (fault.Kind, fault.Detail?.Code));
        Assert.Equal(1, await small.RowsAsync("SELECT 1::BIGINT", Token));
    }

    [Fact]
    public async Task How_far_it_is_is_known_while_it_runs()
    {
        var table = new EngineRequest("CREATE TABLE t AS SELECT a FROM range(8000000) AS t(a)", []) { RowsMax = null, AnswerBytesMax = 1 };
        using (var call = _gate.Light.Begin(table, static _ => { }, Token))
            call.Run(static _ => { }, static _ => { });
        await using var run = await _gate.BeginAsync("SELECT sum(hash(md5(a::VARCHAR))) FROM t", _gate.Light, duration: null, Token);

        while (run.State == QueryState.Running && run.Progress.Percentage is not > 0)
            await Task.Yield();

        Assert.Equal(QueryState.Running, run.State);
        Assert.InRange(run.Progress.Percentage!.Value, 0, 100);
    }

    [Fact]
    public async Task What_it_held_is_free_when_it_is_stopped()
    {
        using var small = new PastTheGate(new QueryLimits { EngineMemoryBytes = 512 << 20, ConcurrencyMax = 1 });
        var run = await small.BeginAsync("SELECT a, md5(a::VARCHAR) AS b FROM range(1000000000) AS t(a) ORDER BY b", small.Light, duration: null, Token);
        while (small.TemporaryBytes < 1 << 20 && run.State == QueryState.Running)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);

        Assert.Equal(QueryState.Running, run.State);

        await run.DisposeAsync();

        Assert.Equal((0L, QueryState.Ended), (small.TemporaryBytes, run.State));
        Assert.InRange(await small.ValueAsync("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()", Token), 0, 8 << 20);
    }

    [Theory]
    [InlineData("SELECT * FROM read_text('/etc/hostname')")]
    [InlineData("COPY (SELECT 1) TO '/tmp/varve-past-the-gate.csv'")]
    [InlineData("SET memory_limit='1GB'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("ATTACH '/tmp/varve-past-the-gate.db'")]
    public async Task The_engine_itself_refuses_what_reaches_outside(string sql)
    {
        await Assert.ThrowsAsync<VarveException>(() => _gate.RowsAsync(sql, Token));

        Assert.False(File.Exists("/tmp/varve-past-the-gate.csv") || File.Exists("/tmp/varve-past-the-gate.db"));
    }

    Task<QueryRun> StartAsync(string sql, TimeSpan duration, CancellationToken cancellationToken) =>
        _gate.StartAsync(sql, _gate.Light, duration, cancellationToken);
}
