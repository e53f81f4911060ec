using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Varve.Generator;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>A server that many send to, killed or kept busy: what it answered with success is there, once.</summary>
public sealed class AcknowledgedTests(ITestOutputHelper output)
{
    const int Senders = 8;
    const int RowsPerBatch = 20;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_killed_under_load_keeps_what_it_acknowledged_and_takes_the_rest_again_once()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(20261201);
        var acknowledged = new ConcurrentDictionary<int, bool>();
        var (next, sent) = (0, new ConcurrentQueue<int>());
        for (var round = 1; round <= 4; round++)
        {
            await using var server = await ServerProcess.StartAsync(folder.FullPath);
            using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
            Assert.Equal((acknowledged.Count, acknowledged.Count), await StoredAmongAsync(http, acknowledged.Keys));

            // First what was left without an answer, and some that had one; then new ones, until the server is killed among them.
            foreach (var doubtful in Enumerable.Range(0, next).Where(batch => !acknowledged.ContainsKey(batch) || random.Next(4) == 0))
                sent.Enqueue(doubtful);
            var until = acknowledged.Count + 30 + random.Next(30);
            var senders = Enumerable.Range(0, Senders).Select(_ => Task.Run(() => SendUntilItDiesAsync(http), Token)).ToList();
            while (acknowledged.Count < until)
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
            await server.KillAsync();
            await Task.WhenAll(senders);
        }

        await using var last = await ServerProcess.StartAsync(folder.FullPath);
        using var client = new HttpClient { BaseAddress = new Uri(last.Address) };
        var inDoubt = next - acknowledged.Count;
        for (var batch = 0; batch < next; batch++)
            using (var response = await PostAsync(client, batch))
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        output.WriteLine($"{next} batches sent, {acknowledged.Count} acknowledged, {inDoubt} in doubt.");
        Assert.InRange(inDoubt, 1, 4 * Senders);
        Assert.Equal((next, next), await StoredAmongAsync(client, Enumerable.Range(0, next)));

        async Task SendUntilItDiesAsync(HttpClient http)
        {
            while (true)
            {
                var batch = sent.TryDequeue(out var doubtful) ? doubtful : Interlocked.Increment(ref next) - 1;
                try
                {
                    using var response = await PostAsync(http, batch);
                    if (response.StatusCode == HttpStatusCode.OK)
                        acknowledged[batch] = true;
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task A_server_that_takes_all_it_can_stays_small_and_stores_everything()
    {
        // The short form of the hour that bench/Varve.Load runs: more senders than there is room for at once, half of them with few large bodies.
        const int seconds = 20;
        await using var server = await ServerProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.Address), Timeout = TimeSpan.FromMinutes(2) };
        var bodies = new[] { Traffic(500), Traffic(30_000) };
        var (stored, busy, number) = (0L, 0, 0);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        end.CancelAfter(TimeSpan.FromSeconds(seconds));

        await Task.WhenAll(Enumerable.Range(0, 3 * Senders).Select(sender => Task.Run(
            async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    using var content = new ByteArrayContent(bodies[sender % 2].Gzip);
                    using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ingest/default/demo/http_requests") { Content = content };
                    request.Headers.Add("Idempotency-Key", $"{Interlocked.Increment(ref number)}");
                    using var response = await http.SendAsync(request, Token);
                    if (response.StatusCode == HttpStatusCode.TooManyRequests)
                    {
                        Interlocked.Increment(ref busy);
                        Assert.NotNull(response.Headers.RetryAfter);
                        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
                        continue;
                    }

                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                    Interlocked.Add(ref stored, bodies[sender % 2].Records);
                }
            },
            Token)));

        output.WriteLine($"{stored} records, {busy} times busy, at most {server.PeakMemory >> 20} MB.");
        Assert.Equal(stored, await CountAsync(http, "SELECT count(*) AS n FROM http_requests"));
        Assert.InRange(server.PeakMemory >> 20, 1, 1_000);
    }

    static (byte[] Gzip, int Records) Traffic(int records)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            new TrafficGenerator(new TrafficOptions { Requests = records, Seed = 7, Start = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero) })
                .Write(TrafficDataset.HttpRequests, gzip, Token);
        return (stream.ToArray(), records);
    }

    static Task<HttpResponseMessage> PostAsync(HttpClient http, int batch)
    {
        var lines = string.Concat(Enumerable.Range(0, RowsPerBatch).Select(row => $$"""{"RayID":"{{batch}}-{{row}}","ClientRequestHost":"{{batch}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""" + "\n"));
        return http.PostAsync("/api/ingest/default/demo/http_requests", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"), Token);
    }

    /// <summary>How many of the batches are stored, and how many would be by their records: equal when none is stored in part or twice.</summary>
    static async Task<(int Batches, double ByRecords)> StoredAmongAsync(HttpClient http, IEnumerable<int> batches)
    {
        var wanted = batches.Select(batch => $"{batch}").ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0)
            return (0, 0);
        var rows = (await QueryAsync(http, "SELECT ClientRequestHost AS batch, count(*) AS n, count(DISTINCT RayID) AS rays FROM http_requests GROUP BY 1"))
            .EnumerateArray().Where(row => wanted.Contains(row.GetProperty("batch").GetString()!)).ToList();
        Assert.All(rows, row => Assert.Equal((RowsPerBatch, RowsPerBatch), (row.GetProperty("n").GetInt32(), row.GetProperty("rays").GetInt32())));
        return (rows.Count, rows.Sum(row => row.GetProperty("n").GetInt32()) / (double)RowsPerBatch);
    }

    static async Task<long> CountAsync(HttpClient http, string sql) => (await QueryAsync(http, sql))[0].GetProperty("n").GetInt64();

    static async Task<JsonElement> QueryAsync(HttpClient http, string sql) =>
        (await http.GetFromJsonAsync<JsonElement>($"/client/v4/zones/demo/logs/explorer/query/sql?query={Uri.EscapeDataString(sql)}", Token)).GetProperty("result");
}
