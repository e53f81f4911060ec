using Varve.Storage;

namespace Varve.Query.Tests.Sql;

/// <summary>Each bound on a statement at its value and one past it.</summary>
public sealed class SqlLimitTests(HostileLake hostile) : IClassFixture<HostileLake>
{
    [Fact]
    public Task Text_in_bytes() => TakesUpTo(SqlLimits.TextBytesMax, bytes => Padded(bytes, "-"));

    [Fact]
    public Task Text_in_bytes_of_other_scripts() =>
        TakesUpTo(SqlLimits.TextBytesMax, bytes => Padded(bytes - 2_000, "-") + Repeat("é", 1_000));

    [Fact]
    public Task Brackets() => TakesUpTo(SqlLimits.NestingMax, depth => $"SELECT {Repeat("(", depth)}1{Repeat(")", depth)} FROM http_requests");

    [Fact]
    public Task Nesting_of_expressions() =>
        TakesUpTo(SqlLimits.NestingMax, depth => $"SELECT BotScore{Repeat(" + 1", depth - 1)} AS sum FROM http_requests");

    [Fact]
    public Task Nesting_of_expressions_with_much_tree_each() =>
        TakesUpTo(SqlLimits.NestingMax, depth =>
            $"SELECT {Repeat("CASE WHEN CacheTieredFill THEN ", depth - 1)}1{Repeat(" END", depth - 1)} AS x FROM http_requests");

    [Fact]
    public Task Parts_of_the_statement() =>
        TakesUpTo(SqlLimits.NodesMax, nodes => $"SELECT RayID FROM http_requests ORDER BY RayID{Repeat(", RayID", nodes - 2)}");

    [Fact]
    public Task Conditions() =>
        TakesUpTo(SqlLimits.PredicatesMax, count => $"SELECT RayID FROM http_requests WHERE {Repeat("BotScore > 1 OR ", count - 1)} RayID = 'a'");

    [Fact]
    public Task Conditions_of_all_kinds() =>
        TakesUpTo(SqlLimits.PredicatesMax, count =>
            "SELECT RayID FROM http_requests WHERE RayID LIKE 'a' OR RayID IN ('a') OR RayID IS NULL OR RayID ~ 'a' OR BotScore BETWEEN 1 AND 2 "
            + $"OR RayID ILIKE '%a%b%c' {Repeat("OR RayID = 'a'", count - 6)}");

    [Fact]
    public Task Values_of_a_list() =>
        TakesUpTo(SqlLimits.InListMax, count => $"SELECT RayID FROM http_requests WHERE RayID IN ('a'{Repeat(", 'b'", count - 1)})");

    [Fact]
    public Task Values_of_an_excluding_list() =>
        TakesUpTo(SqlLimits.InListMax, count => $"SELECT RayID FROM http_requests WHERE BotScore NOT IN (1{Repeat(", 2", count - 1)})");

    [Fact]
    public Task Select_items() => TakesUpTo(SqlLimits.SelectItemsMax, count => $"SELECT {Repeat("RayID, ", count - 1)} RayID FROM http_requests");

    [Fact]
    public Task Tables() => TakesUpTo(SqlLimits.TablesMax, count => $"SELECT count(*) FROM {Chain(count, "http_requests", "t")}");

    [Fact]
    public Task Tables_of_all_parts() =>
        TakesUpTo(SqlLimits.TablesMax, count => $"WITH w AS (SELECT RayID FROM http_requests) SELECT RayID FROM http_requests WHERE RayID IN (SELECT RayID FROM http_requests) "
            + $"AND EXISTS (SELECT * FROM w) UNION SELECT t0.RayID FROM {Chain(count - 3, "http_requests", "t")}");

    [Fact]
    public Task Tables_that_WITH_multiplies() =>
        TakesUpTo(SqlLimits.ExpandedTablesMax, count => $"WITH w AS (SELECT RayID FROM http_requests LIMIT 1) SELECT count(*) FROM {Chain(count, "w", "t")}");

    [Fact]
    public Task Queries_that_WITH_names() => TakesUpTo(SqlLimits.NamedQueriesMax, count =>
        $"WITH w0 AS (SELECT RayID FROM http_requests){string.Concat(Enumerable.Range(1, count - 1).Select(index => $", w{index} AS (SELECT RayID FROM w{index - 1})"))} SELECT RayID FROM w{count - 1}");

