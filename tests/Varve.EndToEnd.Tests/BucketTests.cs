using System.Text;
using System.Text.Json;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>The program over a bucket, with what it needs to know in the environment.</summary>
public sealed class BucketTests
{
    const string Line = """{"RayID":"a1","ClientIP":"192.0.2.1","EdgeStartTimestamp":"2026-11-22T10:00:00Z","EdgeResponseStatus":200}""";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_go_into_a_bucket_and_are_found_there()
    {
        if (CephServer.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip(missing);
        await using var ceph = new CephServer();
        var endpoint = await ceph.EndpointAsync();
        using var folder = new TemporaryFolder();
        string[] where = ["--dataset", "http_requests", "--store", "s3://logs/team a", "--data", folder.FullPath];

        var early = await RunAsync(endpoint, ["ingest", "-", .. where]);
        await ceph.MakeBucketAsync("logs", Token);
        var first = await RunAsync(endpoint, ["ingest", "-", .. where, "--json"]);
        var second = await RunAsync(endpoint, ["ingest", "-", .. where, "--again", "--json"]);
        var history = await RunAsync(endpoint, ["table", "history", .. where, "--json"]);
        string[] query = ["query", "SELECT RayID, count(*) AS n FROM http_requests GROUP BY RayID", .. where[2..], "--format", "csv"];
        var cold = await RunAsync(endpoint, query);
        var hot = await RunAsync(endpoint, query);

        Assert.Equal(1, early.ExitCode);
        Assert.Contains("there is no bucket 'logs'. Make it", early.Errors, StringComparison.Ordinal);
        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.Equal([1, 2], [first.Json.GetProperty("version").GetInt32(), second.Json.GetProperty("version").GetInt32()]);
        Assert.Equal(["WRITE", "WRITE", "CREATE TABLE"], history.Json.EnumerateArray().Select(commit => commit.GetProperty("operation").GetString()!));
        Assert.Equal((0, "RayID,n\r\na1,2\r\n"), (cold.ExitCode, cold.Output));
        Assert.Equal((0, cold.Output), (hot.ExitCode, hot.Output));
        Assert.Matches(@"all 2 files read\. [1-9][0-9]* bytes came in 4 requests, 0 were here\. Complete", cold.Errors);
        // Another process asks once for each file whether it is still the same.
        Assert.Matches(@"all 2 files read\. 0 bytes came in 2 requests, [1-9][0-9]* were here\. Complete", hot.Errors);
    }

    [Fact]
    public async Task A_server_over_a_bucket_reads_of_it_what_a_question_needs_and_keeps_it()
    {
        if (CephServer.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip(missing);
        await using var ceph = new CephServer();
        await using var proxy = await S3Proxy.StartAsync(await ceph.EndpointAsync(), static _ => S3Fate.Forward);
        await ceph.MakeBucketAsync("logs", Token);
        using var folder = new TemporaryFolder();
        string[] where = ["--store", "s3://logs", "--data", folder.FullPath];
        for (var day = 1; day <= 3; day++)
        {
            var records = await VarveProcess.RunAsync("generate", "--dataset", "http_requests", "--rows", "20000", "--seed", $"{day}", "--start", $"2026-11-0{day}T00:00:00Z", "--hours", "23");
            await RunAsync(proxy.Endpoint, ["ingest", "-", "--dataset", "http_requests", .. where], records.Output);
        }

        await using var server = await ServerProcess.StartAsync(folder.FullPath, EnvironmentOf(proxy.Endpoint), "--store", "s3://logs", "--maintenance", "false");
        var all = await AskAsync(proxy, server, "SELECT count(*) AS n, max(RayID) AS ray FROM http_requests WHERE date = '2026-11-02'");
        var ray = all.Rows[1];
        var lookUp = await AskAsync(proxy, server, $"SELECT * FROM http_requests WHERE RayID = '{ray}' AND date = '2026-11-02'");
        var again = await AskAsync(proxy, server, $"SELECT * FROM http_requests WHERE RayID = '{ray}' AND date = '2026-11-02' LIMIT 7");
        var known = await AskAsync(proxy, server, $"SELECT * FROM http_requests WHERE RayID = '{ray}' AND date = '2026-11-02' LIMIT 7");
        var latest = await AskAsync(proxy, server, "SELECT EdgeStartTimestamp, RayID, ClientIP, EdgeResponseStatus FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 100");

        TestContext.Current.TestOutputHelper?.WriteLine($"count {all}\nlook-up {lookUp}\nlatest {latest}");
        Assert.Equal("20000", all.Rows[0]);
        Assert.Contains(ray, lookUp.Rows);
        Assert.Equal((0, lookUp.Rows.Count), (again.Reads, again.Rows.Count));
        Assert.Equal((0, 0L, lookUp.Rows.Count), (known.Reads, known.Bytes, known.Rows.Count));
        Assert.InRange(all.Reads, 1, 4);
        Assert.InRange(lookUp.Reads, 1, 4);
        Assert.InRange(all.Bytes + lookUp.Bytes, 1, all.BytesTotal / 2);
        Assert.InRange(latest.Bytes, 1, all.BytesTotal * 3 / 4);
        Assert.InRange(latest.Reads, 1, 20);
    }

    [Fact]
    public async Task A_server_that_is_killed_while_it_fetches_answers_rightly_when_it_is_started_again()
    {
        if (CephServer.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip(missing);
        const string Sql = "SELECT count(*) AS n, count(DISTINCT RayID) AS rays, sum(ClientSrcPort) AS ports, max(ClientRequestURI) AS uri FROM http_requests";
        await using var ceph = new CephServer();
        await ceph.MakeBucketAsync("logs", Token);
        using var folder = new TemporaryFolder();
        string[] where = ["--store", "s3://logs", "--data", folder.FullPath];
        var endpoint = await ceph.EndpointAsync();
        for (var day = 1; day <= 3; day++)
        {
            var records = await VarveProcess.RunAsync("generate", "--dataset", "http_requests", "--rows", "5000", "--seed", $"{day}", "--start", $"2026-11-0{day}T00:00:00Z", "--hours", "23");
            await RunAsync(endpoint, ["ingest", "-", "--dataset", "http_requests", .. where], records.Output);
        }

        using var other = new TemporaryFolder();
        var expected = await RunAsync(endpoint, ["query", Sql, "--store", "s3://logs", "--data", other.FullPath, "--format", "csv"]);
        for (var reads = 1; reads <= 7; reads += 2)
        {
            var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var (seen, most) = (0, reads);
            await using var proxy = await S3Proxy.StartAsync(endpoint, call =>
            {
                if (call.Method != "GET" || !IsDataFile(call.Target) || Interlocked.Increment(ref seen) <= most)
                    return S3Fate.Forward;
                arrived.TrySetResult();
                return S3Fate.Hang;
            });
            await using (var server = await ServerProcess.StartAsync(folder.FullPath, EnvironmentOf(proxy.Endpoint), "--store", "s3://logs", "--maintenance", "false"))
            {
                using var client = new HttpClient();
                var asking = client.PostAsync($"{server.Address}/api/query", new StringContent($$"""{"sql":"{{Sql}}"}""", Encoding.UTF8, "application/json"), Token);
                await Task.WhenAny(arrived.Task, asking);
                await server.KillAsync();
                await asking.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
            }

            var answer = await RunAsync(endpoint, ["query", Sql, .. where, "--format", "csv"]);
            Assert.Equal((0, expected.Output), (answer.ExitCode, answer.Output));
        }
    }

    [Theory]
    [InlineData("serve", "--urls", "http://127.0.0.1:0")]
    [InlineData("ingest", "-", "--dataset", "http_requests")]
    public async Task A_server_that_ignores_the_condition_of_a_put_is_refused(params string[] command)
    {
        await using var server = await S3Proxy.StartAsync(server: null, _ => S3Fate.Answer(200, ""));
        using var folder = new TemporaryFolder();

        var outcome = await RunAsync(server.Endpoint, [.. command, "--store", "s3://logs", "--data", folder.FullPath]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("The store s3://logs cannot hold tables: its server ignores If-None-Match", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(["PUT", "PUT", "DELETE"], server.Calls.Select(call => call.Method));
    }

    /// <summary>The values of the rows one after the other, and what the answer took: requests for data files as the bucket saw them, bytes as the answer says.</summary>
    sealed record Asked(IReadOnlyList<string> Rows, int Reads, long Bytes, long BytesTotal)
    {
        public override string ToString() => $"{Reads} reads, {Bytes} of {BytesTotal} bytes";
    }

    static async Task<Asked> AskAsync(S3Proxy proxy, ServerProcess server, string sql)
    {
        var before = proxy.Calls.Count;
        using var client = new HttpClient();
        using var body = new StringContent(JsonSerializer.Serialize(new { sql }), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync($"{server.Address}/api/query", body, Token);
        var frames = (await response.Content.ReadAsStringAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal("done", frames[^1].GetProperty("type").GetString());
        var coverage = frames[^1].GetProperty("coverage");
        return new Asked(
            [.. frames.Where(frame => frame.GetProperty("type").GetString() == "rows").SelectMany(frame => frame.GetProperty("columns").EnumerateArray())
                .SelectMany(column => column.EnumerateArray()).Select(value => value.ToString())],
            proxy.Calls.Skip(before).Count(call => call.Method == "GET" && IsDataFile(call.Target)),
            coverage.GetProperty("fetched").GetProperty("bytes").GetInt64(), coverage.GetProperty("bytesTotal").GetInt64());
    }

    static bool IsDataFile(string target) =>
        target.Contains(".parquet", StringComparison.Ordinal) && !target.Contains("_varve_index", StringComparison.Ordinal) && !target.Contains("_delta_log", StringComparison.Ordinal);

    static Task<VarveProcess.Outcome> RunAsync(string endpoint, string[] arguments, string input = Line) =>
        VarveProcess.RunAsync(Encoding.UTF8.GetBytes(input), EnvironmentOf(endpoint), arguments);

    internal static Dictionary<string, string> EnvironmentOf(string endpoint) => new()
    {
        ["AWS_ENDPOINT_URL"] = endpoint,
        ["AWS_ACCESS_KEY_ID"] = CephServer.AccessKeyId,
        ["AWS_SECRET_ACCESS_KEY"] = CephServer.SecretAccessKey,
    };
}
