using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

public sealed class FilePruningTests(SixFiles six) : IClassFixture<SixFiles>
{
    [Theory]
    [InlineData("date = '2026-04-02'", 2, 6)]
    [InlineData("date >= '2026-04-02'", 4, 12)]
    [InlineData("Date > '2026-04-02' AND date <= '2026-04-03'", 2, 6)]
    [InlineData("date IN ('2026-04-01', '2026-04-03')", 4, 12)]
    [InlineData("date = DATE '2026-04-05'", 0, 0)]
    [InlineData("'2026-04-02' > date", 2, 6)]
    [InlineData("EdgeStartTimestamp >= '2026-04-02T12:00:00Z'", 3, 9)]
    [InlineData("EdgeStartTimestamp > '2026-04-02T12:02:01Z'", 2, 6)]
    [InlineData("EdgeStartTimestamp >= '2026-04-02T12:02:00Z'", 3, 7)]
    [InlineData("EdgeStartTimestamp < '2026-04-01T12:00:00Z'", 1, 3)]
    [InlineData("EdgeStartTimestamp <= '2026-04-01T12:00:00Z'", 2, 4)]
    [InlineData("EdgeStartTimestamp = '2026-04-01T12:00:00Z'", 1, 1)]
    [InlineData("EdgeStartTimestamp BETWEEN '2026-04-01T12:00:00Z' AND '2026-04-02T00:00:00Z'", 2, 4)]
    [InlineData("EdgeStartTimestamp >= now() - INTERVAL '1' DAY", 2, 6)]
    [InlineData("EdgeStartTimestamp >= DATE '2026-04-03'", 2, 6)]
    [InlineData("EdgeStartTimestamp >= '2026-04-03T02:00:00+02:00'", 2, 6)]
    [InlineData("_ingested_at < '2026-04-04T00:00:00Z'", 0, 0)]
    [InlineData("EdgeResponseStatus = 302", 1, 1)]
    [InlineData("EdgeResponseStatus = '302'", 1, 1)]
    [InlineData("EdgeResponseStatus > 402", 2, 6)]
    [InlineData("EdgeResponseStatus >= 402", 3, 7)]
    [InlineData("403 <= EdgeResponseStatus", 2, 6)]
    [InlineData("EdgeResponseStatus < 100", 0, 0)]
    [InlineData("NOT EdgeResponseStatus < 500", 2, 6)]
    [InlineData("EdgeResponseStatus BETWEEN 102 AND 200", 2, 2)]
    [InlineData("EdgeResponseStatus IN (101, 401, 999)", 2, 2)]
    [InlineData("ClientIP = '10.0.0.3'", 1, 3)]
    [InlineData("ClientIP < '10.0.0.2'", 2, 6)]
    [InlineData("ClientIP IN ('10.0.0.0', 'x')", 1, 3)]
    [InlineData("ClientIP = '10.0.0.3' AND EdgeResponseStatus = 100", 0, 0)]
    [InlineData("ClientASN = 64500", 1, 3)]
    public async Task It_reads_only_files_that_may_match(string condition, int files, int rows)
    {
        var answer = await AskAsync(condition);

        Assert.Equal(files, answer.Plan.FilesRead);
        Assert.Equal(6, answer.Plan.FilesTotal);
        Assert.Equal(rows, answer.Rows.Count);
    }