    [Fact]
    public Task Queries_that_WITH_names_anywhere() => TakesUpTo(SqlLimits.NamedQueriesMax, count =>
        $"WITH w0 AS (SELECT RayID FROM http_requests) SELECT RayID FROM (WITH {string.Join(", ", Enumerable.Range(1, count - 1).Select(index => $"w{index} AS (SELECT RayID FROM w0)"))} SELECT RayID FROM w1)");

    [Fact]
    public Task Nesting_of_queries_in_FROM() => TakesUpTo(SqlLimits.QueryNestingMax, depth =>
        $"SELECT RayID FROM {Repeat("(SELECT RayID FROM ", depth)}http_requests{Repeat(")", depth)}");

    [Fact]
    public Task Nesting_of_queries_in_expressions() => TakesUpTo(SqlLimits.QueryNestingMax, depth =>
        $"WITH w AS (SELECT RayID FROM http_requests LIMIT 1) SELECT RayID FROM w{Repeat(" WHERE RayID IN (SELECT RayID FROM w", depth)}{Repeat(")", depth)}");

    [Fact]
    public Task Nesting_of_queries_in_WITH() => TakesUpTo(SqlLimits.QueryNestingMax, depth =>
        $"{Repeat("WITH w AS (", depth)}SELECT RayID FROM http_requests{Repeat(") SELECT RayID FROM w", depth)}");

    [Fact]
    public Task Groupings() => TakesUpTo(SqlLimits.GroupSetsMax, count =>
        $"SELECT count(*) FROM http_requests GROUP BY GROUPING SETS ({Repeat("(RayID), ", count - 1)} ())");

    [Fact]
    public Task Parameters() => TakesUpTo(SqlLimits.ParametersMax, count => new QueryRequest(
        $"SELECT RayID FROM http_requests WHERE RayID IN ({string.Join(", ", Enumerable.Repeat("?", count))})", TestKit.TestLake.Account)
    {
        Parameters = Enumerable.Range(1, count).ToDictionary(number => $"{number}", number => (object?)"a"),
    });

    [Fact]
    public Task Length_of_a_parameter() => TakesUpTo(SqlLimits.ParameterLengthMax, length =>
        new QueryRequest("SELECT RayID FROM http_requests WHERE RayID = ?", TestKit.TestLake.Account) { Parameters = new Dictionary<string, object?> { ["1"] = Repeat("a", length) } });

    [Fact]
    public Task Bytes_of_a_pattern() =>
        TakesUpTo(SqlLimits.PatternBytesMax, bytes => $"SELECT RayID FROM http_requests WHERE RayID ~ '{Repeat("é", 100)}{Repeat("a", bytes - 200)}'");

    [Fact]
    public Task Offset() => TakesUpTo(SqlLimits.OffsetMax, rows => $"SELECT RayID FROM http_requests LIMIT 1 OFFSET {rows}");

    [Fact]
    public Task Size_of_a_text_that_is_made()
    {
        var doublings = 0;
        while (SqlLimits.ColumnBytesAssumed << (doublings + 1) <= SqlLimits.ResultBytesMax)
            doublings++;

        return TakesUpTo(doublings, count =>
            $"SELECT RayID AS a0{string.Concat(Enumerable.Range(0, count).Select(index => $", a{index}||a{index} AS a{index + 1}"))} FROM http_requests");
    }

    Task TakesUpTo(int limit, Func<int, string> statement) => TakesUpTo(limit, size => new QueryRequest(statement(size), TestKit.TestLake.Account, TestKit.TestLake.Zone));

    async Task TakesUpTo(int limit, Func<int, QueryRequest> request)
    {
        await hostile.Lake.QueryAsync(request(limit), TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<VarveException>(() => hostile.Lake.QueryAsync(request(limit + 1), TestContext.Current.CancellationToken));

        Assert.Equal("too_complex", fault.Detail?.Code);
        Assert.Equal(FaultKind.Invalid, fault.Kind);
    }

    static string Padded(int bytes, string with)
    {
        const string Start = "SELECT RayID FROM http_requests --";
        return Start + Repeat(with, bytes - Start.Length);
    }

    static string Chain(int count, string table, string alias) => string.Join(", ", Enumerable.Range(0, count).Select(index => $"{table} {alias}{index}"));

    static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
