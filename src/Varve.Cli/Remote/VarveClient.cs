using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest;
using Varve.Query;
using Varve.Storage;

namespace Varve.Cli.Remote;

/// <summary>A running server, spoken to over its HTTP API.</summary>
sealed class VarveClient : IDisposable
{
    readonly HttpClient _http;

    public VarveClient(string address, string? token)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
            throw new UsageException($"--server '{address}' is no address: write it like http://127.0.0.1:8080.");
        _http = new HttpClient { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan };
        if (token is { Length: > 0 })
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Sends one file's content.</summary>
    public async Task<IngestOutcome> IngestAsync(IngestTarget target, Stream content, CancellationToken cancellationToken)
    {
        using var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var zone = target.Dataset.Scope == DatasetScope.Account ? "-" : target.Zone;
        var path = $"/api/ingest/{Uri.EscapeDataString(target.Account)}/{Uri.EscapeDataString(zone)}/{target.Dataset.Name}";
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = body }, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var version = answer.GetProperty("version");
        return new IngestOutcome(
            answer.GetProperty("accepted").GetInt64(), answer.GetProperty("rejected").GetInt64(),
            version.ValueKind == JsonValueKind.Null ? null : version.GetInt64(), Bytes: 0,
            [.. answer.GetProperty("rejects").EnumerateArray().Select(reject => new RejectedLine(reject.GetProperty("line").GetInt64(), reject.GetProperty("reason").GetString()!))]);
    }

    /// <summary>The dataset of this name, built in or declared by the account.</summary>
    public async Task<Dataset> FindDatasetAsync(string account, string name, CancellationToken cancellationToken)
    {
        if (DatasetCatalog.BuiltIn.Find(name) is { } builtIn)
            return builtIn;
        var answer = await CallAsync(
            HttpMethod.Get, $"/api/datasets/{Uri.EscapeDataString(name)}?account={Uri.EscapeDataString(account)}", content: null, cancellationToken);
        return DatasetDefinition.Parse(JsonSerializer.SerializeToUtf8Bytes(answer)).Build();
    }

    /// <summary>A call with JSON both ways.</summary>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, JsonElement? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content is { } json ? JsonContent.Create(json) : null };
        using var response = await SendAsync(request, cancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    /// <summary>Starts a query; the answer has its columns and gives its rows as they come.</summary>
    public async Task<RemoteAnswer> QueryAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var body = JsonContent.Create(new { sql = request.Sql, account = request.Account, zone = request.Zone, from = request.From, to = request.To });
        var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/query") { Content = body }, cancellationToken);
        return await RemoteAnswer.OpenAsync(response, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException fault)
        {
            throw new VarveException(FaultKind.Unavailable, $"The server {_http.BaseAddress} does not answer: {fault.Message}", fault);
        }

        if (response.IsSuccessStatusCode)
            return response;
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        response.Dispose();
        throw Fault(text, (int)response.StatusCode);
    }

    static VarveException Fault(string body, int status)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            var root = problem.RootElement;
            int? position = root.TryGetProperty("position", out var at) ? at.GetInt32() : null;
            return new VarveException(FaultKind.Invalid, root.GetProperty("detail").GetString()!)
            {
                Detail = new FaultDetail(root.GetProperty("code").GetString()!, position),
            };
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new VarveException(FaultKind.Unavailable, $"The server answered with status {status}. Is its address right?");
        }
    }
}
