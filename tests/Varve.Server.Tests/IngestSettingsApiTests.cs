using System.Net.Http.Headers;
using System.Text;
using Varve.Ingest.Settings;

namespace Varve.Server.Tests;

public sealed class IngestSettingsApiTests
{
    const string Route = "/api/accounts/acme/zones/shop/datasets/http_requests/ingest";
    const string Settings = """{"fields":["RayID","ClientIP"],"filter":{"where":{"key":"EdgeResponseStatus","operator":"geq","value":400}},"redact":[{"field":"ClientIP","method":"hash"},{"field":"ClientRequestURI","method":"mask","keep":4}],"index":["RayID"]}""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Task<HttpResponseMessage> PutAsync(RunningServer server, string body, string? ifMatch = null, string path = Route)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (ifMatch is not null)
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
        return server.Http.SendAsync(request, Cancellation);
    }

    [Fact]
    public async Task Settings_are_empty_until_they_are_set_and_come_back_as_they_were()
    {
        await using var server = await RunningServer.StartAsync();

        using var before = await server.Http.GetAsync(Route, Cancellation);
        using var set = await PutAsync(server, Settings, "\"0\"");
        using var after = await server.Http.GetAsync(Route, Cancellation);

        Assert.Equal(("\"0\"", """{"fields":null,"filter":null,"redact":[]}"""), (before.Headers.ETag?.Tag, await before.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal((200, "\"1\"", Settings), ((int)set.StatusCode, set.Headers.ETag?.Tag, await set.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal(("\"1\"", Settings), (after.Headers.ETag?.Tag, await after.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal("[]", (await server.GetAsync(Route.Replace("shop", "other", StringComparison.Ordinal))).GetProperty("redact").GetRawText());
    }

    [Fact]
    public async Task The_key_of_the_hashes_is_in_the_store_and_in_no_answer()
    {
        await using var server = await RunningServer.StartAsync();
        using var set = await PutAsync(server, Settings);

        var file = Path.Combine(server.Folder, "store", "accounts", "acme", "_settings", "keys", "redaction", $"{1:D20}.json");
        var key = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(file, Cancellation)).RootElement.GetProperty("document").GetProperty("key").GetString()!;

        Assert.Equal(32, Convert.FromBase64String(key).Length);
        Assert.DoesNotContain(key, await set.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_who_change_the_same_version_one_is_told()
    {
        await using var server = await RunningServer.StartAsync();

        using var first = await PutAsync(server, Settings, "\"0\"");
        using var second = await PutAsync(server, "{}", "\"0\"");

        Assert.Equal((200, 412), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal("precondition_failed", (await RunningServer.ReadAsync(second)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(Route, """{"fields":["ClientIp2"]}""", 400)]
    [InlineData(Route, """{"fields":[],"more":1}""", 400)]
    [InlineData(Route, "", 400)]
    [InlineData("/api/accounts/acme/zones/-/datasets/http_requests/ingest", "{}", 400)]
    [InlineData("/api/accounts/_x/zones/shop/datasets/http_requests/ingest", "{}", 400)]
    [InlineData("/api/accounts/acme/zones/shop/datasets/http_request/ingest", "{}", 404)]
    [InlineData("/api/accounts/acme/zones/shop/datasets/_rejects/ingest", "{}", 404)]
    [InlineData("/api/accounts/acme/zones/-/datasets/audit_logs/ingest", "{}", 200)]
    public async Task What_cannot_be_set_is_a_problem_document(string path, string body, int status)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await PutAsync(server, body, path: path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? "application/json" : "application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(1, 413)]
    public async Task A_body_has_a_size_at_most(int more, int status)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await PutAsync(server, "{}".PadRight(new IngestSettingsLimits().SettingsBytesMax + more));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_filter_can_be_tried_on_records()
    {
        await using var server = await RunningServer.StartAsync();
        const string Trial = """{"filter":{"where":{"or":[{"key":"ClientRequestPath","operator":"startsWith","value":"/api"},{"key":"BotTags","operator":"contains","value":"ai"}]}},"records":[{"ClientRequestPath":"/api/x"},{"BotTags":["ai"]},{}]}""";

        using var answer = await server.PostAsync(Route + "/test", Trial);
        using var wrong = await server.PostAsync(Route + "/test", """{"filter":{"where":{"key":"BotTags","operator":"eq","value":"x"}},"records":[]}""");

        Assert.Equal("""{"passed":2,"passes":[true,true,false]}""", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(400, (int)wrong.StatusCode);
    }

    [Fact]
    public async Task Settings_of_a_declared_dataset_are_bound_to_its_fields()
    {
        await using var server = await RunningServer.StartAsync();
        const string Definition = """{"name":"nginx","timestampField":"Time","fields":[{"name":"Time","type":"timestamp"},{"name":"Who","type":"string"}]}""";
        using var declared = await PutAsync(server, Definition, path: "/api/accounts/acme/datasets/nginx");

        using var set = await PutAsync(server, """{"redact":[{"field":"Who","method":"drop"}]}""", path: "/api/accounts/acme/zones/shop/datasets/nginx/ingest");
        using var wrong = await PutAsync(server, """{"redact":[{"field":"Wo","method":"drop"}]}""", path: "/api/accounts/acme/zones/shop/datasets/nginx/ingest");

        Assert.Equal((200, 400), ((int)set.StatusCode, (int)wrong.StatusCode));
        Assert.Equal("Who", (await RunningServer.ReadAsync(wrong)).GetProperty("suggestion").GetString());
    }
}
