using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Varve.Storage.S3;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>Jobs as processes of their own, several at once, over a folder and over a bucket; some of them are killed.</summary>
public sealed class PickUpProcessTests(ITestOutputHelper output)
{
    const int RowsPerObject = 25;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processes_that_are_killed_lose_nothing_and_store_nothing_twice()
    {
        const int objects = 60;
        using var folder = new TemporaryFolder();
        var source = folder.At("logpush");
        Write(source, objects);
        string[] job = ["ingest-job", "--from", $"file://{source}", "--settle", "0", "--dataset", "http_requests", "--name", "job", "--workers", "2", "--data", folder.At("data")];

        // Each round begins three processes and kills them as soon as some more objects are done.
        for (var round = 1; round <= 3; round++)
        {
            var processes = Enumerable.Range(0, 3).Select(_ => VarveProcess.Start([.. job, "--quiet"])).ToList();
            await WaitUntilAsync(() => EntriesIn(folder.At("data")) >= 4 * round || processes.All(process => process.HasExited));
            processes.ForEach(process => process.Kill());
            await Task.WhenAll(processes.Select(process => process.WaitForExitAsync(Token)));
            processes.ForEach(process => process.Dispose());
        }

        var last = await VarveProcess.RunAsync([.. job, "--json"]);
        var status = await VarveProcess.RunAsync([.. job, "--status", "--json"]);
        var counted = await VarveProcess.RunAsync(
            "query", "SELECT count(*) AS n, count(DISTINCT RayID) AS rays FROM http_requests", "--format", "ndjson", "--data", folder.At("data"));

        output.WriteLine($"{last.Output}{last.Errors}{status.Output}");
        Assert.Equal(0, last.ExitCode);
        Assert.Equal((objects, 0, 0), (status.Json.GetProperty("totals").GetProperty("objects").GetInt32(), status.Json.GetProperty("waiting").GetInt32(), status.Json.GetProperty("givenUp").GetInt32()));
        Assert.Equal($"{{\"n\":{objects * RowsPerObject},\"rays\":{objects * RowsPerObject}}}\n", counted.Output);
    }

