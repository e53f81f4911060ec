using Varve.Datasets;
using Varve.Query.Formats;
using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

/// <summary>Clauses, and the columns that an answer has.</summary>
public sealed class DialectStatementTests(DialectLake dialect) : IClassFixture<DialectLake>
{
    [Theory]
    [InlineData("SELECT RayID FROM http_requests WHERE BotScore > 3 ORDER BY RayID", "r2 r3 r4")]
    [InlineData("SELECT rayid FROM HTTP_REQUESTS WHERE botscore > 3 ORDER BY RAYID DESC LIMIT 2", "r4 r3")]
    [InlineData("SELECT RayID FROM http_requests ORDER BY BotScore LIMIT 2 OFFSET 1", "r2 r3")]
    [InlineData("SELECT DISTINCT ClientCountry FROM http_requests ORDER BY 1", "DE US")]
    [InlineData("SELECT ClientCountry c FROM http_requests GROUP BY c HAVING sum(BotScore) > 8 ORDER BY c", "DE")]
    [InlineData("SELECT ClientCountry FROM http_requests GROUP BY 1 ORDER BY count(*), 1", "DE US")]
    [InlineData("SELECT ClientCountry FROM http_requests GROUP BY ALL ORDER BY 1", "DE US")]
    [InlineData("SELECT h.RayID FROM http_requests AS h WHERE h.BotScore = 3", "r1")]
    [InlineData("SELECT RayID FROM http_requests WHERE ClientCountry = \"DE\" ORDER BY 1", "r3 r4")]
    [InlineData("SELECT RayID FROM http_requests WHERE date = '2026-04-02'", "r2")]
    [InlineData("SELECT RayID FROM http_requests WHERE Date >= '2026-04-02' AND Date < '2026-04-04' ORDER BY 1", "r2 r3")]
    [InlineData("SELECT date FROM http_requests WHERE RayID = 'r3'", "2026-04-03")]
    [InlineData("SELECT RayID FROM http_requests WHERE EdgeStartTimestamp >= now() - INTERVAL '1' DAY ORDER BY 1", "r3 r4")]
    [InlineData("SELECT RayID FROM http_requests WHERE EdgeStartTimestamp BETWEEN '2026-04-02T00:00:00Z' AND '2026-04-03T00:00:00Z' ORDER BY 1", "r2 r3")]
    [InlineData("SELECT RayID FROM http_requests WHERE EdgeStartTimestamp > '2026-04-03T01:00:00+02:00' ORDER BY 1", "r3 r4")]
    [InlineData("SELECT lower(ClientCountry) AS c FROM http_requests WHERE c = 'de' GROUP BY c", "de")]
    [InlineData("SELECT RayID FROM http_requests WHERE ClientASN IS NULL;", "r4")]
    [InlineData("SELECT RayID FROM http_requests WHERE true LIMIT 0", "")]
    public async Task A_statement_gives(string sql, string expected)
    {
        var answer = await dialect.Lake.QueryAsync(new QueryRequest(sql, TestLake.Account, DialectLake.Four), TestContext.Current.CancellationToken);

        Assert.Equal(expected, string.Join(' ', answer.Column(0).Select(ValueText.Text)));
    }

    [Fact]
    public async Task A_star_stands_for_all_fields_and_the_three_own_columns_but_not_for_the_date()
    {
        var answer = await dialect.Lake.QueryAsync("SELECT * FROM http_requests", TestContext.Current.CancellationToken);

        var fields = DatasetCatalog.BuiltIn.Find("http_requests")!.Fields.Select(field => field.Name);
        Assert.Equal([.. fields, "_extra", "_ingested_at", "_sample_interval"], answer.Columns.Select(column => column.Name));
    }

    [Fact]
    public async Task Exclude_takes_columns_away_in_any_case()
    {
        var answer = await dialect.Lake.QueryAsync("SELECT * EXCLUDE (rayid, \"_EXTRA\") FROM http_requests", TestContext.Current.CancellationToken);

        Assert.Equal(DatasetCatalog.BuiltIn.Find("http_requests")!.Fields.Count + 1, answer.Columns.Count);
        Assert.DoesNotContain(answer.Columns, column => column.Name is "RayID" or "_extra");
    }

