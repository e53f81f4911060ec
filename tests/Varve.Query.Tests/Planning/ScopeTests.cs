using Varve.Storage;

namespace Varve.Query.Tests.Planning;

public sealed class ScopeTests(TwoZones zones) : IClassFixture<TwoZones>
{
    [Theory]
    [InlineData("acme", "a.example", "a1 a2", 1)]
    [InlineData("acme", "b.example", "b1", 1)]
    [InlineData("acme", null, "a1 a2 b1", 2)]
    [InlineData("other", "a.example", "other", 1)]
    [InlineData("other", null, "other", 1)]
    [InlineData("other", "b.example", "", 0)]
    [InlineData("acme", "c.example", "", 0)]
    [InlineData("nobody", null, "", 0)]
    [InlineData("nobody", "a.example", "", 0)]
    [InlineData("ACME", null, "", 0)]
    public async Task A_query_sees_the_rows_of_its_scope_and_no_others(string account, string? zone, string expected, int tables)
    {
        var answer = await zones.Lake.QueryAsync(
            new QueryRequest("SELECT RayID FROM http_requests ORDER BY RayID", account, zone), TestContext.Current.CancellationToken);

        Assert.Equal(expected, string.Join(' ', answer.Column(0)));
        Assert.Equal(tables, answer.Plan.Tables.Count);
        Assert.False(answer.IsTruncated);
    }

    [Theory]
    [InlineData("SELECT count(*) FROM http_requests", "0")]
    [InlineData("SELECT sum(BotScore) FROM http_requests", "")]
    [InlineData("SELECT count(*) FROM http_requests WHERE RequestHeaders['a'] = 'b' AND array_contains(BotTags, 'x') AND date = '2026-04-01'", "0")]
    [InlineData("SELECT count(_ingested_at) + count(_extra.a) + count(JA4Signals) FROM http_requests", "0")]
    public async Task Nothing_stored_is_an_empty_and_whole_answer(string sql, string expected)
    {
        var request = new QueryRequest(sql, "nobody") { From = DateTimeOffset.UnixEpoch, To = DateTimeOffset.MaxValue };

        var answer = await zones.Lake.QueryAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, Formats(answer.Value));
        Assert.Equal((0, 0, 0L), (answer.Plan.FilesTotal, answer.Plan.FilesRead, answer.Plan.BytesTotal));
    }

    [Fact]
    public async Task Every_column_of_an_empty_table_has_its_type()
    {
        var empty = await zones.Lake.QueryAsync(new QueryRequest("SELECT * FROM http_requests", "nobody"), TestContext.Current.CancellationToken);
        var filled = await zones.Lake.QueryAsync(new QueryRequest("SELECT * FROM http_requests", "acme"), TestContext.Current.CancellationToken);

        Assert.Equal(filled.Columns, empty.Columns);
        Assert.Empty(empty.Rows);
    }

    [Theory]
    [InlineData("acme", "a.example")]
    [InlineData("acme", null)]
    public async Task A_dataset_of_the_account_is_seen_from_its_zones_too(string account, string? zone)
    {
        var answer = await zones.Lake.QueryAsync(new QueryRequest("SELECT RayID FROM access_requests", account, zone), TestContext.Current.CancellationToken);

        Assert.Equal("access", answer.Value);
    }

    [Theory]
    [InlineData("..", null)]
    [InlineData("acme/zones/a.example", null)]
    [InlineData("", null)]
    [InlineData("acme", "../../other/zones/a.example")]
    [InlineData("acme", "")]
    [InlineData("acme", "a'b")]
    [InlineData("*", null)]
    public async Task A_name_that_is_none_is_not_found(string account, string? zone)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            zones.Lake.QueryAsync(new QueryRequest("SELECT RayID FROM http_requests", account, zone), TestContext.Current.CancellationToken));

        Assert.Equal(FaultKind.NotFound, fault.Kind);
    }

    static string Formats(object? value) => Query.Formats.ValueText.Text(value);
}
