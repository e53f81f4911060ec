using System.Text.RegularExpressions;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>Which files each table of a statement is read from.</summary>
public sealed partial class JoinPruningTests(SixFiles six) : IClassFixture<SixFiles>
{
    [Theory]
    // Conditions of WHERE hold on both sides of every join: a null meets none of them.
    [InlineData("SELECT a.RayID FROM http_requests a JOIN http_requests b USING (ClientSrcPort) WHERE a.date = '2026-04-01' AND b.BotScore = 1", "2 1", 2)]
    [InlineData("SELECT a.RayID FROM http_requests a LEFT JOIN http_requests b USING (ClientSrcPort) WHERE a.date = '2026-04-01' AND b.BotScore = 1", "2 1", 2)]
    [InlineData("SELECT a.RayID FROM http_requests a RIGHT JOIN http_requests b USING (ClientSrcPort) WHERE a.date = '2026-04-01' AND b.BotScore = 1", "2 1", 2)]
    [InlineData("SELECT a.RayID FROM http_requests a FULL JOIN http_requests b USING (ClientSrcPort) WHERE a.date = '2026-04-01' AND b.BotScore = 1", "2 1", 2)]
    [InlineData("SELECT a.RayID FROM http_requests a, http_requests b WHERE a.BotScore = 1 AND b.BotScore = 18", "1 1", 2)]
    [InlineData("SELECT a.RayID FROM http_requests a LEFT JOIN http_requests b USING (ClientSrcPort) WHERE b.BotScore IS NULL", "6 6", 6)]
    [InlineData("SELECT a.RayID FROM http_requests a JOIN http_requests b USING (ClientSrcPort) WHERE a.BotScore = 1 OR b.BotScore = 1", "6 6", 6)]
    // Conditions of ON hold for the side that is filled up with nulls, not for the side that is kept whole.
    [InlineData("SELECT a.RayID FROM http_requests a JOIN http_requests b ON a.ClientSrcPort = b.ClientSrcPort AND a.date = '2026-04-01' AND b.BotScore = 1", "2 1", 2)]
    [InlineData("SELECT a.RayID FROM http_requests a LEFT JOIN http_requests b ON a.ClientSrcPort = b.ClientSrcPort AND a.date = '2026-04-01' AND b.BotScore = 1", "6 1", 6)]
    [InlineData("SELECT a.RayID FROM http_requests a RIGHT JOIN http_requests b ON a.ClientSrcPort = b.ClientSrcPort AND a.date = '2026-04-01' AND b.BotScore = 1", "2 6", 6)]
    [InlineData("SELECT a.RayID FROM http_requests a FULL JOIN http_requests b ON a.ClientSrcPort = b.ClientSrcPort AND a.date = '2026-04-01' AND b.BotScore = 1", "6 6", 6)]
    [InlineData("SELECT a.RayID FROM http_requests a LEFT JOIN (http_requests b JOIN http_requests c USING (ClientSrcPort)) ON a.BotScore = b.BotScore AND c.BotScore = 1 AND b.BotScore = 1 AND a.BotScore = 1", "6 1 1", 6)]
    // A column that USING makes one is a column of both.
    [InlineData("SELECT ClientIP FROM http_requests a JOIN http_requests b USING (ClientIP) WHERE ClientIP = '10.0.0.3'", "1 1", 1)]
    [InlineData("SELECT ClientIP FROM http_requests a FULL JOIN http_requests b USING (ClientIP) WHERE ClientIP = '10.0.0.3'", "1 1", 1)]
    [InlineData("SELECT date FROM http_requests a LEFT JOIN http_requests b USING (date) WHERE date = '2026-04-02'", "2 2", 2)]
    // Each query by its own conditions.
    [InlineData("SELECT RayID FROM http_requests WHERE date = '2026-04-01' AND ClientIP IN (SELECT ClientIP FROM http_requests WHERE date = '2026-04-03')", "2 2", 4)]
    [InlineData("SELECT RayID FROM http_requests o WHERE o.date = '2026-04-01' AND EXISTS (SELECT * FROM http_requests i WHERE i.ClientIP = o.ClientIP AND i.BotScore = 1 AND o.BotScore = 1)", "2 1", 2)]
    [InlineData("WITH q AS (SELECT ClientIP FROM http_requests WHERE date = '2026-04-01') SELECT ClientIP FROM q WHERE ClientIP = '10.0.0.0'", "2", 2)]
    [InlineData("WITH q AS (SELECT ClientIP FROM http_requests) SELECT a.ClientIP FROM q a JOIN q b USING (ClientIP) WHERE ClientIP = '10.0.0.0'", "6", 6)]
    [InlineData("SELECT ClientIP FROM http_requests WHERE BotScore = 1 UNION SELECT ClientIP FROM http_requests WHERE BotScore = 18", "1 1", 2)]
    [InlineData("SELECT ClientIP FROM http_requests WHERE BotScore = 1 EXCEPT SELECT ClientIP FROM http_requests WHERE date = '2026-04-01'", "1 2", 2)]
    [InlineData("SELECT ClientIP FROM http_requests WHERE BotScore = (SELECT min(BotScore) FROM http_requests)", "6 6", 6)]
    [InlineData("SELECT ClientIP FROM http_requests GROUP BY 1 HAVING min(BotScore) = 1", "6", 6)]
    [InlineData("SELECT ClientIP FROM http_requests QUALIFY row_number() OVER (ORDER BY BotScore) = 1", "6", 6)]
    public async Task Each_table_is_read_from_the_files_that_may_matter(string sql, string files, int filesRead)
    {
        var answer = await six.Lake.QueryAsync(sql, TestContext.Current.CancellationToken);

        Assert.Equal(files, string.Join(' ', Scan().Matches(answer.Plan.EngineSql).Select(scan => Day().Count(scan.Value))));
        Assert.Equal((6, filesRead), (answer.Plan.FilesTotal, answer.Plan.FilesRead));
        Assert.Single(answer.Plan.Tables);
    }

