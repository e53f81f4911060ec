using System.Net;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Varve.Delta.Files;

namespace Varve.Server.Tests;

/// <summary>What Accept asks for is what comes.</summary>
public sealed class AnswerFormatTests
{
    const string Lines = """
        {"RayID":"a","EdgeStartTimestamp":"2026-11-22T10:00:00Z","EdgeResponseStatus":200,"BotTags":["t"]}
        {"RayID":"b","EdgeStartTimestamp":"2026-11-21T10:00:00Z","EdgeResponseStatus":403}
        """;

    const string Sql = "SELECT RayID, EdgeResponseStatus FROM http_requests ORDER BY RayID";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("text/csv", "text/csv", "RayID,EdgeResponseStatus\r\na,200\r\nb,403\r\n")]
    [InlineData("application/json", "application/json", "[{\"RayID\":\"a\",\"EdgeResponseStatus\":200},\n{\"RayID\":\"b\",\"EdgeResponseStatus\":403}]\n")]
    [InlineData("application/jsonl", "application/x-ndjson", "{\"RayID\":\"a\",\"EdgeResponseStatus\":200}\n{\"RayID\":\"b\",\"EdgeResponseStatus\":403}\n")]
    [InlineData("text/html, application/json;q=0.4, text/csv;q=0.8", "text/csv", "RayID,EdgeResponseStatus\r\na,200\r\nb,403\r\n")]
    public async Task Texts_are_rows_alone(string accept, string contentType, string expected)
    {
        await using var server = await ServerAsync();

        using var response = await server.PostAsync("/api/query", Body(Sql), accept: accept);

        Assert.Equal(contentType, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Rows_come_with_what_they_cover_before_them()
    {
        await using var server = await ServerAsync();

        using var response = await server.PostAsync("/api/query", Body(Sql), accept: "text/csv");
        await response.Content.ReadAsStringAsync(Token);

        var coverage = JsonDocument.Parse(response.Headers.GetValues("varve-coverage").Single()).RootElement;
        Assert.Equal((2, 2, 1), (coverage.GetProperty("filesTotal").GetInt32(), coverage.GetProperty("filesRead").GetInt32(), coverage.GetProperty("tables")[0].GetProperty("version").GetInt32()));
        Assert.Equal(32, response.Headers.GetValues("varve-query-id").Single().Length);
    }

    [Fact]
    public async Task Arrow_and_Parquet_can_be_read_by_their_own_readers()
    {
        await using var server = await ServerAsync();

        using var arrow = await server.PostAsync("/api/query", Body(Sql), accept: "application/vnd.apache.arrow.stream");
        using var reader = new ArrowStreamReader(await arrow.Content.ReadAsStreamAsync(Token));
        using var batch = (await reader.ReadNextRecordBatchAsync(Token))!;
        using var parquet = await server.PostAsync("/api/query", Body(Sql), accept: "application/vnd.apache.parquet");
        var rows = ParquetFile.Read(await parquet.Content.ReadAsByteArrayAsync(Token)).Single();

        Assert.Equal([200L, 403L], ((Int64Array)batch.Column(1)).ToArray());
        Assert.Equal(["a", "b"], Enumerable.Range(0, 2).Select(row => ((StringArray)rows.Column(0)).GetString(row)));
    }

    [Fact]
    public async Task A_statement_that_is_refused_is_a_problem_whatever_was_asked_for()
    {
        await using var server = await ServerAsync();

        using var response = await server.PostAsync("/api/query", Body("SELECT Nope FROM http_requests"), accept: "text/csv");

        Assert.Equal((400, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("text/csv")]
    [InlineData("application/vnd.apache.arrow.stream")]
    [InlineData(null)]
    public async Task An_answer_that_fails_on_its_way_never_looks_whole(string? accept)
    {
        // What comes before the value that is no number is more than can be under way at once.
        await using var server = await RunningServer.StartAsync();
        var lines = Enumerable.Range(0, 110_000).Select(row => $$"""{"RayID":"{{row}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""");
        await server.IngestAsync(string.Join('\n', lines.Append("""{"RayID":"none","EdgeStartTimestamp":"2026-11-22T10:00:01Z"}""")));

        using var response = await server.PostAsync(
            "/api/query", JsonSerializer.Serialize(new { sql = "SELECT RayID::BIGINT AS n, RayID FROM http_requests", account = "acme", export = true }), accept: accept);

        Assert.Equal(200, (int)response.StatusCode);
        if (accept is null)
            Assert.Contains("\"type\":\"error\"", (await response.Content.ReadAsStringAsync(Token)).TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        else
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_told_before_anything_was_sent()
    {
        await using var server = await ServerAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(server.Folder, "store", "accounts"), "*.parquet", SearchOption.AllDirectories).Take(1))
            await File.WriteAllBytesAsync(file, new byte[(int)new FileInfo(file).Length], Token);

        using var response = await server.PostAsync("/api/query", Body("SELECT RayID FROM http_requests"), accept: "text/csv");

        // The file is opened for its first rows, so that it is known before anything was said.
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    static async Task<RunningServer> ServerAsync()
    {
        var server = await RunningServer.StartAsync();
        await server.IngestAsync(Lines);
        return server;
    }

    static string Body(string sql) => JsonSerializer.Serialize(new { sql, account = "acme", zone = "shop" });
}
