using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Varve.Load;

/// <summary>A server in a process of its own, and what that process has used.</summary>
sealed class ServerUnderLoad : IAsyncDisposable
{
    readonly Process _process;
    readonly HttpClient _http;

    ServerUnderLoad(Process process, string address)
    {
        _process = process;
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Seconds of processor that the server has used.</summary>
    public double ProcessorSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    public static async Task<ServerUnderLoad> StartAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "varve.dll"), "serve", "--data", folder, "--urls", "http://127.0.0.1:0", "--maintenance", "false", .. options])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line.Contains("http://", StringComparison.Ordinal))
            {
                _ = DrainAsync(process);
                return new ServerUnderLoad(process, line[line.LastIndexOf("http://", StringComparison.Ordinal)..].Trim());
            }

        throw new InvalidOperationException("The server did not start.");
    }

    /// <summary>Posts a body; the key makes it a batch of its own. Tries again when it is told to come later.</summary>
    public async Task<double> PostAsync(byte[] body, string key)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentEncoding.Add("gzip");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ingest/default/demo/http_requests") { Content = content };
            request.Headers.Add("Idempotency-Key", key);
            using var response = await _http.SendAsync(request);
            if (response.StatusCode == System.Net.HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
                continue;
            }

            response.EnsureSuccessStatusCode();
            return watch.Elapsed.TotalMilliseconds;
        }
    }

    /// <summary>How many records a condition is true of.</summary>
    public async Task<long> CountAsync(string where)
    {
        var path = $"/client/v4/zones/demo/logs/explorer/query/sql?query={Uri.EscapeDataString($"SELECT count(*) AS n FROM http_requests WHERE {where}")}";
        using var answer = JsonDocument.Parse(await _http.GetStringAsync(path));
        return answer.RootElement.GetProperty("result")[0].GetProperty("n").GetInt64();
    }

    /// <summary>Megabytes of memory: at this moment, and at most so far.</summary>
    public (double Now, double Peak) Memory()
    {
        var lines = File.ReadAllLines($"/proc/{_process.Id}/status");
        double Of(string name) => long.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
        return (Of("VmRSS:"), Of("VmHWM:"));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    static async Task DrainAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is not null)
        {
        }
    }
}