    [Theory]
    [InlineData("rayid", "RayID", "RayID")]
    [InlineData("rayid AS id", "id", "RayID")]
    [InlineData("rayid \"An Id\"", "An Id", "RayID")]
    [InlineData("DATE", "date", "date")]
    [InlineData("_EXTRA", "_extra", "_extra")]
    [InlineData("count(*)", "count(*)", null)]
    [InlineData("count(*) AS n", "n", null)]
    [InlineData("max(BotScore)", "max(BotScore)", null)]
    [InlineData("approx_distinct(RayID)", "approx_distinct(RayID)", null)]
    [InlineData("approx_distinct(RayID) AS n", "n", null)]
    [InlineData("approx_median(BotScore) AS n", "n", null)]
    public async Task A_column_is_named_by_its_alias_its_field_or_its_text(string item, string name, string? field)
    {
        var answer = await dialect.Lake.QueryAsync($"SELECT {item} FROM http_requests GROUP BY ALL", TestContext.Current.CancellationToken);

        Assert.Equal([name], answer.Columns.Select(column => column.Name));
        Assert.Equal(field, answer.Columns[0].Field);
    }

    [Theory]
    [InlineData("lower(RayID)")]
    [InlineData("ClientRequestPath !~* 'a'")]
    [InlineData("ClientRequestPath !~~ '%a%b%c'")]
    [InlineData("_extra.WAFAction")]
    [InlineData("now()")]
    [InlineData("\"a text\"")]
    public async Task An_alias_stays_on_an_item_that_was_rewritten(string item)
    {
        var answer = await dialect.Lake.QueryAsync(
            $"SELECT {item} AS x FROM http_requests WHERE x IS NOT NULL ORDER BY x", TestContext.Current.CancellationToken);

        Assert.Equal(["x"], answer.Columns.Select(column => column.Name));
        Assert.Single(answer.Rows);
    }

    [Theory]
    [InlineData("RayID", ColumnType.String)]
    [InlineData("BotScore", ColumnType.Int)]
    [InlineData("sum(BotScore)", ColumnType.Int)]
    [InlineData("avg(BotScore)", ColumnType.Float)]
    [InlineData("1.5", ColumnType.Float)]
    [InlineData("any_value(CacheTieredFill)", ColumnType.Bool)]
    [InlineData("max(EdgeStartTimestamp)", ColumnType.Timestamp)]
    [InlineData("max(_ingested_at)", ColumnType.Timestamp)]
    [InlineData("date", ColumnType.Date)]
    [InlineData("BotTags", ColumnType.Array)]
    [InlineData("BotDetectionIDs", ColumnType.Array)]
    [InlineData("RequestHeaders", ColumnType.Map)]
    [InlineData("JA4Signals", ColumnType.Json)]
    [InlineData("_extra", ColumnType.Json)]
    [InlineData("_extra.WAFAction", ColumnType.String)]
    public async Task A_column_has_the_type(string item, ColumnType type)
    {
        var answer = await dialect.Lake.QueryAsync($"SELECT {item} FROM http_requests GROUP BY ALL", TestContext.Current.CancellationToken);

        Assert.Equal(type, answer.Columns[0].Type);
    }

    [Theory]
    [InlineData("INTERVAL '1 month'")]
    [InlineData("EdgeStartTimestamp + INTERVAL '9000' YEAR")]
    [InlineData("'infinity'::TIMESTAMP")]
    [InlineData("'-infinity'::DATE")]
    [InlineData("RayID::BIGINT")]
    [InlineData("upper(BotScore, 1)")]
    public async Task A_value_that_cannot_be_made_or_shown_is_a_type_mismatch(string item)
    {
        var fault = await Assert.ThrowsAsync<Storage.VarveException>(() =>
            dialect.Lake.QueryAsync($"SELECT {item} FROM http_requests", TestContext.Current.CancellationToken));

        Assert.Equal("type_mismatch", fault.Detail?.Code);
        Assert.Equal(Storage.FaultKind.Invalid, fault.Kind);
    }
}
