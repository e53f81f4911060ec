using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Varve.Ingest;
using Varve.Query;
using Varve.TestKit;

namespace Varve.Server.Tests;

/// <summary>A real server on a free port of this machine, over a folder of its own.</summary>
sealed class RunningServer : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly WebApplication _app;

    RunningServer(ServeOptions options)
    {
        _app = VarveServer.Build(options with { DataFolder = _folder.FullPath, Urls = "http://127.0.0.1:0" });
        Http = new HttpClient();
    }

    public HttpClient Http { get; }

    public string Folder => _folder.FullPath;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RunningServer> StartAsync(string? token = null, IngestLimits? ingest = null, QueryLimits? query = null, string webFolder = "none",
        string? ingestToken = null, ProtocolLimits? protocols = null, TimeSpan? progressEvery = null)
    {
        var options = new ServeOptions { Token = token, IngestToken = ingestToken, ProtocolLimits = protocols ?? new ProtocolLimits(), WebFolder = webFolder };
        var server = new RunningServer(options with { IngestLimits = ingest ?? options.IngestLimits, QueryLimits = query ?? options.QueryLimits, ProgressEvery = progressEvery ?? options.ProgressEvery });
        await server._app.StartAsync(Cancellation);
        server.Http.BaseAddress = new Uri(server._app.Urls.Single());
        return server;
    }

    public async Task<JsonElement> IngestAsync(string ndjson, string path = "acme/shop/http_requests")
    {
        using var response = await Http.PostAsync($"/api/ingest/{path}", new StringContent(ndjson, Encoding.UTF8, "application/x-ndjson"), Cancellation);
        Assert.Equal(200, (int)response.StatusCode);
        return await ReadAsync(response);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body, string contentType = "application/json", string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    public async Task<IReadOnlyList<JsonElement>> FramesAsync(string sql, string account = "acme", string? zone = "shop")
    {
        using var response = await PostAsync("/api/query", JsonSerializer.Serialize(new { sql, account, zone }));
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>The values of a query's rows, row by row.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        var frames = await FramesAsync(sql);
        Assert.Equal("done", frames[^1].GetProperty("type").GetString());
        return [.. frames.Where(frame => frame.GetProperty("type").GetString() == "rows").SelectMany(frame =>
        {
            var columns = frame.GetProperty("columns").EnumerateArray().Select(column => column.EnumerateArray().ToList()).ToList();
            return Enumerable.Range(0, frame.GetProperty("count").GetInt32()).Select(row => string.Join(" | ", columns.Select(column => column[row].ToString())));
        })];
    }

    /// <summary>Sends bytes as an agent puts them on the wire, and reads the answer. In the head, <c>{host}</c> and <c>{length}</c> stand for what they say.</summary>
    public async Task<RawAnswer> SendRawAsync(string head, byte[] body)
    {
        var address = Http.BaseAddress!;
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancellation);
        await using var stream = client.GetStream();
        var text = head.ReplaceLineEndings("\r\n").Replace("{host}", address.Authority, StringComparison.Ordinal)
            .Replace("{length}", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n\r\n"), Cancellation);
        await stream.WriteAsync(body, Cancellation);
        return await RawAnswer.ReadAsync(stream, isHead: head.StartsWith("HEAD", StringComparison.Ordinal), Cancellation);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path, Cancellation);
        Assert.Equal(200, (int)response.StatusCode);
        return await ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
