using System.Net.Http.Headers;
using System.Text;
using Varve.Storage;

namespace Varve.Server.Tests;

public sealed class TokenTests
{
    const string Ingest = "/api/ingest/acme/shop/http_requests";
    const string Line = """{"RayID":"a","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static readonly (string Query, string? Header, string? Value, int Status)[] Ways =
    [
        ("", null, null, 401),
        ("", "Authorization", "Bearer in", 200),
        ("", "Authorization", "bearer all", 200),
        ("", "Authorization", "Bearer wrong", 401),
        ("", "Authorization", "in", 401),
        ("", "Authorization", $"Basic {Base64("anyone:in")}", 200),
        ("", "Authorization", $"Basic {Base64("in")}", 200),
        ("", "Authorization", $"Basic {Base64("in:")}", 401),
        ("", "Authorization", "Basic !!", 401),
        ("", "Authorization", $"ApiKey {Base64("id:in")}", 200),
        ("", "X-Varve-Token", "in", 200),
        ("", "X-Varve-Token", "wrong", 401),
        ("?token=in", null, null, 200),
        ("?token=all", null, null, 200),
        ("?token=wrong", null, null, 401),
        ("?header_Authorization=Bearer%20in", null, null, 200),
        ($"?header_Authorization=Basic%20{Base64("x:in")}", null, null, 200),
        ("?header_Authorization=Bearer%20in", "Authorization", "Bearer wrong", 401),
    ];

    [Fact]
    public async Task A_token_for_ingest_comes_in_any_of_these_ways()
    {
        await using var server = await RunningServer.StartAsync(token: "all", ingestToken: "in");

        foreach (var (query, header, value, status) in Ways)
            foreach (var path in new[] { Ingest, "/es/acme/shop/http_requests/_bulk" })
            {
                var body = path == Ingest ? Line : "{\"index\":{}}\n" + Line + "\n";
                using var response = await SendAsync(server, HttpMethod.Post, path + query, header, value, body);
                Assert.Equal((query, header, value, status), (query, header, value, (int)response.StatusCode));
                if (status == 401)
                    Assert.Equal(["Bearer", "Basic realm=\"varve\""], response.Headers.GetValues("WWW-Authenticate"));
            }
    }

    [Fact]
    public async Task The_ingest_token_and_a_token_in_the_address_are_good_for_nothing_else()
    {
        await using var server = await RunningServer.StartAsync(token: "all", ingestToken: "in");
        (string Path, string? Authorization, int Status)[] calls =
        [
            ("/api/datasets", "Bearer in", 403),
            ("/api/datasets?token=in", null, 401),
            ("/api/datasets?token=all", null, 401),
            ("/api/datasets?header_Authorization=Bearer%20all", null, 401),
            ("/client/v4/accounts/acme/logs/explorer/query/sql", "Bearer in", 403),
            ("/openapi/v1.json", "Bearer in", 403),
            ("/api/ingest/acme", "Bearer in", 403),
            ("/api/datasets", "Bearer all", 200),
            ("/healthz", null, 200),
        ];

        foreach (var (path, authorization, status) in calls)
        {
            using var response = await SendAsync(server, HttpMethod.Get, path, authorization is null ? null : "Authorization", authorization, body: null);
            Assert.Equal((path, status), (path, (int)response.StatusCode));
        }
    }

    [Fact]
    public async Task No_answer_repeats_a_token()
    {
        const string Secret = "s3cr3t-of-the-sender";
        await using var server = await RunningServer.StartAsync(token: "all", ingestToken: Secret);

        foreach (var path in new[] { "/api/ingest/acme/shop/nope", "/api/ingest/ac%20me/shop/http_requests", "/es/acme/shop/_bulk", "/es/acme/shop/nothing/here", "/otlp/acme/shop/nope/v1/logs", "/api/nothing" })
            foreach (var token in new[] { Secret, Secret + "x" })
            {
                using var response = await SendAsync(server, HttpMethod.Post, $"{path}?token={token}&format=xml", "X-Varve-Token", token, "{\"index\":{\"_index\":\"http_requests\"}}\nx\n");
                Assert.DoesNotContain(Secret, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
                Assert.DoesNotContain(Secret, response.Headers.ToString(), StringComparison.Ordinal);
            }
    }

    [Theory]
    [InlineData(null, "in", "--token")]
    [InlineData("same", "same", "differ")]
    public void Tokens_that_would_open_the_server_are_refused(string? token, string ingestToken, string message)
    {
        var fault = Assert.Throws<VarveException>(() => VarveServer.Build(new ServeOptions { Token = token, IngestToken = ingestToken }));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    static Task<HttpResponseMessage> SendAsync(RunningServer server, HttpMethod method, string path, string? header, string? value, string? body)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson")) };
        if (header is not null)
            request.Headers.TryAddWithoutValidation(header, value);
        return server.Http.SendAsync(request, Cancellation);
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
