using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Execution;

/// <summary>Statements that the gate lets through and that would run for years, over a table of a hundred rows.</summary>
public sealed class StoppableStatementTests : IAsyncLifetime
{
    readonly TestLake _lake = new(new QueryLimits { Duration = TimeSpan.FromMilliseconds(300), EngineMemoryBytes = 256 << 20, EngineDiskBytes = 64 << 20 });

    public async ValueTask InitializeAsync() => await _lake.IngestAsync(
        "http_requests",
        Enumerable.Range(0, 100).Select(row => $$"""{"EdgeStartTimestamp":"2026-04-01T00:00:00Z","RayID":"r{{row}}","BotScore":{{row % 50}}}"""),
        TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("SELECT count(*) FROM {8} WHERE a0.BotScore + a1.BotScore + a2.BotScore + a3.BotScore + a4.BotScore + a5.BotScore + a6.BotScore + a7.BotScore = -1")]
    [InlineData("SELECT count(*) FROM http_requests a LEFT JOIN ({7}) ON a.BotScore + a0.BotScore + a6.BotScore = -1")]
    [InlineData("WITH w AS (SELECT a0.BotScore AS s FROM {4}), v AS (SELECT s FROM w UNION ALL SELECT s FROM w) SELECT count(*) FROM v a, v b WHERE a.s + b.s = -1")]
    [InlineData("SELECT count(*) FROM {6} WHERE a0.BotScore + a5.BotScore > (SELECT max(x.BotScore) FROM http_requests x WHERE x.BotScore + a1.BotScore = a2.BotScore + a3.BotScore + a4.BotScore)")]
    [InlineData("SELECT max(n) FROM (SELECT row_number() OVER (PARTITION BY a1.BotScore ORDER BY a0.RayID || a5.RayID) AS n FROM {6})")]
    public async Task The_time_limit_or_the_memory_limit_stops_it(string sql)
    {
        for (var count = 1; count <= 8; count++)
            sql = sql.Replace($"{{{count}}}", string.Join(" CROSS JOIN ", Enumerable.Range(0, count).Select(table => $"http_requests a{table}")), StringComparison.Ordinal);

        var fault = await Assert.ThrowsAsync<VarveException>(() => _lake.QueryAsync(sql, TestContext.Current.CancellationToken));

        Assert.Contains(fault.Detail?.Code, new[] { "timeout", "out_of_memory" });
        Assert.Equal(100L, (await _lake.QueryAsync("SELECT count(*) FROM http_requests", TestContext.Current.CancellationToken)).Value);
    }
}
