using Microsoft.Extensions.Time.Testing;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Execution;

/// <summary>One query at a time over more rows than fit between engine and reader: a run that is not read keeps its turn.</summary>
public sealed class QueryRunTests : IAsyncLifetime
{
    const int RowsStored = 4_000;
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 4, 2, 0, 0, 0, TimeSpan.Zero));
    readonly TestLake _lake;

    public QueryRunTests() => _lake = new TestLake(new QueryLimits { ConcurrencyMax = 1, EngineMemoryBytes = 512 << 20 }, _clock);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _lake.IngestAsync(
        "http_requests", Enumerable.Range(0, RowsStored).Select(row => $$"""{"EdgeStartTimestamp":"2026-04-01T00:00:00Z","RayID":"r{{row}}"}"""), Token);

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_query_waits_for_its_turn_and_gets_it_when_the_one_before_is_read()
    {
        await using var first = await StartAsync(Token);
        var second = CountAsync(Token);
        Assert.False(second.IsCompleted);

        var rows = await ReadAsync(first, Token);

        Assert.Equal((RowsStored, RowsStored, (long)RowsStored), (rows, first.Rows, await second));
    }

    [Fact]
    public async Task A_run_that_is_dropped_before_its_end_gives_its_turn_back()
    {
        var dropped = await StartAsync(Token);
        await foreach (var block in dropped.ReadAsync(Token))
            if (block.Count > 0)
                break;

        await dropped.DisposeAsync();

        Assert.Equal(RowsStored, await CountAsync(Token));
    }

    [Fact]
    public async Task A_run_that_is_never_read_gives_its_turn_back()
    {
        for (var i = 0; i < 5; i++)
            await (await StartAsync(Token)).DisposeAsync();

        Assert.Equal(RowsStored, await CountAsync(Token));
    }

    [Fact]
    public async Task A_run_that_is_late_ends_with_a_timeout_and_gives_its_turn_back()
    {
        await using var run = await StartAsync(Token);
        _clock.Advance(new QueryLimits().Duration);

        var fault = await Assert.ThrowsAsync<VarveException>(() => ReadAsync(run, Token));

        Assert.Equal((FaultKind.LimitExceeded, "timeout"), (fault.Kind, fault.Detail?.Code));
        Assert.Contains("60 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(RowsStored, await CountAsync(Token));
    }

    [Fact]
    public async Task A_run_whose_caller_cancels_ends_and_gives_its_turn_back()
    {
        using var caller = new CancellationTokenSource();
        await using var run = await StartAsync(caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(run, Token));

        Assert.Equal(RowsStored, await CountAsync(Token));
    }

    [Fact]
    public async Task A_query_can_be_cancelled_while_it_waits()
    {
        await using var first = await StartAsync(Token);
        using var caller = new CancellationTokenSource();
        var second = CountAsync(caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        await first.DisposeAsync();
        Assert.Equal(RowsStored, await CountAsync(Token));
    }

    [Fact]
    public async Task A_query_that_fails_gives_its_turn_back()
    {
        for (var i = 0; i < 5; i++)
            await Assert.ThrowsAsync<VarveException>(() => _lake.QueryAsync("SELECT RayID::BIGINT FROM http_requests", Token));

        Assert.Equal(RowsStored, await CountAsync(Token));
    }

    [Fact]
    public async Task Many_at_once_all_get_their_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => CountAsync(Token)));

        Assert.All(answers, rows => Assert.Equal(RowsStored, rows));
    }

    [Fact]
    public async Task The_time_of_a_run_is_that_of_the_clock()
    {
        await using var run = await StartAsync(Token);
        _clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.FromSeconds(3), run.Elapsed);
    }

    [Fact]
    public async Task A_run_is_cancelled_by_its_id_and_only_within_its_account()
    {
        await using var run = await StartAsync(Token);

        var others = Assert.Throws<VarveException>(() => _lake.Engine.Cancel(run.Id, "other"));
        Assert.Equal((FaultKind.NotFound, "unknown_query", QueryState.Running), (others.Kind, others.Detail?.Code, run.State));
        Assert.Empty(_lake.Engine.Running("other"));
        _lake.Engine.Cancel(run.Id, TestLake.Account);

        var fault = await Assert.ThrowsAsync<VarveException>(() => ReadAsync(run, Token));
        Assert.Equal((FaultKind.Conflict, "cancelled"), (fault.Kind, fault.Detail?.Code));
        Assert.Throws<VarveException>(() => _lake.Engine.Cancel(run.Id, TestLake.Account));
        Assert.Equal(RowsStored, await CountAsync(Token));
    }

    [Fact]
    public async Task A_query_that_waits_is_seen_and_can_be_cancelled_by_its_id()
    {
        await using var first = await StartAsync(Token);
        var second = CountAsync(Token);

        var running = await UntilAsync(2);
        Assert.Equal([QueryState.Running, QueryState.Waiting], running.Select(run => run.State));
        Assert.Equal((first.Id, "SELECT count(RayID) FROM http_requests"), (running[0].Id, running[1].Request.Sql));
        _lake.Engine.Cancel(running[1].Id, TestLake.Account);

        var fault = await Assert.ThrowsAsync<VarveException>(() => second);
        Assert.Equal("cancelled", fault.Detail?.Code);
        Assert.Equal([first.Id], _lake.Engine.Running(TestLake.Account).Select(run => run.Id));
    }

    [Fact]
    public async Task A_query_that_has_waited_long_enough_is_told_to_come_again()
    {
        await using var first = await StartAsync(Token);
        var second = CountAsync(Token);
        await UntilAsync(2);

        _clock.Advance(new QueryLimits().WaitMax);

        var fault = await Assert.ThrowsAsync<VarveException>(() => second);
        Assert.Equal((FaultKind.Busy, "query_busy", true), (fault.Kind, fault.Detail?.Code, fault.RetryAfter > TimeSpan.Zero));
        Assert.Equal([first.Id], _lake.Engine.Running(TestLake.Account).Select(run => run.Id));
    }

    [Fact]
    public async Task The_rows_so_far_and_the_state_are_seen()
    {
        await using var run = await StartAsync(Token);
        Assert.Equal(QueryState.Running, run.Progress.State);

        await ReadAsync(run, Token);

        Assert.Equal(new QueryProgress(QueryState.Ended, null, RowsStored), run.Progress);
        Assert.Empty(_lake.Engine.Running(TestLake.Account));
    }

    async Task<IReadOnlyList<QueryRun>> UntilAsync(int count)
    {
        while (_lake.Engine.Running(TestLake.Account).Count < count)
            await Task.Yield();
        return _lake.Engine.Running(TestLake.Account);
    }

    Task<QueryRun> StartAsync(CancellationToken cancellationToken) =>
        _lake.Engine.RunAsync(new QueryRequest("SELECT RayID FROM http_requests", TestLake.Account, TestLake.Zone), cancellationToken);

    async Task<long> CountAsync(CancellationToken cancellationToken) =>
        (long)(await _lake.QueryAsync("SELECT count(RayID) FROM http_requests", cancellationToken)).Value!;

    static async Task<int> ReadAsync(QueryRun run, CancellationToken cancellationToken)
    {
        var rows = 0;
        await foreach (var block in run.ReadAsync(cancellationToken))
            rows += block.Count;
        return rows;
    }
}