    [Theory]
    [InlineData("EdgeResponseStatus = 302 OR EdgeResponseStatus = 999", 1)]
    [InlineData("NOT (EdgeResponseStatus < 500 AND BotScore > 0)", 6)]
    [InlineData("date < current_date - INTERVAL '2' DAY", 6)]
    [InlineData("EdgeResponseStatus + 1 = 303", 1)]
    [InlineData("abs(EdgeResponseStatus) = 302", 1)]
    [InlineData("EdgeResponseStatus > 402.5", 6)]
    [InlineData("EdgeResponseStatus <> 302", 17)]
    [InlineData("EdgeResponseStatus NOT IN (302)", 17)]
    [InlineData("lower(ClientIP) = '10.0.0.3'", 3)]
    [InlineData("ClientIP LIKE '10.0.0.3'", 3)]
    [InlineData("ClientRequestURI = '/3'", 3)]
    [InlineData("ClientSrcPort = 3", 3)]
    [InlineData("CASE WHEN EdgeResponseStatus = 302 THEN true ELSE false END", 1)]
    [InlineData("ClientASN IS NOT NULL", 3)]
    [InlineData("EdgeResponseStatus = ClientSrcPort", 0)]
    [InlineData("EdgeResponseStatus IN (302, ClientSrcPort)", 1)]
    [InlineData("EdgeResponseStatus IN (302, NULL)", 1)]
    [InlineData("EdgeResponseStatus = NULL", 0)]
    [InlineData("EdgeResponseStatus = 302 + 0 * random()", 1)]
    public async Task It_leaves_to_the_engine_what_it_cannot_tell(string condition, int rows)
    {
        var answer = await AskAsync(condition);

        Assert.Equal(6, answer.Plan.FilesRead);
        Assert.Equal(rows, answer.Rows.Count);
    }

    [Theory]
    [InlineData("2026-04-02T00:00:00Z", null, 4, 12)]
    [InlineData(null, "2026-04-02T00:00:00Z", 2, 6)]
    [InlineData("2026-04-01T12:01:00Z", "2026-04-02T00:01:00Z", 2, 3)]
    [InlineData("2026-04-01T00:02:00.000001Z", "2026-04-01T12:00:00Z", 0, 0)]
    [InlineData("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z", 0, 0)]
    public async Task The_times_of_the_request_bound_files_and_rows(string? from, string? to, int filesAtMost, int rows)
    {
        var request = new QueryRequest("SELECT EdgeStartTimestamp FROM http_requests", TestLake.Account, TestLake.Zone)
        {
            From = from is null ? null : DateTimeOffset.Parse(from, null),
            To = to is null ? null : DateTimeOffset.Parse(to, null),
        };

        var answer = await six.Lake.QueryAsync(request, TestContext.Current.CancellationToken);

        Assert.InRange(answer.Plan.FilesRead, 0, filesAtMost == 0 ? 1 : filesAtMost);
        Assert.Equal(rows, answer.Rows.Count);
    }

    [Fact]
    public async Task The_plan_tells_files_bytes_and_versions()
    {
        var all = (await AskAsync("true")).Plan;
        var some = (await AskAsync("date = '2026-04-02'")).Plan;
        var none = (await AskAsync("date = '2020-04-02'")).Plan;

        Assert.Equal((6, 6, all.BytesTotal), (all.FilesTotal, all.FilesRead, all.BytesRead));
        Assert.Equal((6, 2, all.BytesTotal), (some.FilesTotal, some.FilesRead, some.BytesTotal));
        Assert.InRange(some.BytesRead, 1, some.BytesTotal / 2);
        Assert.Equal((0, 0L), (none.FilesRead, none.BytesRead));
        Assert.Equal("accounts/acme/zones/example.com/http_requests", Assert.Single(all.Tables).Path);
        Assert.Equal(6, all.Tables[0].Version);
    }

    [Fact]
    public async Task The_newest_files_come_first()
    {
        var sql = (await AskAsync("true")).Plan.EngineSql;
        var days = System.Text.RegularExpressions.Regex.Matches(sql, "date=(2026-04-0[0-9])").Select(match => match.Groups[1].Value);

        Assert.Equal(["2026-04-03", "2026-04-03", "2026-04-02", "2026-04-02", "2026-04-01", "2026-04-01"], days);
    }

    Task<TestAnswer> AskAsync(string condition) =>
        six.Lake.QueryAsync($"SELECT EdgeResponseStatus FROM http_requests WHERE {condition}", TestContext.Current.CancellationToken);
}
