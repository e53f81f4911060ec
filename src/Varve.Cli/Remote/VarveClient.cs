using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest;
using Varve.Ingest.Formats;
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

    /// <summary>Sends one batch, as it is, and again from its beginning when the server could not take it.</summary>
    /// <param name="batch">What it is; its target's source is not sent.</param>
    /// <param name="open">Opens the content at its beginning; called for each attempt.</param>
    /// <param name="retry">When it is sent again.</param>
    /// <param name="cancellationToken">Ends it; whether the batch is stored is not known then.</param>
    public async Task<IngestOutcome> IngestAsync(IngestRequest batch, Func<Stream> open, IngestRetry retry, CancellationToken cancellationToken)
    {
        using var response = await retry.SendAsync(() => _http.SendAsync(ToMessage(batch, open()), HttpCompletionOption.ResponseHeadersRead, cancellationToken), $"{_http.BaseAddress}", cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw await FaultAsync(response, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var version = answer.GetProperty("version");
        return new IngestOutcome(
            answer.GetProperty("accepted").GetInt64(), answer.GetProperty("rejected").GetInt64(),
            version.ValueKind == JsonValueKind.Null ? null : version.GetInt64(), Bytes: 0,
            [.. answer.GetProperty("rejects").EnumerateArray().Select(reject => new RejectedLine(reject.GetProperty("line").GetInt64(), reject.GetProperty("reason").GetString()!))])
        {
            Filtered = answer.TryGetProperty("filtered", out var filtered) ? filtered.GetInt64() : 0,
            Repeated = answer.TryGetProperty("repeated", out var repeated) && repeated.ValueKind == JsonValueKind.True,
        };
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
    /// <param name="request">The query.</param>
    /// <param name="rerun">The rerun id of an answer, whose rows are wanted again in the place of the query's; null when there is none.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<RemoteAnswer> QueryAsync(QueryRequest request, string? rerun, Action<QueryProgress>? progress, CancellationToken cancellationToken)
    {
        var content = rerun is null ? BodyOf(request) : JsonContent.Create(new { rerun, export = request.IsExport, maxBytes = request.BytesExpectedMax });
        var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/query") { Content = content }, cancellationToken);
        return await RemoteAnswer.OpenAsync(response, progress, cancellationToken);
    }

    /// <summary>What a query would read.</summary>
    public async Task<JsonElement> EstimateAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/query/estimate") { Content = BodyOf(request) };
        using var response = await SendAsync(message, cancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    static JsonContent BodyOf(QueryRequest request) => JsonContent.Create(new
    {
        sql = request.Sql, account = request.Account, zone = request.Zone, from = request.From, to = request.To, @params = request.Parameters,
        asOf = request.AsOf?.ToString(), export = request.IsExport, maxBytes = request.BytesExpectedMax,
    });

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
        using (response)
            throw await FaultAsync(response, cancellationToken);
    }

    static HttpRequestMessage ToMessage(IngestRequest batch, Stream content)
    {
        var target = batch.Target;
        var zone = target.Dataset.Scope == DatasetScope.Account ? "-" : target.Zone;
        var parameters = new List<string>();
        if (batch.Format != BodyFormat.Auto)
            parameters.Add($"format={batch.Format.ToString().ToLowerInvariant()}");
        if (batch.FieldNames is { } names)
            parameters.Add($"fields={Uri.EscapeDataString(string.Join(',', names))}");
        if (batch.SampleRate is { } rate)
            parameters.Add(string.Create(CultureInfo.InvariantCulture, $"sample_rate={rate:R}"));
        var path = $"/api/ingest/{Uri.EscapeDataString(target.Account)}/{Uri.EscapeDataString(zone)}/{Uri.EscapeDataString(target.Dataset.Name)}";
        var message = new HttpRequestMessage(HttpMethod.Post, parameters.Count == 0 ? path : $"{path}?{string.Join('&', parameters)}")
        {
            Content = new StreamContent(content),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (batch.BatchKey is { } key)
            message.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return message;
    }

    static async Task<VarveException> FaultAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        Fault(await response.Content.ReadAsStringAsync(cancellationToken), (int)response.StatusCode);

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
