using Varve.Datasets;
using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

/// <summary>The columns that an answer has. The clauses themselves are in sql-reference.txt.</summary>
public sealed class DialectStatementTests(DialectLake dialect) : IClassFixture<DialectLake>
{
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
    [InlineData("SELECT a.RayID, b.rayid, e.RayID, Action FROM http_requests a, http_requests b, firewall_events e", "RayID RayID_1 RayID_2 Action", "RayID RayID - -")]
    [InlineData("SELECT e.Action, r._extra, r.date FROM firewall_events e, http_requests r", "Action _extra date", "Action - -")]
    [InlineData("WITH q AS (SELECT RayID AS id, count(*) FROM http_requests GROUP BY 1) SELECT id, \"count(*)\", Id AS other FROM q", "id count(*) other", "RayID - RayID")]
    [InlineData("SELECT * FROM (SELECT RayID, RayID, lower(RayID) FROM http_requests)", "RayID RayID_1 lower(RayID)", "RayID RayID -")]
    [InlineData("SELECT RayID, ClientCountry FROM http_requests UNION SELECT RayID, Action FROM firewall_events", "RayID ClientCountry", "- -")]
    [InlineData("SELECT RayID FROM http_requests UNION SELECT RayID FROM http_requests", "RayID", "RayID")]
    public async Task Columns_of_several_tables_have_names_of_their_own_and_the_fields_of_the_first_dataset(string sql, string names, string fields)
    {
        var answer = await dialect.Lake.QueryAsync(sql, TestContext.Current.CancellationToken);

        Assert.Equal(names, string.Join(' ', answer.Columns.Select(column => column.Name)));
        Assert.Equal(fields, string.Join(' ', answer.Columns.Select(column => column.Field ?? "-")));
    }

    [Theory]
    [InlineData("SELECT * FROM http_requests JOIN firewall_events USING (RayID)", -1)]
    [InlineData("SELECT * FROM http_requests r JOIN firewall_events e ON r.RayID = e.RayID", 0)]
    [InlineData("SELECT * EXCLUDE (RayID) FROM http_requests r JOIN firewall_events e ON r.RayID = e.RayID", -2)]
    public async Task A_star_over_a_join_stands_for_all_columns_and_once_for_those_of_USING(string sql, int missing)
    {
        var answer = await dialect.Lake.QueryAsync(new QueryRequest(sql, TestLake.Account, DialectLake.Four), TestContext.Current.CancellationToken);

        var fields = DatasetCatalog.BuiltIn.Find("http_requests")!.Fields.Count + DatasetCatalog.BuiltIn.Find("firewall_events")!.Fields.Count;
        Assert.Equal(fields + 6 + missing, answer.Columns.Count);
        Assert.Distinct(answer.Columns.Select(column => column.Name), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("WITH q AS (SELECT _extra, JA4Signals FROM http_requests) SELECT _extra, JA4Signals AS j FROM q")]
    [InlineData("SELECT a._extra, s.JA4Signals FROM http_requests a JOIN (SELECT * FROM http_requests) s USING (RayID)")]
    [InlineData("SELECT _extra, JA4Signals FROM http_requests UNION ALL SELECT _extra, JA4Signals FROM http_requests")]
    public async Task JSON_stays_JSON_through_joins_and_queries(string sql)
    {
        var answer = await dialect.Lake.QueryAsync(sql, TestContext.Current.CancellationToken);

        Assert.Equal([ColumnType.Json, ColumnType.Json], answer.Columns.Select(column => column.Type));
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
