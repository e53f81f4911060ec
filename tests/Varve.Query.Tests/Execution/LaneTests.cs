using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Execution;

/// <summary>Every column of all rows is heavy here, one column is light.</summary>
public sealed class LaneTests : IAsyncLifetime
{
    const int RowsStored = 4_000;
    const string Heavy = "SELECT * FROM http_requests";
    const string Light = "SELECT RayID FROM http_requests";

    readonly TestLake _lake = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _lake.IngestAsync(
        "http_requests", Enumerable.Range(0, RowsStored).Select(row => $$"""{"EdgeStartTimestamp":"2026-04-01T00:00:00Z","RayID":"r{{row}}"}"""), Token);

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_query_is_heavy_from_so_many_bytes_on_that_it_is_expected_to_read(int past, bool isHeavy)
    {
        await using var known = await RunAsync(_lake.Engine, Light);
        using var engine = Engine(new QueryLimits { HeavyBytes = known.Plan.BytesExpected + past });

        await using var run = await RunAsync(engine, Light);

        Assert.Equal((isHeavy, isHeavy ? "heavy" : "light"), (run.IsHeavy, run.Lane));
        Assert.InRange(run.Plan.BytesExpected, 1, run.Plan.BytesRead / 10);
    }

    [Fact]
    public async Task Light_queries_do_not_wait_for_heavy_ones()
    {
        using var engine = await TwoLanesAsync(new QueryLimits { HeavyConcurrencyMax = 1, HeavyWaitingMax = 1, ConcurrencyMax = 1 });
        await using var heavy = await RunAsync(engine, Heavy);
        var waiting = RunAsync(engine, Heavy);

        for (var light = 0; light < 5; light++)
        {
            await using var run = await RunAsync(engine, Light);
            Assert.Equal((false, RowsStored), (run.IsHeavy, await PastTheGate.RowsAsync(run, Token)));
        }

        Assert.Equal((true, false), (heavy.IsHeavy, waiting.IsCompleted));
        Assert.Equal(RowsStored, await PastTheGate.RowsAsync(heavy, Token));
        await using var second = await waiting;
        Assert.Equal(RowsStored, await PastTheGate.RowsAsync(second, Token));
    }

    [Fact]
    public async Task Heavy_ones_past_their_line_are_told_to_come_again_and_light_ones_are_not()
    {
        using var engine = await TwoLanesAsync(new QueryLimits { HeavyConcurrencyMax = 1, HeavyWaitingMax = 0 });
        await using var heavy = await RunAsync(engine, Heavy);

        var fault = await Assert.ThrowsAsync<VarveException>(() => RunAsync(engine, Heavy));
        await using var light = await RunAsync(engine, Light);

        Assert.Equal((FaultKind.Busy, "query_busy", true), (fault.Kind, fault.Detail?.Code, fault.RetryAfter > TimeSpan.Zero));
    }

    [Fact]
    public async Task Of_two_accounts_the_one_with_a_single_query_is_next()
    {
        await _lake.IngestAsync("http_requests", ["""{"EdgeStartTimestamp":"2026-04-01T00:00:00Z","RayID":"r"}"""], Token, account: "small");
        using var engine = Engine(new QueryLimits { ConcurrencyMax = 1, WaitingMax = 20, HeavyBytes = long.MaxValue });
        var order = new List<string>();
        await using var first = await RunAsync(engine, Light);
        var flood = Enumerable.Range(0, 10).Select(_ => NoteAsync(TestLake.Account)).ToList();
        while (engine.Running(TestLake.Account).Count < 11)
            await Task.Yield();
        var small = NoteAsync("small");
        while (engine.Running("small").Count < 1)
            await Task.Yield();

        await first.DisposeAsync();
        await Task.WhenAll([.. flood, small]);

        Assert.InRange(order.IndexOf("small"), 0, 1);

        async Task NoteAsync(string account)
        {
            await using var run = await engine.RunAsync(new QueryRequest(Light, account), Token);
            lock (order)
                order.Add(account);
            await PastTheGate.RowsAsync(run, Token);
        }
    }

    [Theory]
    [InlineData(9, null)]
    [InlineData(8, "answer_too_large")]
    public async Task An_answer_may_have_so_many_bytes_and_not_one_more(int bytesMax, string? code)
    {
        using var engine = Engine(new QueryLimits { AnswerBytesMax = bytesMax });

        var fault = await Record.ExceptionAsync(async () =>
        {
            await using var run = await RunAsync(engine, "SELECT 'é' AS a, RayID FROM http_requests WHERE RayID IN ('r1', 'r22')");
            await PastTheGate.RowsAsync(run, Token);
        });

        Assert.Equal(code, (fault as VarveException)?.Detail?.Code);
        Assert.Equal(code is null ? (FaultKind?)null : FaultKind.LimitExceeded, (fault as VarveException)?.Kind);
    }

    [Fact]
    public async Task Rows_that_hold_much_come_in_small_blocks()
    {
        using var engine = Engine(new QueryLimits());
        await using var run = await RunAsync(engine, $"SELECT concat(RayID, '{new string('a', 60_000)}') AS a FROM http_requests LIMIT 100");

        var blocks = new List<int>();
        await foreach (var block in run.ReadAsync(Token))
            blocks.Add(block.Count);

        Assert.Equal(100, blocks.Sum());
        Assert.All(blocks, rows => Assert.InRange(rows, 1, (1 << 20) / 60_000 + 1));
    }

    async Task<QueryEngine> TwoLanesAsync(QueryLimits limits)
    {
        await using var known = await RunAsync(_lake.Engine, Heavy);
        return Engine(limits with { HeavyBytes = known.Plan.BytesRead / 2 });
    }

    QueryEngine Engine(QueryLimits limits) => new(
        _lake.Store, _lake.Datasets, limits with { EngineMemoryBytes = 512 << 20 }, Path.Combine(_lake.Folder, $"engine-{Guid.NewGuid():N}"), TimeProvider.System);

    static Task<QueryRun> RunAsync(QueryEngine engine, string sql) =>
        engine.RunAsync(new QueryRequest(sql, TestLake.Account, TestLake.Zone), Token);
}
