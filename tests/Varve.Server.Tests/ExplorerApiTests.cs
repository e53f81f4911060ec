namespace Varve.Server.Tests;

public sealed class ExplorerApiTests
{
    const string Lines = """
        {"RayID":"a","ClientRequestHost":"example.com","EdgeStartTimestamp":"2026-11-22T10:00:00Z","EdgeResponseStatus":200}
        {"RayID":"b","ClientRequestHost":"b, \"quoted\"","EdgeStartTimestamp":"2026-11-22T10:00:01Z","EdgeResponseStatus":403}
        """;

    const string Path = "/client/v4/zones/shop/logs/explorer/query/sql";

    [Theory]
    [InlineData("zones", "shop")]
    [InlineData("accounts", "acme")]
    public async Task The_answer_is_cloudflares_envelope_with_keys_in_lower_case(string scope, string id)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync(
            $"/client/v4/{scope}/{id}/logs/explorer/query/sql", "SELECT clientRequestHost, EdgeResponseStatus, COUNT(*) FROM http_requests WHERE RayID = 'a' GROUP BY 1, 2", "text/plain");

        Assert.Equal(
            """{"success":true,"errors":[],"messages":[],"result":[{"clientrequesthost":"example.com","edgeresponsestatus":200,"count(*)":1}]}""",
            (await RunningServer.ReadAsync(response)).GetRawText().Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_statement_may_come_in_the_address()
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        var answer = await server.GetAsync(Path + "?query=" + Uri.EscapeDataString("SELECT RayID FROM http_requests ORDER BY RayID"));

        Assert.Equal("[{\"rayid\":\"a\"},\n{\"rayid\":\"b\"}]", answer.GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData("""{"query":"SELECT RayID FROM http_requests WHERE EdgeResponseStatus = ?","params":[403]}""", "b")]
    [InlineData(""" {"query":"SELECT RayID FROM http_requests WHERE RayID = $ray","params":{"ray":"a"}}""", "a")]
    [InlineData("""{"query":"SELECT RayID FROM http_requests WHERE RayID = 'a'"}""", "a")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = 'a'", "a")]
    public async Task A_statement_with_parameters_comes_as_JSON(string body, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync(Path, body, "application/json");

        Assert.Equal($$"""[{"rayid":"{{expected}}"}]""", (await RunningServer.ReadAsync(response)).GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData("""{"query":"SELECT RayID FROM http_requests WHERE RayID = ?"}""", "no value was given")]
    [InlineData("""{"query":1}""", "The body is no JSON of the form")]
    [InlineData("""{"query":""", "The body is no JSON of the form")]
    public async Task A_body_that_does_not_fit_is_a_failure(string body, string message)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync(Path, body, "application/json");

        var answer = await RunningServer.ReadAsync(response);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(message, answer.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4 << 20, 400)]
    [InlineData((4 << 20) + 1, 413)]
    public async Task A_body_of_JSON_has_a_size(int bytes, int status)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync(Path, "{\"query\":\"\"".PadRight(bytes - 1) + "}", "application/json");

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("application/x-ndjson", "{\"rayid\":\"a\",\"clientrequesthost\":\"example.com\"}\n{\"rayid\":\"b\",\"clientrequesthost\":\"b, \\\"quoted\\\"\"}\n")]
    [InlineData("text/csv", "rayid,clientrequesthost\r\na,example.com\r\nb,\"b, \"\"quoted\"\"\"\r\n")]
    public async Task Accept_picks_the_form(string accept, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync(Path, "SELECT RayID, ClientRequestHost FROM http_requests ORDER BY RayID", "text/plain", accept);

        Assert.Equal(expected, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(accept, response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("zones", "shop", "SELECT Nope FROM http_requests", 400, 1001)]
    [InlineData("zones", "shop", "", 400, 1001)]
    [InlineData("zones", "nowhere", "SELECT 1 FROM http_requests", 404, 1003)]
    [InlineData("accounts", "nobody", "SELECT 1 FROM http_requests", 404, 1003)]
    public async Task A_failure_is_in_the_envelope_too(string scope, string id, string sql, int status, int code)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);

        using var response = await server.PostAsync($"/client/v4/{scope}/{id}/logs/explorer/query/sql", sql, "text/plain");

        Assert.Equal(status, (int)response.StatusCode);
        var answer = await RunningServer.ReadAsync(response);
        Assert.False(answer.GetProperty("success").GetBoolean());
        Assert.Equal(code, answer.GetProperty("errors")[0].GetProperty("code").GetInt32());
        Assert.Equal("null", answer.GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData(65536, "unknown_column")]
    [InlineData(65537, "longer than 65536 bytes")]
    public async Task A_statement_may_be_as_long_as_the_limit(int bytes, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);
        var sql = "SELECT Nope FROM http_requests";

        using var response = await server.PostAsync(Path, sql.PadRight(bytes), "text/plain");

        var message = (await RunningServer.ReadAsync(response)).GetProperty("errors")[0].GetProperty("message").GetString();
        Assert.Contains(expected == "unknown_column" ? "no column 'Nope'" : expected, message, StringComparison.Ordinal);
    }
}
