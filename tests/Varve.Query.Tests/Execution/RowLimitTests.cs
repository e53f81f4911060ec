using Varve.TestKit;

namespace Varve.Query.Tests.Execution;

public sealed class RowLimitTests
{
    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public async Task Ten_thousand_rows_are_given_and_more_are_cut(int stored, bool isTruncated)
    {
        using var lake = await FilledAsync(stored, new QueryLimits { EngineMemoryBytes = 512 << 20 });

        var answer = await lake.QueryAsync("SELECT ClientSrcPort FROM http_requests", TestContext.Current.CancellationToken);

        Assert.Equal((10_000, isTruncated), (answer.Rows.Count, answer.IsTruncated));
        Assert.Equal(10_000, answer.Column(0).Distinct().Count());
    }

    [Theory]
    [InlineData("", 5, true)]
    [InlineData("LIMIT 4", 4, false)]
    [InlineData("LIMIT 5", 5, false)]
    [InlineData("LIMIT 6", 5, true)]
    [InlineData("LIMIT 1000000", 5, true)]
    [InlineData("LIMIT 7 OFFSET 3", 5, true)]
    [InlineData("LIMIT 7 OFFSET 4", 5, false)]
    [InlineData("OFFSET 8", 1, false)]
    [InlineData("OFFSET 9", 0, false)]
    [InlineData("LIMIT 0", 0, false)]
    public async Task A_limit_of_the_statement_counts_up_to_the_row_limit(string clause, int rows, bool isTruncated)
    {
        using var lake = await FilledAsync(9, new QueryLimits { RowsMax = 5, EngineMemoryBytes = 512 << 20 });

        var answer = await lake.QueryAsync($"SELECT RayID FROM http_requests ORDER BY RayID {clause}", TestContext.Current.CancellationToken);

        Assert.Equal((rows, isTruncated), (answer.Rows.Count, answer.IsTruncated));
    }

    [Fact]
    public async Task Groups_are_rows_too()
    {
        using var lake = await FilledAsync(9, new QueryLimits { RowsMax = 5, EngineMemoryBytes = 512 << 20 });

        var grouped = await lake.QueryAsync("SELECT RayID, count(*) FROM http_requests GROUP BY RayID", TestContext.Current.CancellationToken);
        var counted = await lake.QueryAsync("SELECT count(*) FROM http_requests", TestContext.Current.CancellationToken);

        Assert.True(grouped.IsTruncated);
        Assert.Equal((9L, false), (counted.Value, counted.IsTruncated));
    }

    [Theory]
    [InlineData("SELECT ClientSrcPort AS n FROM http_requests LIMIT 19999", 19_999)]
    [InlineData("SELECT ClientSrcPort AS n FROM http_requests LIMIT 20000", 20_000)]
    [InlineData("SELECT ClientSrcPort AS n FROM http_requests LIMIT 20001", 20_001)]
    [InlineData("SELECT ClientSrcPort AS n FROM http_requests LIMIT 20002", 20_002)]
    [InlineData("SELECT ClientSrcPort AS n FROM http_requests LIMIT 20003", 20_002)]
    [InlineData("SELECT ClientSrcPort AS n FROM http_requests LIMIT 20001 OFFSET 2", 20_000)]
    [InlineData("SELECT ClientSrcPort AS n FROM http_requests ORDER BY n DESC LIMIT 20001", 20_001)]
    [InlineData("SELECT DISTINCT ClientSrcPort AS n FROM http_requests LIMIT 20001", 20_001)]
    [InlineData("SELECT ClientSrcPort AS n FROM http_requests UNION ALL SELECT ClientSrcPort + 100000 FROM http_requests LIMIT 30000", 30_000)]
    [InlineData("WITH few AS (SELECT ClientSrcPort AS n FROM http_requests LIMIT 20001) SELECT n FROM few", 20_001)]
    public async Task A_large_limit_of_an_export_is_kept_too(string sql, int rows)
    {
        using var lake = await FilledAsync(20_002, new QueryLimits { EngineMemoryBytes = 512 << 20 });

        var answer = await TestLake.QueryAsync(lake.Engine, new QueryRequest(sql, TestLake.Account) { IsExport = true }, TestContext.Current.CancellationToken);

        Assert.Equal((rows, false), (answer.Rows.Count, answer.IsTruncated));
        Assert.Equal(rows, answer.Column(0).Distinct().Count());
    }

    [Fact]
    public async Task A_large_limit_is_part_of_what_is_asked()
    {
        using var lake = await FilledAsync(20_002, new QueryLimits { RowsMax = 30_000, EngineMemoryBytes = 512 << 20, CachedAnswerBytesMax = 64 << 20, CachedAnswersBytesMax = 64 << 20 });

        foreach (var rows in new[] { 20_000, 20_001, 20_000 })
            Assert.Equal(rows, (await lake.QueryAsync($"SELECT ClientSrcPort FROM http_requests LIMIT {rows}", TestContext.Current.CancellationToken)).Rows.Count);
        Assert.Equal(20_002, (await lake.QueryAsync("SELECT ClientSrcPort FROM http_requests", TestContext.Current.CancellationToken)).Rows.Count);
    }

    static async Task<TestLake> FilledAsync(int rows, QueryLimits limits)
    {
        var lake = new TestLake(limits);
        await lake.IngestAsync(
            "http_requests",
            Enumerable.Range(0, rows).Select(row => $$"""{"EdgeStartTimestamp":"2026-04-01T00:00:00Z","RayID":"r{{row}}","ClientSrcPort":{{row}}}"""),
            TestContext.Current.CancellationToken);
        return lake;
    }
}
