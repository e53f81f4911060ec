using System.Net;
using System.Text;
using System.Text.Json;

namespace Varve.Server.Tests;

/// <summary>What people keep beside the logs, over HTTP.</summary>
public sealed class SavedQueriesApiTests
{
    const string Route = "/api/accounts/acme/saved-queries";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_query_is_saved_read_changed_and_deleted()
    {
        await using var server = await RunningServer.StartAsync();

        using var created = await server.PostAsync(Route, """{"name":"Blocked","view":"ds=http_requests"}""");
        var saved = await RunningServer.ReadAsync(created);
        var address = created.Headers.Location!.ToString();
        using var read = await server.Http.GetAsync(address, Token);
        using var changed = await PutAsync(server, address, """{"name":"Blocked","description":"by a rule","view":"ds=http_requests"}""", read.Headers.ETag!.Tag);
        using var late = await PutAsync(server, address, """{"name":"Late","view":"x"}""", read.Headers.ETag!.Tag);
        using var listed = await server.Http.GetAsync(Route, Token);
        using var deleted = await server.Http.DeleteAsync(address, Token);
        using var gone = await server.Http.GetAsync(address, Token);

        Assert.Equal((HttpStatusCode.Created, "\"1\"", "\"2\""), (created.StatusCode, read.Headers.ETag.Tag, changed.Headers.ETag!.Tag));
        Assert.Equal(address, $"{Route}/{saved.GetProperty("id").GetString()}");
        Assert.Equal((HttpStatusCode.PreconditionFailed, HttpStatusCode.NoContent, HttpStatusCode.NotFound), (late.StatusCode, deleted.StatusCode, gone.StatusCode));
        Assert.Equal("by a rule", Assert.Single((await RunningServer.ReadAsync(listed)).EnumerateArray()).GetProperty("text").GetProperty("description").GetString());
    }

    [Theory]
    [InlineData("""{"name":"","view":"x"}""", 400)]
    [InlineData("""{"view":"x"}""", 400)]
    [InlineData("""{"name":"taken","view":"x"}""", 409)]
    [InlineData("""{"name":"n","view":"x"}""", 201)]
    public async Task What_cannot_be_saved_says_why(string body, int status)
    {
        await using var server = await RunningServer.StartAsync();
        using var first = await server.PostAsync(Route, """{"name":"Taken","view":"x"}""");

        using var answer = await server.PostAsync(Route, body);

        Assert.Equal(status, (int)answer.StatusCode);
        if (status != 201)
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Queries_are_noted_with_what_became_of_them_and_can_be_forgotten()
    {
        await using var server = await RunningServer.StartAsync();
        await server.IngestAsync("""{"RayID":"a","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""");
        await server.FramesAsync("SELECT RayID FROM http_requests");
        using (var failed = await server.PostAsync("/api/query", JsonSerializer.Serialize(new { sql = "SELECT RayID::BIGINT AS n FROM http_requests", account = "acme" })))
            await failed.Content.ReadAsStringAsync(Token);

        var entries = await HistoryAsync(server, "");
        var older = await HistoryAsync(server, $"?before={entries[0].GetProperty("number").GetInt64()}&count=1");
        using var bad = await server.Http.GetAsync("/api/accounts/acme/history?count=0", Token);
        using var forgotten = await server.Http.DeleteAsync("/api/accounts/acme/history", Token);

        Assert.Equal(["type_mismatch 0", "done 1"], entries.Select(each => each.GetProperty("entry")).Select(entry => $"{entry.GetProperty("outcome")} {entry.GetProperty("rows")}"));
        Assert.Equal("SELECT RayID FROM http_requests", Assert.Single(older).GetProperty("entry").GetProperty("sql").GetString());
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NoContent), (bad.StatusCode, forgotten.StatusCode));
        Assert.Empty(await HistoryAsync(server, ""));
    }

    [Fact]
    public async Task Preferences_are_texts_by_name()
    {
        await using var server = await RunningServer.StartAsync();

        using var set = await server.Http.PutAsync("/api/preferences/theme", new StringContent("dark", Encoding.UTF8, "text/plain"), Token);
        using var tooLong = await server.Http.PutAsync("/api/preferences/long", new StringContent(new string('x', 70_000)), Token);
        using var read = await server.Http.GetAsync("/api/preferences", Token);
        using var unset = await server.Http.DeleteAsync("/api/preferences/theme", Token);
        using var none = await server.Http.GetAsync("/api/preferences", Token);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.NoContent), (set.StatusCode, tooLong.StatusCode, unset.StatusCode));
        Assert.Equal("""{"theme":"dark"}""", await read.Content.ReadAsStringAsync(Token));
        Assert.Equal("{}", await none.Content.ReadAsStringAsync(Token));
    }

    static async Task<List<JsonElement>> HistoryAsync(RunningServer server, string search)
    {
        using var answer = await server.Http.GetAsync($"/api/accounts/acme/history{search}", Token);
        return [.. (await RunningServer.ReadAsync(answer)).EnumerateArray()];
    }

    static async Task<HttpResponseMessage> PutAsync(RunningServer server, string address, string body, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await server.Http.SendAsync(request, Token);
    }
}