    [Fact]
    public async Task A_job_that_watches_takes_what_comes_and_ends_in_order_when_it_is_told_to()
    {
        using var folder = new TemporaryFolder();
        var source = folder.At("in");
        Write(source, 2);
        string[] job = ["ingest-job", "--from", $"file://{source}", "--settle", "0", "--dataset", "http_requests", "--data", folder.At("data")];
        using var process = VarveProcess.Start([.. job, "--watch", "--every", "1s"]);
        await WaitUntilAsync(() => EntriesIn(folder.At("data")) > 0);
        Write(source, 3);

        // Each look writes an entry too: what counts is what the status says.
        await WaitUntilAsync(async () => (await VarveProcess.RunAsync([.. job, "--status", "--json"])).Json.GetProperty("totals").GetProperty("objects").GetInt32() == 3);
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync(Token);

        var printed = await process.StandardOutput.ReadToEndAsync(Token);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("3 objects taken in", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.GetFiles(folder.At("data", "store", "accounts", "default", "_jobs"), "*", SearchOption.AllDirectories),
            file => file.Contains("/claims/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Objects_of_one_bucket_go_into_tables_of_another_server_with_keys_of_their_own()
    {
        if (CephServer.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip(missing);
        const int objects = 12;
        await using var ceph = new CephServer();
        var endpoint = await ceph.EndpointAsync();
        await ceph.MakeBucketAsync("logs", Token);
        await ceph.MakeBucketAsync("tables", Token);
        using var source = new S3ObjectStore(
            "s3://logs/http", new S3Options { Endpoint = endpoint, AccessKeyId = CephServer.AccessKeyId, SecretAccessKey = CephServer.SecretAccessKey });
        for (var i = 0; i < objects; i++)
            await source.PutAsync(NameOf(i), ContentOf(i), Token);
        await source.PutAsync("ownership-challenge-0a1b.txt", "x"u8.ToArray(), Token);
        var environment = new Dictionary<string, string>
        {
            // Nothing answers there: whoever asks it for the source fails.
            ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9",
            ["AWS_ACCESS_KEY_ID"] = "none",
            ["AWS_SECRET_ACCESS_KEY"] = "none",
            ["VARVE_SOURCE_AWS_ENDPOINT_URL"] = endpoint,
            ["VARVE_SOURCE_AWS_ACCESS_KEY_ID"] = CephServer.AccessKeyId,
            ["VARVE_SOURCE_AWS_SECRET_ACCESS_KEY"] = CephServer.SecretAccessKey,
        };
        using var folder = new TemporaryFolder();
        string[] job = ["ingest-job", "--from", "s3://logs/http/{DATE}?region=us-east-1", "--dataset", "http_requests", "--json"];

        var here = await VarveProcess.RunAsync(null, environment, [.. job, "--data", folder.FullPath]);
        environment["AWS_ENDPOINT_URL"] = endpoint;
        environment["AWS_ACCESS_KEY_ID"] = CephServer.AccessKeyId;
        environment["AWS_SECRET_ACCESS_KEY"] = CephServer.SecretAccessKey;
        var three = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => VarveProcess.RunAsync(null, environment, [.. job, "--store", "s3://tables/varve"])));
        var again = await VarveProcess.RunAsync(null, environment, [.. job, "--store", "s3://tables/varve"]);
        var count = await VarveProcess.RunAsync(null, environment, "table", "count", "s3://tables/varve/accounts/default/zones/demo/http_requests", "--json");

        Assert.True(here.ExitCode == 0, here.Errors);
        Assert.Equal((objects, objects * RowsPerObject), (here.Json.GetProperty("done").GetInt32(), here.Json.GetProperty("records").GetInt32()));
        Assert.All(three, outcome => Assert.True(outcome.ExitCode == 0, outcome.Errors));
        Assert.Equal(objects, three.Sum(outcome => outcome.Json.GetProperty("done").GetInt32()));
        Assert.Equal((0, 0), (again.Json.GetProperty("new").GetInt32(), again.Json.GetProperty("done").GetInt32()));
        Assert.Equal(objects * RowsPerObject, count.Json.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData(2, "--from", "file:///tmp", "--once", "--watch")]
    [InlineData(2, "--from", "file:///tmp", "--every", "0")]
    [InlineData(2, "--from", "file:///tmp", "--workers", "65")]
    [InlineData(2, "--from", "file:///tmp", "--workers", "0")]
    [InlineData(2, "--from", "file:///tmp", "--since", "soon")]
    [InlineData(2, "--from", "file:///tmp", "--status", "--retry-failed")]
    [InlineData(2, "--from", "file:///tmp", "--sample-rate", "1.5")]
    [InlineData(2, "--from", "file:///tmp", "--fields", "a,b")]
    [InlineData(2, "--from", "file:///")]
    [InlineData(1, "--from", "file:///no/such/folder")]
    [InlineData(1, "--from", "ftp://x/y")]
    [InlineData(1, "--from", "file:///usr/share", "--status")]
    [InlineData(1, "--from", "file:///usr/share", "--name", "../x")]
    public async Task A_mistake_is_one_clear_line_and_an_exit_code(int exitCode, params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        var outcome = await VarveProcess.RunAsync(["ingest-job", "--dataset", "http_requests", "--data", folder.FullPath, .. arguments]);

        Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Output));
        Assert.InRange(Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Length, 20, 400);
    }

    static string NameOf(int i) => $"202611{22 + (i / 20)}/20261122T10{i:D2}00Z_20261122T10{i:D2}30Z_{i * 7919 % 997:x}.log.gz";

    static byte[] ContentOf(int i)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            for (var row = 0; row < RowsPerObject; row++)
                gzip.Write(Encoding.UTF8.GetBytes($$"""{"RayID":"{{i}}-{{row}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""" + "\n"));
        return stream.ToArray();
    }

    static void Write(string folder, int objects)
    {
        for (var i = 0; i < objects; i++)
            if (Path.Combine(folder, NameOf(i)) is var file && !File.Exists(file))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes($"{file}.tmp", ContentOf(i));
                File.Move($"{file}.tmp", file);
            }
    }

    static int EntriesIn(string data) => Directory.Exists(Path.Combine(data, "store"))
        ? Directory.GetFiles(Path.Combine(data, "store"), "*.json", SearchOption.AllDirectories).Count(file => file.Contains("/done/", StringComparison.Ordinal)) : 0;

    static Task WaitUntilAsync(Func<bool> condition) => WaitUntilAsync(() => Task.FromResult(condition()));

    static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await condition())
            await Task.Delay(50, patience.Token);
    }
}