    [Fact]
    public async Task The_times_of_the_request_bound_every_table()
    {
        var request = new QueryRequest(
            "WITH q AS (SELECT ClientIP FROM http_requests) SELECT count(*), (SELECT count(*) FROM http_requests), (SELECT count(*) FROM q) FROM http_requests a FULL JOIN q USING (ClientIP)",
            TestLake.Account, TestLake.Zone)
        {
            From = new DateTimeOffset(2026, 4, 2, 0, 0, 0, TimeSpan.Zero),
            To = new DateTimeOffset(2026, 4, 2, 0, 2, 0, TimeSpan.Zero),
        };

        var answer = await six.Lake.QueryAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal([4L, 2L, 2L], answer.Rows.Single());
        Assert.Equal("1 1 1", string.Join(' ', Scan().Matches(answer.Plan.EngineSql).Select(scan => Day().Count(scan.Value))));
    }

    [Fact]
    public async Task Only_columns_that_are_needed_are_read_of_each_table()
    {
        var sql = (await six.Lake.QueryAsync("SELECT a.ClientIP FROM http_requests a JOIN http_requests b ON a.BotScore = b.ClientSrcPort", TestContext.Current.CancellationToken)).Plan.EngineSql;

        Assert.Equal(
            ["scan_0\" AS (SELECT \"BotScore\", \"ClientIP\", \"EdgeStartTimestamp\" FROM", "scan_1\" AS (SELECT \"ClientSrcPort\", \"EdgeStartTimestamp\" FROM"],
            Columns().Matches(sql).Select(match => match.Value).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("(\"scan_[0-9]\" AS| FROM) \\(SELECT .*?(hive_partitioning=false|WHERE false)")]
    private static partial Regex Scan();

    [GeneratedRegex("scan_[0-9]\" AS \\(SELECT [^(]* FROM")]
    private static partial Regex Columns();

    [GeneratedRegex("date=2026-")]
    private static partial Regex Day();
}
