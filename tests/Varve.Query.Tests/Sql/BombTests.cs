using Varve.Storage;

namespace Varve.Query.Tests.Sql;

/// <summary>Short recipes for statements that would cost much, and are refused before they cost anything.</summary>
public sealed class BombTests(HostileLake hostile) : IClassFixture<HostileLake>
{
    public static TheoryData<string, string> Bombs() => new()
    {
        { "text doubles by alias", $"SELECT RayID||RayID AS a0, {Chain(20, (from, to) => $"a{from}||a{from} AS a{to}")} FROM http_requests" },
        { "text doubles by alias of another case", $"SELECT RayID||RayID AS A0, {Chain(20, (from, to) => $"a{from}||a{from} AS A{to}")} FROM http_requests" },
        { "text doubles by concat", $"SELECT concat(RayID, RayID) AS a0, {Chain(20, (from, to) => $"concat(a{from}, a{from}) AS a{to}")} FROM http_requests" },
        { "text doubles by replace", $"SELECT replace(RayID, 'a', 'aa') AS a0, {Chain(20, (from, to) => $"replace(a{from}, 'a', 'aa') AS a{to}")} FROM http_requests" },
        { "text doubles behind a case", $"SELECT RayID AS a0, {Chain(20, (from, to) => $"CASE WHEN true THEN a{from}||a{from} END AS a{to}")} FROM http_requests" },
        { "text doubles behind a cast", $"SELECT RayID AS a0, {Chain(20, (from, to) => $"(a{from}||a{from})::VARCHAR AS a{to}")} FROM http_requests" },
        { "text doubles behind coalesce", $"SELECT RayID AS a0, {Chain(20, (from, to) => $"coalesce(a{from}||a{from}, '') AS a{to}")} FROM http_requests" },
        { "text doubles in the order", $"SELECT RayID||RayID AS a0, {Chain(6, (from, to) => $"a{from}||a{from} AS a{to}")} FROM http_requests ORDER BY a6||a6||a6||a6||a6" },
        { "lists double by alias", $"SELECT [RayID, RayID] AS a0, {Chain(30, (from, to) => $"[a{from}, a{from}] AS a{to}")} FROM http_requests" },
        { "deep brackets", $"SELECT {Repeat("(", 5_000)}1{Repeat(")", 5_000)} FROM http_requests" },
        { "deep brackets after a text that closes them", $"SELECT '{Repeat(")", 5_000)}', {Repeat("lower(", 900)}RayID{Repeat(")", 900)} FROM http_requests" },
        { "deep sums", $"SELECT 1{Repeat("+1", 600)} FROM http_requests" },
        { "deeper sums", $"SELECT 1{Repeat("+1", 20_000)} FROM http_requests" },
        { "deep NOT", $"SELECT RayID FROM http_requests WHERE {Repeat("NOT ", 600)} CacheTieredFill" },
        { "deep minus", $"SELECT {Repeat("- ", 600)} BotScore FROM http_requests" },
        { "deep casts", $"SELECT RayID{Repeat("::VARCHAR", 600)} FROM http_requests" },
        { "deep CASE", $"SELECT {Repeat("CASE WHEN true THEN ", 600)}1{Repeat(" END", 600)} FROM http_requests" },
        { "deep CASE in its conditions", $"SELECT {Repeat("CASE WHEN ", 600)}true{Repeat(" THEN true END", 600)} FROM http_requests" },
        { "deep map access", $"SELECT RequestHeaders{Repeat("['a']", 600)} FROM http_requests" },
        { "many stars", $"SELECT {Repeat("*, ", 400)}1 FROM http_requests" },
        { "many orders", $"SELECT RayID FROM http_requests ORDER BY {Repeat("1,", 6_000)} 1" },
        { "many CASE branches", $"SELECT CASE {Repeat("WHEN true THEN 1 ", 3_000)} END FROM http_requests" },
        { "a number beyond all types", "SELECT 1e400 FROM http_requests" },
        { "many stars of a join", $"SELECT {Repeat("*, ", 400)}1 FROM {string.Join(", ", Enumerable.Range(0, 8).Select(index => $"http_requests a{index}"))}" },
        { "a WITH doubles", $"WITH w0 AS (SELECT RayID FROM http_requests), {Chain(12, (from, to) => $"w{to} AS (SELECT a.RayID FROM w{from} a, w{from} b)")} SELECT count(*) FROM w12" },
        { "a WITH doubles and is not used", $"WITH w0 AS (SELECT RayID FROM http_requests), {Chain(12, (from, to) => $"w{to} AS (SELECT a.RayID FROM w{from} a, w{from} b)")} SELECT count(*) FROM http_requests" },
        { "a WITH doubles by UNION ALL", $"WITH w0 AS (SELECT RayID FROM http_requests), {Chain(12, (from, to) => $"w{to} AS (SELECT RayID FROM w{from} UNION ALL SELECT RayID FROM w{from})")} SELECT count(*) FROM w12" },
        { "a WITH doubles by subqueries", $"WITH w0 AS (SELECT RayID FROM http_requests), {Chain(12, (from, to) => $"w{to} AS (SELECT RayID FROM w{from} WHERE RayID IN (SELECT RayID FROM w{from}))")} SELECT count(*) FROM w12" },
        { "text doubles by WITH", $"WITH w0 AS (SELECT RayID AS a FROM http_requests), {Chain(10, (from, to) => $"w{to} AS (SELECT a||a AS a FROM w{from})")} SELECT length(a) FROM w10" },
        { "text doubles by subquery", $"SELECT a||a FROM {Repeat("(SELECT a||a||a||a AS a FROM ", 6)}(SELECT RayID AS a FROM http_requests){Repeat(")", 6)}" },
        { "text doubles by scalar subquery", "WITH w AS (SELECT replace(RayID, 'a', 'aaaaaaaaaaaaaaaaa') AS a FROM http_requests) SELECT (SELECT max(a) FROM w) || (SELECT replace(a, 'a', 'aaaaaaaaaaaaaaaaa') FROM w) FROM w" },
        { "text doubles by window", $"WITH w0 AS (SELECT RayID AS a FROM http_requests), {Chain(10, (from, to) => $"w{to} AS (SELECT lag(a||a, 1, a||a) OVER () AS a FROM w{from})")} SELECT length(a) FROM w10" },
        { "many UNIONs", $"SELECT RayID FROM http_requests{Repeat(" UNION ALL SELECT RayID FROM http_requests", 500)}" },
        { "many UNIONs of a WITH", $"WITH w AS (SELECT RayID FROM http_requests) SELECT RayID FROM w{Repeat(" UNION ALL SELECT RayID FROM w", 500)}" },
        { "many joins", $"SELECT 1 FROM http_requests a{string.Concat(Enumerable.Range(0, 300).Select(index => $" JOIN http_requests a{index} USING (RayID)"))}" },
        { "deep subqueries", $"SELECT RayID FROM {Repeat("(SELECT RayID FROM ", 90)}http_requests{Repeat(")", 90)}" },
        { "deep correlation", $"SELECT RayID FROM http_requests t WHERE {Repeat("EXISTS (SELECT * FROM http_requests u WHERE u.RayID = t.RayID AND ", 20)}true{Repeat(")", 20)}" },
        { "a cube of many columns", "SELECT count(*) FROM http_requests GROUP BY CUBE (RayID, ClientIP, BotScore, ClientASN, ClientCountry, ClientSrcPort, date)" },
        { "too much text", $"SELECT '{Repeat("a", 100_000)}' FROM http_requests" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task It_is_too_complex(string name, string sql)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() => hostile.Lake.QueryAsync(sql, TestContext.Current.CancellationToken));

        Assert.True(fault.Detail?.Code == "too_complex", $"{name}: {fault.Detail?.Code} {fault.Message}");
        Assert.Equal(FaultKind.Invalid, fault.Kind);
    }

    [Theory]
    [InlineData("LIKE '%a%b%c%d_e%f%g%h'")]
    [InlineData("ILIKE '%a%a%a%a%a%a%a%b'")]
    [InlineData("LIKE '%a_%a_%a_%a_%a_%a_%b'")]
    [InlineData("LIKE '%a%a%a%a%a%a%a!%b' ESCAPE '!'")]
    [InlineData("~ '(a+)+(a+)+(a+)+(a+)+b'")]
    public async Task A_pattern_with_many_wildcards_takes_time_by_the_length_of_the_text_alone(string condition)
    {
        var text = Repeat("a", 4_000);

        var answer = await hostile.Lake.QueryAsync(
            $"SELECT count(*) FROM http_requests WHERE '{text}' || RayID {condition}", TestContext.Current.CancellationToken);

        Assert.Equal(0L, answer.Value);
    }

    static string Chain(int length, Func<int, int, string> item) => string.Join(", ", Enumerable.Range(0, length).Select(index => item(index, index + 1)));

    static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
