using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Varve.TestKit;

namespace Varve.Query.Tests.Execution;

/// <summary>Who asks what somebody else asks already waits for that answer.</summary>
public sealed class SharedAnswerTests : IAsyncDisposable
{
    /// <summary>More rows than are taken from the engine before somebody reads them: it keeps its turn.</summary>
    const string Large = "SELECT a.RayID AS a, b.RayID AS b, c.RayID AS c FROM http_requests a, http_requests b, http_requests c";

    const string Sql = "SELECT count(DISTINCT RayID) AS n FROM http_requests";

    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 4, 2, 0, 0, 0, TimeSpan.Zero));
    readonly TestLake _lake;
    readonly List<QueryRun> _runs = [];

    public SharedAnswerTests() => _lake = new TestLake(new QueryLimits { EngineMemoryBytes = 512 << 20, ConcurrencyMax = 1 }, _clock);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs)
            await run.DisposeAsync();
        _lake.Dispose();
    }

    [Fact]
    public async Task It_is_asked_of_the_engine_once()
    {
        var turn = await KeepTurnAsync();
        var asked = new List<Task<QueryRun>> { AskAsync(Sql) };
        await UntilAsync(running: 2);
        asked.AddRange([AskAsync(Sql), AskAsync(Sql)]);

        await turn.DisposeAsync();
        var runs = await Task.WhenAll(asked);

        Assert.Equal([false, true, true], runs.Select(run => run.IsFromCache));
        foreach (var run in runs)
            Assert.Equal(60L, await ValueAsync(run));
    }

    [Fact]
    public async Task When_the_first_leaves_the_next_asks()
    {
        var turn = await KeepTurnAsync();
        using var leaves = new CancellationTokenSource();
        var first = AskAsync(Sql, leaves.Token);
        await UntilAsync(running: 2);
        var second = AskAsync(Sql);

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await turn.DisposeAsync();

        var run = await second;
        Assert.Equal((false, 60L), (run.IsFromCache, await ValueAsync(run)));
    }

    [Fact]
    public async Task Nobody_waits_for_long()
    {
        var turn = await KeepTurnAsync();
        var first = AskAsync(Sql);
        await UntilAsync(running: 2);
        var second = AskAsync(Sql);
        var waited = TimeSpan.Zero;
        while (_lake.Engine.Running(TestLake.Account).Count < 3)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            waited += TimeSpan.FromMilliseconds(500);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        Assert.InRange(waited, new QueryLimits().SharedWaitMax, TimeSpan.FromSeconds(9));
        await turn.DisposeAsync();
        await Task.WhenAll(first, second);
    }

    [Theory]
    [InlineData("SELECT random() AS r, RayID FROM http_requests LIMIT 1")]
    [InlineData("SELECT count(DISTINCT ClientIP) AS n FROM http_requests")]
    public async Task What_is_another_question_or_has_another_answer_each_time_does_not_wait(string other)
    {
        var turn = await KeepTurnAsync();
        var asked = new List<Task<QueryRun>> { AskAsync(other.Contains("random", StringComparison.Ordinal) ? other : Sql) };
        await UntilAsync(running: 2);

        asked.Add(AskAsync(other));
        await UntilAsync(running: 3);

        await turn.DisposeAsync();
        Assert.All(await Task.WhenAll(asked), run => Assert.False(run.IsFromCache));
    }

    async Task<QueryRun> KeepTurnAsync()
    {
        await _lake.IngestAsync("http_requests", Enumerable.Range(0, 60).Select(row => string.Create(CultureInfo.InvariantCulture,
            $$"""{"RayID":"{{row}}","EdgeStartTimestamp":"2026-04-01T00:00:00Z"}""")), Token);
        return await AskAsync(Large);
    }

    async Task<QueryRun> AskAsync(string sql, CancellationToken? cancellationToken = null)
    {
        var run = await _lake.Engine.RunAsync(new QueryRequest(sql, TestLake.Account), cancellationToken ?? Token);
        lock (_runs)
            _runs.Add(run);
        return run;
    }

    async Task UntilAsync(int running)
    {
        while (_lake.Engine.Running(TestLake.Account).Count < running)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
    }

    static async Task<long> ValueAsync(QueryRun run)
    {
        await foreach (var block in run.ReadAsync(Token))
            return (long)block.Columns[0][0]!;
        throw new InvalidOperationException("No row.");
    }
}
