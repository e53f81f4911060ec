using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Varve.Datasets;

namespace Varve.Server.Tests;

public sealed class DeclaredDatasetsApiTests
{
    const string Route = "/api/accounts/acme/datasets/nginx";
    const string Nginx = """{"name":"nginx","title":"nginx","timestampField":"Time","idField":"Id","fields":[{"name":"Time","type":"timestamp"},{"name":"Id","type":"string"}]}""";
    const string Grown = """{"name":"nginx","title":"nginx","timestampField":"Time","idField":"Id","fields":[{"name":"Time","type":"timestamp"},{"name":"Id","type":"string"},{"name":"Status","type":"int"}]}""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Task<HttpResponseMessage> SendAsync(RunningServer server, HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (ifMatch is not null)
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
        return server.Http.SendAsync(request, Cancellation);
    }

    static async Task<(int Status, string Code, string Detail)> FaultAsync(HttpResponseMessage response)
    {
        var problem = await RunningServer.ReadAsync(response);
        return ((int)response.StatusCode, problem.GetProperty("code").GetString()!, problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task A_declared_dataset_takes_records_and_answers_sql_like_any_other()
    {
        await using var server = await RunningServer.StartAsync();

        using var created = await SendAsync(server, HttpMethod.Put, Route, Nginx);
        Assert.Equal((201, "\"1\"", Route), ((int)created.StatusCode, created.Headers.ETag?.Tag, created.Headers.Location?.ToString()));
        var outcome = await server.IngestAsync("""{"Time":"2026-11-22T10:00:00Z","id":"a","other":{"x":1}}""", "acme/shop/nginx");
        Assert.Equal(1, outcome.GetProperty("accepted").GetInt32());
        var frames = await server.FramesAsync("SELECT Id, _extra.other AS other, _sample_interval, * EXCLUDE (Id) FROM NGINX WHERE id = 'a'");

        var rows = frames.Single(frame => frame.GetProperty("type").GetString() == "rows").GetProperty("columns");
        Assert.Equal("""["a"]["{\"x\":1}"][null]["2026-11-22T10:00:00Z"][{"other":{"x":1}}]""", string.Concat(rows.EnumerateArray().Take(5).Select(column => column.GetRawText())));
    }

    [Fact]
    public async Task What_get_gives_can_be_put_again()
    {
        await using var server = await RunningServer.StartAsync();
        using var created = await SendAsync(server, HttpMethod.Put, Route, Nginx);

        using var read = await SendAsync(server, HttpMethod.Get, Route);
        var text = await read.Content.ReadAsStringAsync(Cancellation);
        using var again = await SendAsync(server, HttpMethod.Put, Route, text, read.Headers.ETag!.Tag);

        Assert.Equal(("\"1\"", 200, "\"1\""), (read.Headers.ETag!.Tag, (int)again.StatusCode, again.Headers.ETag?.Tag));
        Assert.Equal(text, await again.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task It_is_listed_and_described_in_its_account_only()
    {
        await using var server = await RunningServer.StartAsync();
        using var created = await SendAsync(server, HttpMethod.Put, Route, Nginx);

        var here = (await server.GetAsync("/api/datasets?account=acme")).GetProperty("datasets").EnumerateArray().ToList();
        var there = (await server.GetAsync("/api/datasets?account=other")).GetProperty("datasets").EnumerateArray().ToList();

        Assert.Equal(DatasetCatalog.BuiltIn.Datasets.Count + 1, here.Count);
        Assert.Equal("nginx", here.Single(dataset => dataset.GetProperty("custom").GetBoolean()).GetProperty("name").GetString());
        Assert.Equal(DatasetCatalog.BuiltIn.Datasets.Count, there.Count);
        Assert.Equal(2, (await server.GetAsync("/api/datasets/nginx?account=acme")).GetProperty("fields").GetArrayLength());
        using var unknown = await server.Http.GetAsync("/api/datasets/nginx", Cancellation);
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    [Fact]
    public async Task Settings_are_no_tables_zones_or_accounts()
    {
        await using var server = await RunningServer.StartAsync();
        using var created = await SendAsync(server, HttpMethod.Put, Route, Nginx);
        await server.IngestAsync("""{"Time":"2026-11-22T10:00:00Z"}""", "acme/shop/nginx");

        Assert.Equal("""{"scopes":[{"account":"acme","zones":["shop"]}]}""", (await server.GetAsync("/api/scopes")).GetRawText());
        foreach (var path in new[] { "/api/datasets?account=_settings", "/api/datasets?account=acme&zone=_settings" })
        {
            using var response = await server.Http.GetAsync(path, Cancellation);
            Assert.Equal(404, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task Fields_are_added_and_other_changes_refused()
    {
        await using var server = await RunningServer.StartAsync();
        using var created = await SendAsync(server, HttpMethod.Put, Route, Nginx);

        using var grown = await SendAsync(server, HttpMethod.Put, Route, Grown, "\"1\"");
        using var late = await SendAsync(server, HttpMethod.Put, Route, Grown, "\"1\"");
        using var shrunk = await SendAsync(server, HttpMethod.Put, Route, Nginx);
        using var builtIn = await SendAsync(server, HttpMethod.Put, "/api/accounts/acme/datasets/http_requests", Nginx.Replace("\"name\":\"nginx\"", "\"name\":\"http_requests\"", StringComparison.Ordinal));

        Assert.Equal((200, "\"2\""), ((int)grown.StatusCode, grown.Headers.ETag?.Tag));
        Assert.Equal((412, "precondition_failed"), (await FaultAsync(late) is var (status, code, _) ? (status, code) : default));
        Assert.Contains("the field Status cannot be taken away", (await FaultAsync(shrunk)).Detail, StringComparison.Ordinal);
        Assert.Equal((409, 409), ((int)shrunk.StatusCode, (int)builtIn.StatusCode));
        Assert.Equal("Status", (await server.FramesAsync("SELECT Status FROM nginx"))[1].GetProperty("columns")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"name":"other","timestampField":"t","fields":[{"name":"t","type":"timestamp"}]}""", 400)]
    [InlineData("""{"name":"nginx","timestampField":"t","fields":[{"name":"t","type":"string"}]}""", 400)]
    public async Task What_is_no_definition_is_a_problem_document(string body, int status)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Put, Route, body);

        Assert.Equal(status, (await FaultAsync(response)).Status);
    }

    [Theory]
    [InlineData(0, 201)]
    [InlineData(1, 413)]
    public async Task A_body_has_a_size_at_most(int more, int status)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Put, Route, Nginx.PadRight(new DatasetLimits().DefinitionBytesMax + more));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("W/\"1\"")]
    [InlineData("\"x\"")]
    public async Task An_etag_that_is_none_is_refused(string tag)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await SendAsync(server, HttpMethod.Put, Route, Nginx, tag);

        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_removed_dataset_is_unknown_and_its_records_stay()
    {
        await using var server = await RunningServer.StartAsync();
        using var created = await SendAsync(server, HttpMethod.Put, Route, Nginx);
        await server.IngestAsync("""{"Time":"2026-11-22T10:00:00Z"}""", "acme/shop/nginx");

        using var removed = await SendAsync(server, HttpMethod.Delete, Route);
        using var twice = await SendAsync(server, HttpMethod.Delete, Route);
        using var query = await server.PostAsync("/api/query", JsonSerializer.Serialize(new { sql = "SELECT 1 FROM nginx", account = "acme" }));
        using var ingest = await server.PostAsync("/api/ingest/acme/shop/nginx", "{}");

        Assert.Contains("accounts/acme/zones/<zone>/nginx", (await RunningServer.ReadAsync(removed)).GetProperty("message").GetString()!, StringComparison.Ordinal);
        Assert.Equal((200, 404, 400, 404), ((int)removed.StatusCode, (int)twice.StatusCode, (int)query.StatusCode, (int)ingest.StatusCode));
        using var again = await SendAsync(server, HttpMethod.Put, Route, Nginx);
        Assert.Equal(201, (int)again.StatusCode);
        Assert.Contains("[1]", (await server.FramesAsync("SELECT count(*) FROM nginx"))[2].GetRawText(), StringComparison.Ordinal);
    }
}
