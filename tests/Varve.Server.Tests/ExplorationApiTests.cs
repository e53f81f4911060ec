using System.Net;
using System.Text;
using System.Text.Json;

namespace Varve.Server.Tests;

/// <summary>The questions beside a query, over HTTP.</summary>
public sealed class ExplorationApiTests : IAsyncLifetime
{
    const string Lines =
        """
        {"EdgeStartTimestamp":"2026-04-01T00:00:00Z","RayID":"a","EdgeResponseStatus":200,"ClientRequestHost":"x"}
        {"EdgeStartTimestamp":"2026-04-01T00:01:00Z","RayID":"b","EdgeResponseStatus":403,"ClientRequestHost":"x"}
        {"EdgeStartTimestamp":"2026-04-01T00:02:00Z","RayID":"c","EdgeResponseStatus":403,"ClientRequestHost":"y"}
        """;

    RunningServer _server = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        await _server.IngestAsync(Lines);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Rows_over_time_by_a_field()
    {
        var hits = await PostAsync("/api/query/hits", new { dataset = "http_requests", account = "acme", zone = "shop", by = "EdgeResponseStatus", buckets = 10 });

        Assert.Equal((3, 15), (hits.GetProperty("total").GetInt32(), hits.GetProperty("stepSeconds").GetInt32()));
        Assert.Equal(["403:2", "200:1"], hits.GetProperty("series").EnumerateArray().Select(series =>
            $"{series.GetProperty("value").GetString()}:{series.GetProperty("counts").EnumerateArray().Sum(count => count.GetInt32())}"));
    }

    [Fact]
    public async Task Fields_values_and_surroundings()
    {
        var facets = await PostAsync("/api/query/facets", new { dataset = "http_requests", account = "acme", filter = "EdgeResponseStatus = $s", @params = new { s = 403 }, top = new[] { "ClientRequestHost" } });
        var values = await PostAsync("/api/query/field-values", new { dataset = "http_requests", account = "acme", field = "ClientRequestHost", prefix = "x" });
        var context = await PostAsync("/api/query/context", new { dataset = "http_requests", account = "acme", at = "2026-04-01T00:01:00Z", count = 2 });

        var host = facets.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "ClientRequestHost");
        Assert.Equal((2, 2, 2), (facets.GetProperty("rows").GetInt32(), host.GetProperty("distinct").GetInt32(), host.GetProperty("top").GetProperty("values").GetArrayLength()));
        Assert.Equal(2, values.GetProperty("values")[0].GetProperty("count").GetInt32());
        Assert.Equal("b a|b c", string.Join('|', new[] { "before", "after" }.Select(side =>
            string.Join(' ', context.GetProperty(side).EnumerateArray().Select(record => record.GetProperty("RayID").GetString())))));
    }

    [Fact]
    public async Task One_record_by_its_id()
    {
        using var found = await _server.Http.GetAsync("/api/records/http_requests/b?account=acme", Token);
        using var missing = await _server.Http.GetAsync("/api/records/http_requests/nope?account=acme", Token);

        var record = (await RunningServer.ReadAsync(found)).GetProperty("records")[0];
        Assert.Equal((403, "2026-04-01T00:01:00Z"), (record.GetProperty("EdgeResponseStatus").GetInt32(), record.GetProperty("EdgeStartTimestamp").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task What_is_wrong_is_a_problem_document()
    {
        foreach (var (path, body) in new (string, object)[]
        {
            ("/api/query/hits", new { dataset = "http_requests", account = "acme", filter = "Nope = 1" }),
            ("/api/query/hits", new { dataset = "http_requests", account = "acme", buckets = 100_000 }),
            ("/api/query/context", new { dataset = "http_requests", account = "acme" }),
            ("/api/query/field-values", new { dataset = "http_requests", account = "acme" }),
            ("/api/query/estimate", new { sql = "SELECT Nope FROM http_requests", account = "acme" }),
        })
        {
            using var response = await _server.PostAsync(path, JsonSerializer.Serialize(body));

            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        }
    }

    [Fact]
    public async Task An_estimate_says_what_each_condition_does()
    {
        var estimate = await PostAsync("/api/query/estimate", new { sql = "SELECT RayID FROM http_requests WHERE EdgeResponseStatus > 500", account = "acme", zone = "shop" });

        Assert.Equal((1, 0), (estimate.GetProperty("filesTotal").GetInt32(), estimate.GetProperty("filesRead").GetInt32()));
        Assert.StartsWith("Statistics leave out 1 of 1 files.", estimate.GetProperty("places")[0].GetProperty("conditions")[0].GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tail_sends_what_is_committed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/query/tail?dataset=http_requests&account=acme&zone=shop&columns=RayID,EdgeResponseStatus&filter=EdgeResponseStatus%20%3E%20400");
        using var response = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token), Encoding.UTF8);
        Assert.Equal("event: ready", await reader.ReadLineAsync(Token));

        await _server.IngestAsync("""{"EdgeStartTimestamp":"2026-04-01T00:00:30Z","RayID":"d","EdgeResponseStatus":500}""");

        var seen = new List<string>();
        while (!(seen.LastOrDefault() ?? "").StartsWith("data: {\"cut\"", StringComparison.Ordinal))
            seen.Add((await reader.ReadLineAsync(Token))!);
        Assert.Equal("""data: {"cut":false,"records":[{"RayID":"d","EdgeResponseStatus":500}]}""", seen[^1]);
    }

    [Fact]
    public async Task The_body_of_the_explorer_may_narrow_zone_and_time()
    {
        var body = new { query = "SELECT count(*) AS n FROM http_requests", scope = new { zone = "shop" }, time_range = new { start = "2026-04-01T00:01:00Z", end = "2026-04-01T00:02:00Z" } };

        var answer = await PostAsync("/client/v4/accounts/acme/logs/explorer/query/sql", body);

        Assert.Equal(1, answer.GetProperty("result")[0].GetProperty("n").GetInt32());
    }

    async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await _server.PostAsync(path, JsonSerializer.Serialize(body));
        var content = await RunningServer.ReadAsync(response);
        Assert.True(response.IsSuccessStatusCode, content.ToString());
        return content;
    }
}
