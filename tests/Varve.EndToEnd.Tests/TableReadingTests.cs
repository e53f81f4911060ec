using System.Text;
using System.Text.Json;
using Varve.Delta;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>The commands that read any table, as a person runs them.</summary>
public sealed class TableReadingTests(ITestOutputHelper output)
{
    const string Lines = """
        {"RayID":"a1","ClientIP":"192.0.2.1","EdgeStartTimestamp":"2026-11-21T10:00:00Z","EdgeResponseStatus":200}
        {"RayID":"a2","ClientIP":"192.0.2.2","EdgeStartTimestamp":"2026-11-22T10:00:00Z","EdgeResponseStatus":403}
        {"RayID":"a3","ClientIP":"192.0.2.3","EdgeStartTimestamp":"2026-11-22T11:00:00Z","EdgeResponseStatus":500}
        """;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_condition_is_counted_and_read_with_file_skipping()
    {
        using var folder = new TemporaryFolder();
        var table = await IngestAsync(folder);

        var all = await VarveProcess.RunAsync("table", "count", table);
        var some = await VarveProcess.RunAsync("table", "count", table, "--where", "EdgeResponseStatus >= 403 AND date = '2026-11-22'", "--json");
        var one = await VarveProcess.RunAsync("table", "count", table, "--where", "RayID = 'a2'", "--json");
        var read = await VarveProcess.RunAsync(
            "table", "read", "file://" + table, "--where", "EdgeStartTimestamp > '2026-11-22T10:00:00Z'", "--columns", "EdgeResponseStatus, RayID", "--format", "rows");

        Assert.Equal((0, "3\n"), (all.ExitCode, all.Output));
        Assert.Equal((2, 1, 1), (Number(some, "count"), Number(some, "filesSkipped"), Number(some, "filesByMetadata")));
        Assert.Equal((1, 2), (Number(one, "count"), Number(one, "filesTotal")));
        Assert.Equal("""{"EdgeResponseStatus":500,"RayID":"a3"}""" + "\n", read.Output);
    }

    [Fact]
    public async Task A_version_is_named_by_its_number_or_by_a_time()
    {
        using var folder = new TemporaryFolder();
        var table = await IngestAsync(folder);
        var history = await VarveProcess.RunAsync("table", "history", "--dataset", "http_requests", "--data", folder.FullPath, "--json");
        var first = history.Json[1].GetProperty("timestamp").GetString()!;

        var byNumber = await VarveProcess.RunAsync("table", "count", table, "--version", "0");
        var byTime = await VarveProcess.RunAsync("table", "describe", table, "--timestamp", first, "--json");
        var both = await VarveProcess.RunAsync("table", "read", table, "--version", "0", "--timestamp", first);
        var early = await VarveProcess.RunAsync("table", "count", table, "--timestamp", "2001-01-01");
        var noTime = await VarveProcess.RunAsync("table", "count", table, "--timestamp", "yesterday");

        Assert.Equal("0\n", byNumber.Output);
        Assert.Equal((0, 0), (Number(byTime, "version"), Number(byTime, "rowCount")));
        Assert.Contains("inCommitTimestamp", byTime.Json.GetProperty("features").EnumerateArray().Select(feature => feature.GetString()));
        AssertRefused(both, 2, "--version and --timestamp both name a version");
        AssertRefused(early, 1, "2001-01-01");
        AssertRefused(noTime, 2, "'yesterday' is no time");
    }

    [Theory]
    [InlineData("nope = 1", "there is no column nope")]
    [InlineData("EdgeResponseStatus = ", "a value is expected, not the end")]
    public async Task A_condition_that_is_wrong_is_refused_with_its_place(string condition, string message)
    {
        using var folder = new TemporaryFolder();
        var table = await IngestAsync(folder);

        AssertRefused(await VarveProcess.RunAsync("table", "count", table, "--where", condition), 1, message);
    }

    [Theory]
    [Trait("category", "conformance")]
    [InlineData("trino/databricks73__person", "00000000000000000010.json line 1")]
    [InlineData("delta-kernel-java/basic_catalog_managed", "'catalogManaged'")]
    [InlineData("delta-golden/spark-variant-checkpoint", "'variantType-preview'")]
    [InlineData("delta-golden/deltalog-state-reconstruction-without-metadata", "metaData")]
    [InlineData("trino/deltalake__type_widening_unsupported", "no widening")]
    [InlineData("delta-golden/no-delta-log-folder", "_delta_log")]
    public async Task A_table_that_cannot_be_read_is_refused_in_one_sentence(string name, string reason)
    {
        var folder = TestData.At(["delta", .. name.Split('/'), "delta"]);
        Assert.SkipWhen(folder is null, TestData.Missing);

        foreach (var command in (string[])["read", "count", "describe"])
            AssertRefused(await VarveProcess.RunAsync("table", command, folder), 1, reason);
    }

    [Fact]
    public async Task A_table_in_a_bucket_is_read_by_its_address()
    {
        if (CephServer.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip(missing);
        await using var ceph = new CephServer();
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = await ceph.EndpointAsync(),
            ["AWS_ACCESS_KEY_ID"] = CephServer.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = CephServer.SecretAccessKey,
        };
        await ceph.MakeBucketAsync("logs", Token);
        using var folder = new TemporaryFolder();
        await VarveProcess.RunAsync(
            Encoding.UTF8.GetBytes(Lines), environment, "ingest", "-", "--dataset", "http_requests", "--store", "s3://logs/all", "--data", folder.FullPath);

        var count = await VarveProcess.RunAsync(
            input: null, environment, "table", "count", "s3://logs/all/accounts/default/zones/demo/http_requests/", "--where", "RayID <> 'a1'");
        var bucket = await VarveProcess.RunAsync(input: null, environment, "table", "count", "s3://logs");

        Assert.Equal((0, "2\n"), (count.ExitCode, count.Output));
        AssertRefused(bucket, 1, "is a whole bucket");
    }

    /// <summary>Every table that must not be opened, in this process: the reason is one line.</summary>
    [Fact]
    [Trait("category", "conformance")]
    public async Task Every_table_that_must_be_refused_is_refused_in_one_line()
    {
        var root = TestData.At("delta");
        Assert.SkipWhen(root is null, TestData.Missing);
        var refused = 0;
        foreach (var file in Directory.EnumerateFiles(root, "expected.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(file, Token));
            if (expected.RootElement.GetProperty("expect").GetString() == "ok")
                continue;
            var store = new LocalObjectStore(Path.GetDirectoryName(file)!);
            var fault = await Record.ExceptionAsync(async () => Assert.Null(await DeltaTable.OpenAsync(store, "delta", null, null, Token)));
            if (fault is not null)
                Assert.DoesNotContain('\n', Assert.IsType<VarveException>(fault).Message);
            output.WriteLine($"{Path.GetRelativePath(root, file)}: {fault?.Message ?? "no table"}");
            refused++;
        }

        Assert.NotEqual(0, refused);
    }

    static int Number(VarveProcess.Outcome outcome, string name) => outcome.Json.GetProperty(name).GetInt32();

    static void AssertRefused(VarveProcess.Outcome outcome, int exitCode, string reason)
    {
        Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(reason, outcome.Errors, StringComparison.Ordinal);
        Assert.Single(outcome.Errors.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
    }

    static async Task<string> IngestAsync(TemporaryFolder folder)
    {
        await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Lines), "ingest", "-", "--dataset", "http_requests", "--data", folder.FullPath);
        return Path.Combine(folder.FullPath, "store", "accounts", "default", "zones", "demo", "http_requests");
    }
}
