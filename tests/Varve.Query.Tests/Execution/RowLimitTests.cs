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
