using System.Net.Http.Headers;
using Varve.Datasets;
using Varve.TestKit;

namespace Varve.Server.Tests;

public sealed class ServerTests
{
    const string Line = """{"RayID":"a","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""";

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Probes_answer_without_a_token(string path)
    {
        await using var server = await RunningServer.StartAsync(token: "secret");

        Assert.Equal("ok", (await server.GetAsync(path)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData("secret", 200)]
    public async Task With_a_token_every_call_has_to_bring_it(string? token, int status)
    {
        await using var server = await RunningServer.StartAsync(token: "secret");
        if (token is not null)
            server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        foreach (var path in new[] { "/api/scopes", "/api/datasets", "/API/datasets", "/openapi/v1.json" })
        {
            using var response = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(status, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task Scopes_and_datasets_tell_what_is_stored()
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync(Line);

        Assert.Equal("""{"scopes":[{"account":"acme","zones":["shop"]}]}""", (await server.GetAsync("/api/scopes")).GetRawText());
        var datasets = (await server.GetAsync("/api/datasets?account=acme&zone=shop")).GetProperty("datasets").EnumerateArray().ToList();
        Assert.Equal(DatasetCatalog.BuiltIn.Datasets.Count, datasets.Count);
        var requests = datasets.Single(dataset => dataset.GetProperty("name").GetString() == "http_requests");
        Assert.Equal((1, "2026-11-22T10:00:00+00:00"), (requests.GetProperty("table").GetProperty("rows").GetInt32(), requests.GetProperty("table").GetProperty("newest").GetString()));
        Assert.Equal("null", datasets[0].GetProperty("table").GetRawText());
    }

    [Fact]
    public async Task A_dataset_is_described_with_its_fields()
    {
        await using var server = await RunningServer.StartAsync();

        var dataset = await server.GetAsync("/api/datasets/HTTP_requests");

        var field = dataset.GetProperty("fields").EnumerateArray().Single(each => each.GetProperty("name").GetString() == "BotTags");
        Assert.Equal(("http_requests", "array<string>", 123), (dataset.GetProperty("name").GetString(), field.GetProperty("type").GetString(), dataset.GetProperty("fields").GetArrayLength()));
    }

    [Theory]
    [InlineData("/api/datasets/nope", 404)]
    [InlineData("/api/nothing", 404)]
    [InlineData("/client/v4/nothing", 404)]
    [InlineData("/api/datasets?account=a%2Fb", 404)]
    public async Task What_does_not_exist_is_a_problem_document_not_a_page(string path, int status)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.DoesNotContain("html", response.Content.Headers.ContentType?.MediaType ?? "", StringComparison.Ordinal);
        if (response.Content.Headers.ContentType is not null)
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task The_page_carries_a_fresh_nonce_and_its_policy_allows_no_inline_script()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.FullPath, "index.html"), "<meta name=\"csp-nonce\" content=\"__CSP_NONCE__\">", TestContext.Current.CancellationToken);
        await using var server = await RunningServer.StartAsync(webFolder: folder.FullPath);

        var nonces = new List<string>();
        foreach (var path in new[] { "/", "/logs?ds=http_requests", "/logs/ray/abc" })
        {
            using var response = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);
            var nonce = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('"')[3];
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains($"'nonce-{nonce}'", policy, StringComparison.Ordinal);
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            nonces.Add(nonce);
        }

        Assert.Equal(3, nonces.Distinct().Count());
    }

    [Fact]
    public async Task The_openapi_document_is_the_one_in_docs()
    {
        await using var server = await RunningServer.StartAsync();
        var committed = Path.Combine(RepositoryFolders.Root, "docs", "openapi.json");

        var served = await server.Http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);

        if (Environment.GetEnvironmentVariable("VARVE_UPDATE") == "1")
            await File.WriteAllTextAsync(committed, served.ReplaceLineEndings("\n") + "\n", TestContext.Current.CancellationToken);
        Assert.Equal((await File.ReadAllTextAsync(committed, TestContext.Current.CancellationToken)).Trim(), served.ReplaceLineEndings("\n").Trim());
    }
}
