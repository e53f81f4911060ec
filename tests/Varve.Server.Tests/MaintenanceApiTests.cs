using System.Text;
using System.Text.Json;

namespace Varve.Server.Tests;

public sealed class MaintenanceApiTests
{
    const string Route = "/api/accounts/acme/zones/shop/datasets/http_requests";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_tells_its_rules_and_what_it_holds()
    {
        await using var server = await WithRecordsAsync();

        var status = await server.GetAsync(Route + "/maintenance");

        Assert.Equal((3, 3, 3L), (status.GetProperty("files").GetInt32(), status.GetProperty("version").GetInt64(), status.GetProperty("rows").GetInt64()));
        Assert.Equal("""{"keep":"for ever","by":"date","deletion":true,"holds":[]}""", status.GetProperty("rules").GetRawText());
        Assert.Equal((3, "2020-01-01T00:00:00+00:00", JsonValueKind.Null),
            (status.GetProperty("freshFiles").GetInt32(), status.GetProperty("oldest").GetString(), status.GetProperty("last").ValueKind));
    }

    [Fact]
    public async Task Retention_is_set_told_and_carried_out_but_for_what_a_hold_keeps()
    {
        await using var server = await WithRecordsAsync();
        var rules = await SendAsync(server, HttpMethod.Put, "/retention", """{"keep":"365d","reason":"policy 7"}""");
        await SendAsync(server, HttpMethod.Post, "/holds", """{"name":"case","to":"2021-01-01T00:00:00Z","reason":"court"}""");

        var told = await SendAsync(server, HttpMethod.Post, "/expire", "");
        var done = await SendAsync(server, HttpMethod.Post, "/expire?dryRun=false", "");

        Assert.Equal("365d", rules.GetProperty("keep").GetString());
        Assert.Equal((true, 1L, "case", 1L),
            (told.GetProperty("dryRun").GetBoolean(), told.GetProperty("rows").GetInt64(), told.GetProperty("held")[0].GetProperty("hold").GetString(), told.GetProperty("held")[0].GetProperty("rows").GetInt64()));
        Assert.Equal((false, 1L), (done.GetProperty("dryRun").GetBoolean(), done.GetProperty("rows").GetInt64()));
        Assert.Equal(2, (await server.GetAsync(Route + "/maintenance")).GetProperty("rows").GetInt64());
    }

    [Fact]
    public async Task Holds_stop_an_erasure_until_they_are_lifted()
    {
        await using var server = await WithRecordsAsync();
        await SendAsync(server, HttpMethod.Post, "/holds", """{"name":"case","where":"ClientIP = '192.0.2.1'","reason":"court"}""");

        await ExpectAsync(server, 409, "held", HttpMethod.Post, "/erase?dryRun=false", """{"where":"RayID = 'a'","reason":"request"}""");
        await ExpectAsync(server, 400, "invalid", HttpMethod.Delete, "/holds/case", "");
        await SendAsync(server, HttpMethod.Delete, "/holds/case?reason=settled", "");
        var erased = await SendAsync(server, HttpMethod.Post, "/erase?dryRun=false", """{"where":"RayID = 'a'","reason":"request"}""");

        Assert.Equal(1, erased.GetProperty("rows").GetInt64());
    }

    [Fact]
    public async Task A_table_is_emptied_only_when_its_protection_is_off()
    {
        await using var server = await WithRecordsAsync();

        await ExpectAsync(server, 409, "protected", HttpMethod.Post, "/empty?dryRun=false", """{"reason":"move"}""");
        await ExpectAsync(server, 400, "invalid", HttpMethod.Put, "/protection", """{"deletion":false}""");
        await SendAsync(server, HttpMethod.Put, "/protection", """{"deletion":false,"reason":"move"}""");
        var emptied = await SendAsync(server, HttpMethod.Post, "/empty?dryRun=false", """{"reason":"move"}""");

        Assert.Equal(3, emptied.GetProperty("rows").GetInt64());
    }

    [Fact]
    public async Task Merging_and_vacuum_can_be_asked_for()
    {
        await using var server = await WithRecordsAsync();

        var compacted = await SendAsync(server, HttpMethod.Post, "/compact", "");
        var vacuumed = await SendAsync(server, HttpMethod.Post, "/vacuum", "");

        // One file a day: there is nothing to merge.
        Assert.Equal((0, 0), (compacted.GetProperty("merges").GetInt32(), compacted.GetProperty("badFiles").GetArrayLength()));
        Assert.Equal((true, 0), (vacuumed.GetProperty("dryRun").GetBoolean(), vacuumed.GetProperty("files").GetInt32()));
        Assert.Equal(JsonValueKind.Object, (await server.GetAsync(Route + "/maintenance")).GetProperty("last").ValueKind);
    }

    [Fact]
    public async Task What_is_wrong_is_said()
    {
        await using var server = await WithRecordsAsync();

        await ExpectAsync(server, 400, "invalid", HttpMethod.Put, "/retention", """{"keep":"soon"}""");
        await ExpectAsync(server, 400, "invalid", HttpMethod.Post, "/holds", """{"name":"a b","reason":"x"}""");
        await ExpectAsync(server, 400, "bad_condition", HttpMethod.Post, "/erase", """{"where":"Nothing = 1"}""");
        await ExpectAsync(server, 404, "not_found", HttpMethod.Put, "/retention", """{"keep":"30d"}""", Route.Replace("shop", "other", StringComparison.Ordinal));
        await ExpectAsync(server, 404, "unknown_dataset", HttpMethod.Put, "/retention", """{"keep":"30d"}""", Route.Replace("http_requests", "http_request", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ingest_goes_on_while_rules_are_set()
    {
        await using var server = await WithRecordsAsync();
        var setting = Task.Run(async () =>
        {
            for (var days = 400; days < 420; days++)
                await SendAsync(server, HttpMethod.Put, "/retention", $$"""{"keep":"{{days}}d"}""");
        }, Cancellation);

        for (var batch = 0; batch < 30; batch++)
            await server.IngestAsync($$"""{"RayID":"b{{batch}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""");
        await setting;

        Assert.Equal(33, (await server.GetAsync(Route + "/maintenance")).GetProperty("rows").GetInt64());
    }

    static async Task<RunningServer> WithRecordsAsync()
    {
        var server = await RunningServer.StartAsync();
        foreach (var (ray, year) in new[] { ("a", 2020), ("b", 2022), ("c", TimeProvider.System.GetUtcNow().Year) })
            await server.IngestAsync($$"""{"RayID":"{{ray}}","ClientIP":"192.0.2.1","EdgeStartTimestamp":"{{year}}-01-01T00:00:00Z"}""");
        return server;
    }

    static async Task<JsonElement> SendAsync(RunningServer server, HttpMethod method, string path, string body)
    {
        using var response = await SendAsync(server, method, Route, path, body);
        Assert.Equal((200, ""), ((int)response.StatusCode, response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(Cancellation)));
        return await RunningServer.ReadAsync(response);
    }

    static async Task ExpectAsync(RunningServer server, int status, string code, HttpMethod method, string path, string body, string route = Route)
    {
        using var response = await SendAsync(server, method, route, path, body);
        var answer = await RunningServer.ReadAsync(response);
        Assert.Equal((status, code), ((int)response.StatusCode, answer.GetProperty("code").GetString()));
    }

    static Task<HttpResponseMessage> SendAsync(RunningServer server, HttpMethod method, string route, string path, string body) =>
        server.Http.SendAsync(new HttpRequestMessage(method, route + path) { Content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json") }, Cancellation);
}
