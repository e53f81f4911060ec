using System.Text.Json;
using Varve.Query;

namespace Varve.Server.Tests;

public sealed class RunningQueriesApiTests
{
    /// <summary>More than lies between a server and a caller that does not read.</summary>
    const int RowsStored = 10_000;
    const string Sql = "SELECT ClientRequestURI FROM http_requests";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_query_that_runs_is_listed_for_its_account_and_can_be_cancelled()
    {
        await using var server = await FilledAsync();
        using var response = await server.PostAsync("/api/query", JsonSerializer.Serialize(new { sql = Sql, account = "acme" }));
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var plan = await FrameAsync(lines);
        var id = plan.GetProperty("id").GetString();

        var listed = Assert.Single((await server.GetAsync("/api/queries?account=acme")).GetProperty("queries").EnumerateArray().ToList());
        Assert.Equal((id, Sql, "running", "light"), (Text(listed, "id"), Text(listed, "sql"), Text(listed, "state"), Text(listed, "lane")));
        Assert.Equal("""{"queries":[]}""", (await server.GetAsync("/api/queries?account=other")).GetRawText());
        Assert.Equal(404, await DeleteAsync(server, $"/api/queries/{id}?account=other"));
        Assert.Equal(204, await DeleteAsync(server, $"/api/queries/{id}?account=acme"));

        var last = plan;
        while (Text(last, "type") is not ("done" or "error"))
            last = await FrameAsync(lines);
        Assert.Equal(("error", "cancelled"), (Text(last, "type"), Text(last, "code")));
        Assert.Null(await lines.ReadLineAsync(Cancellation));
        Assert.Equal(404, await DeleteAsync(server, $"/api/queries/{id}?account=acme"));
    }

    [Fact]
    public async Task Past_the_line_the_answer_is_429_and_says_when_to_come_again()
    {
        await using var server = await FilledAsync(new QueryLimits { ConcurrencyMax = 1, WaitingMax = 0 });
        using var first = await server.PostAsync("/api/query", JsonSerializer.Serialize(new { sql = Sql, account = "acme" }));

        using var second = await server.PostAsync("/api/query", JsonSerializer.Serialize(new { sql = Sql, account = "acme" }));

        Assert.Equal(429, (int)second.StatusCode);
        Assert.True(second.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal("query_busy", (await RunningServer.ReadAsync(second)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task While_there_are_no_rows_yet_frames_say_how_far_it_is()
    {
        await using var server = await FilledAsync(progressEvery: TimeSpan.FromMilliseconds(1));

        var frames = await server.FramesAsync(
            "SELECT ClientRequestURI, count(DISTINCT sha256(ClientRequestURI || RayID)) FROM http_requests GROUP BY 1 ORDER BY 2 DESC LIMIT 5", zone: null);

        var types = frames.Select(frame => Text(frame, "type")).ToList();
        Assert.Equal("plan", types[0]);
        Assert.Equal(["columns", "rows", "done"], types.Skip(1).Where(type => type != "progress"));
        var progress = frames[types.IndexOf("progress")];
        Assert.Equal((JsonValueKind.Number, JsonValueKind.Number), (progress.GetProperty("rows").ValueKind, progress.GetProperty("elapsedMs").ValueKind));
    }

    static async Task<RunningServer> FilledAsync(QueryLimits? query = null, TimeSpan? progressEvery = null)
    {
        var server = await RunningServer.StartAsync(query: query, progressEvery: progressEvery);
        var filler = new string('a', 2_000);
        await server.IngestAsync(string.Join('\n', Enumerable.Range(0, RowsStored).Select(row =>
            $$"""{"RayID":"r{{row}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z","ClientRequestURI":"/{{row}}{{filler}}"}""")));
        return server;
    }

    static async Task<JsonElement> FrameAsync(StreamReader lines) => JsonDocument.Parse((await lines.ReadLineAsync(Cancellation))!).RootElement;

    static async Task<int> DeleteAsync(RunningServer server, string path)
    {
        using var response = await server.Http.DeleteAsync(path, Cancellation);
        return (int)response.StatusCode;
    }

    static string Text(JsonElement frame, string member) => frame.GetProperty(member).GetString()!;
}
