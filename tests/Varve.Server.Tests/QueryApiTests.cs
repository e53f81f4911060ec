using System.Text.Json;
using Varve.Query;

namespace Varve.Server.Tests;

public sealed class QueryApiTests
{
    const string Lines = """
        {"RayID":"a","ClientIP":"192.0.2.1","EdgeStartTimestamp":"2026-11-22T10:00:00.5Z","EdgeResponseStatus":200,"RequestHeaders":{"x":"1"},"BotTags":["t"],"JA4Signals":{"n":1},"OriginResponseBytes":9007199254740993}
        {"RayID":"b","ClientIP":"192.0.2.2","EdgeStartTimestamp":"2026-11-21T10:00:00Z","EdgeResponseStatus":403}
        """;

    [Fact]
    public async Task An_answer_is_a_plan_columns_rows_and_an_end()
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        var frames = await server.FramesAsync("SELECT RayID, EdgeStartTimestamp, RequestHeaders, BotTags, JA4Signals, OriginResponseBytes, count(*) AS n FROM http_requests GROUP BY ALL ORDER BY RayID");

        Assert.Equal(["plan", "columns", "rows", "done"], frames.Select(frame => frame.GetProperty("type").GetString()!));
        Assert.Equal("""{"type":"plan","dataset":"http_requests","tables":[{"path":"accounts/acme/zones/shop/http_requests","version":1}],"files":{"total":2,"read":2}""", frames[0].GetRawText().Split(",\"bytes\"")[0]);
        Assert.Equal(["string", "timestamp", "map", "array", "json", "int", "int"], frames[1].GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("type").GetString()!));
        Assert.Equal("""[["a","b"],["2026-11-22T10:00:00.500Z","2026-11-21T10:00:00Z"],[{"x":"1"},null],[["t"],null],[{"n":1},null],["9007199254740993",null],[1,1]]""", frames[2].GetProperty("columns").GetRawText());
        Assert.True(frames[3].GetProperty("coverage").GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task An_answer_can_be_had_again_after_more_was_stored()
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);
        var first = await server.FramesAsync("SELECT count(*) AS n FROM http_requests");
        await server.IngestAsync("""{"RayID":"c","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""");
        var rerun = first[0].GetProperty("rerun").GetString();

        using var again = await server.PostAsync("/api/query", JsonSerializer.Serialize(new { rerun }), accept: "text/csv");
        using var now = await server.PostAsync("/api/query", JsonSerializer.Serialize(new { sql = "SELECT count(*) AS n FROM http_requests", account = "acme" }), accept: "text/csv");

        var token = TestContext.Current.CancellationToken;
        Assert.Equal(("n\r\n2\r\n", "n\r\n3\r\n"), (await again.Content.ReadAsStringAsync(token), await now.Content.ReadAsStringAsync(token)));
        Assert.Equal(rerun, again.Headers.GetValues("varve-rerun").Single());
    }

    [Theory]
    [InlineData("""{"rerun":"nonsense"}""", "bad_rerun_id")]
    [InlineData("""{"rerun":"x","sql":"SELECT 1 FROM http_requests"}""", "invalid")]
    [InlineData("""{"sql":"SELECT RayID FROM http_requests","account":"acme","maxBytes":0}""", "too_many_bytes")]
    public async Task What_cannot_be_had_again_or_costs_too_much_is_a_problem(string body, string code)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync("/api/query", body);

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, (await RunningServer.ReadAsync(response)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_empty_answer_says_what_was_read()
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        var frames = await server.FramesAsync("SELECT RayID FROM http_requests WHERE EdgeStartTimestamp < '2026-11-22T00:00:00Z' AND ClientIP = '192.0.2.1'");

        var coverage = frames[^1].GetProperty("coverage");
        Assert.Equal((true, 2, 0, 2), (coverage.GetProperty("complete").GetBoolean(), coverage.GetProperty("filesTotal").GetInt32(), coverage.GetProperty("filesRead").GetInt32(), coverage.GetProperty("filesPruned").GetInt32()));
    }

    [Theory]
    [InlineData("SELECT ClientIPP FROM http_requests", "unknown_column", 7, "ClientIP")]
    [InlineData("SELECT 'é', Nope FROM http_requests", "unknown_column", 13, null)]
    [InlineData("SELECT 1 FROM http_request", "unknown_dataset", 14, "http_requests")]
    [InlineData("DROP TABLE http_requests", "not_a_select", null, null)]
    [InlineData("SELECT FROM", "syntax", null, null)]
    [InlineData("SELECT read_text('/etc/passwd') FROM http_requests", "unknown_function", 7, null)]
    [InlineData("SELECT ClientIP + 1 FROM http_requests", "type_mismatch", null, null)]
    public async Task A_refused_statement_is_a_problem_document_with_the_place(string sql, string code, int? position, string? suggestion)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync("/api/query", JsonSerializer.Serialize(new { sql, account = "acme" }));

        Assert.Equal((400, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = await RunningServer.ReadAsync(response);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        if (position is not null)
            Assert.Equal(position, problem.GetProperty("position").GetInt32());
        Assert.Equal(suggestion, problem.TryGetProperty("suggestion", out var suggested) ? suggested.GetString() : null);
    }

    [Theory]
    [InlineData("2026-11-22T00:00:00Z", null, "a")]
    [InlineData(null, "2026-11-22T00:00:00Z", "b")]
    [InlineData("2026-11-21T10:00:00Z", "2026-11-22T10:00:00.5Z", "b")]
    public async Task Time_bounds_of_the_request_are_added_to_the_statement(string? from, string? to, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync("/api/query", JsonSerializer.Serialize(new { sql = "SELECT RayID FROM http_requests", account = "acme", from, to }));

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"\"columns\":[[\"{expected}\"]]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_accounts_rows_are_not_seen()
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        var frames = await server.FramesAsync("SELECT count(*) AS n FROM http_requests", account: "other");

        Assert.Equal("[[0]]", frames[2].GetProperty("columns").GetRawText());
    }

    [Theory]
    [InlineData("SELECT RayID FROM http_requests WHERE EdgeResponseStatus = ? AND RayID <> ?", """[403,"a"]""", "b")]
    [InlineData("SELECT RayID FROM http_requests WHERE EdgeResponseStatus = $status", """{"status":200}""", "a")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = 'a'", "null", "a")]
    public async Task Parameters_come_beside_the_statement(string sql, string parameters, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync("/api/query", $$"""{"sql":{{JsonSerializer.Serialize(sql)}},"account":"acme","params":{{parameters}}}""");

        Assert.Contains($"\"columns\":[[\"{expected}\"]]", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = ?", "[]", "no value was given")]
    [InlineData("SELECT RayID FROM http_requests", "[1]", "does not have")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = ?", "[[1]]", "is an array")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = ?", "\"a\"", "neither an array nor an object")]
    public async Task Parameters_that_do_not_fit_are_a_problem(string sql, string parameters, string message)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await server.PostAsync("/api/query", $$"""{"sql":{{JsonSerializer.Serialize(sql)}},"account":"acme","params":{{parameters}}}""");

        var problem = await RunningServer.ReadAsync(response);
        Assert.Equal((400, "parameter"), ((int)response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Contains(message, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_join_covers_both_tables()
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);
        await server.IngestAsync("""{"RayID":"b","Action":"block","Datetime":"2026-11-21T10:00:00Z"}""", "acme/shop/firewall_events");

        var frames = await server.FramesAsync("SELECT r.RayID, e.Action FROM http_requests r JOIN firewall_events e USING (RayID) WHERE r.EdgeResponseStatus = 403");

        Assert.Equal(
            ["accounts/acme/zones/shop/http_requests", "accounts/acme/zones/shop/firewall_events"],
            frames[0].GetProperty("tables").EnumerateArray().Select(table => table.GetProperty("path").GetString()!));
        Assert.Equal("""{"total":3,"read":2}""", frames[0].GetProperty("files").GetRawText());
        Assert.Equal("""[{"name":"RayID","type":"string","field":"RayID"},{"name":"Action","type":"string","field":null}]""", frames[1].GetProperty("columns").GetRawText());
        Assert.Equal("""[["b"],["block"]]""", frames[2].GetProperty("columns").GetRawText());
    }

    [Fact]
    public async Task A_cut_answer_says_so()
    {
        await using var server = await RunningServer.StartAsync(query: new QueryLimits { RowsMax = 1 });
        await server.IngestAsync(Lines);

        var frames = await server.FramesAsync("SELECT RayID FROM http_requests");

        Assert.Equal((1, true), (frames[^1].GetProperty("rows").GetInt32(), frames[^1].GetProperty("truncated").GetBoolean()));
        Assert.False(frames[^1].GetProperty("coverage").GetProperty("complete").GetBoolean());
    }
}
