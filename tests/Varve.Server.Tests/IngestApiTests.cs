using System.Net.Http.Headers;
using Varve.Ingest;

namespace Varve.Server.Tests;

public sealed class IngestApiTests
{
    const string Line = """{"RayID":"a","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""";

    [Fact]
    public async Task The_answer_counts_what_was_stored_and_shows_what_was_not()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.IngestAsync($"{Line}\nnonsense\n{Line}\n");

        Assert.StartsWith("""{"accepted":2,"rejected":1,"filtered":0,"repeated":false,"version":1,"rejects":[{"line":2,"reason":"not JSON""", answer.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task Any_content_type_is_taken(string? contentType)
    {
        await using var server = await RunningServer.StartAsync();
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(Line));
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);

        using var response = await server.Http.PostAsync("/api/ingest/acme/shop/http_requests", content, TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(1, (await RunningServer.ReadAsync(response)).GetProperty("accepted").GetInt32());
    }

    [Theory]
    [InlineData("acme/shop/http_request", 404)]
    [InlineData("acme/shop/_rejects", 404)]
    [InlineData("ac%20me/shop/http_requests", 400)]
    [InlineData("acme/%2e%2e/http_requests", 404)]
    public async Task A_wrong_address_is_refused_and_stores_nothing(string path, int status)
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await server.PostAsync($"/api/ingest/{path}", Line, "application/x-ndjson");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty((await server.GetAsync("/api/scopes")).GetProperty("scopes").EnumerateArray());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_as_a_whole()
    {
        await using var server = await RunningServer.StartAsync(ingest: new IngestLimits { BodyBytesMax = Line.Length });

        using var response = await server.PostAsync("/api/ingest/acme/shop/http_requests", $"{Line}\n{Line}", "application/x-ndjson");

        Assert.Equal(413, (int)response.StatusCode);
        Assert.Equal("limit_exceeded", (await RunningServer.ReadAsync(response)).GetProperty("code").GetString());
        Assert.Empty((await server.GetAsync("/api/scopes")).GetProperty("scopes").EnumerateArray());
    }

    [Fact]
    public async Task A_sender_that_breaks_off_stores_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        using var content = new StreamContent(new BreakingStream(Line + "\n" + Line));

        await Assert.ThrowsAnyAsync<Exception>(() => server.Http.PostAsync("/api/ingest/acme/shop/http_requests", content, TestContext.Current.CancellationToken));

        Assert.Empty((await server.GetAsync("/api/scopes")).GetProperty("scopes").EnumerateArray());
    }

    /// <summary>Gives its text and then fails, as a sender that dies does.</summary>
    sealed class BreakingStream(string text) : MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new IOException("The sender died.");
        }
    }
}
