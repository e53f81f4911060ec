using System.Text;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>The program over a bucket, with what it needs to know in the environment.</summary>
public sealed class BucketTests
{
    const string Line = """{"RayID":"a1","ClientIP":"192.0.2.1","EdgeStartTimestamp":"2026-11-22T10:00:00Z","EdgeResponseStatus":200}""";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_go_into_a_bucket_and_a_query_says_that_it_cannot_read_them_there()
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
        var query = await RunAsync(endpoint, ["query", "SELECT RayID FROM http_requests", .. where[2..]]);

        Assert.Equal(1, early.ExitCode);
        Assert.Contains("there is no bucket 'logs'. Make it", early.Errors, StringComparison.Ordinal);
        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.Equal([1, 2], [first.Json.GetProperty("version").GetInt32(), second.Json.GetProperty("version").GetInt32()]);
        Assert.Equal(["WRITE", "WRITE", "CREATE TABLE"], history.Json.EnumerateArray().Select(commit => commit.GetProperty("operation").GetString()!));
        Assert.Equal(1, query.ExitCode);
        Assert.Contains("The store s3://logs/team a is no folder of this machine, and this version queries local folders only", query.Errors, StringComparison.Ordinal);
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

    static Task<VarveProcess.Outcome> RunAsync(string endpoint, string[] arguments) => VarveProcess.RunAsync(
        Encoding.UTF8.GetBytes(Line),
        new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = endpoint,
            ["AWS_ACCESS_KEY_ID"] = CephServer.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = CephServer.SecretAccessKey,
        },
        arguments);
}
