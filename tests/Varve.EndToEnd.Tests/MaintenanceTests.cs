using System.Text;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>What looks after tables, as commands.</summary>
public sealed class MaintenanceTests
{
    static readonly string[] Table = ["--dataset", "http_requests", "--data"];

    [Fact]
    public async Task Days_that_are_over_are_merged_and_rules_are_set_kept_and_told()
    {
        using var folder = new TemporaryFolder();
        for (var file = 0; file < 3; file++)
            await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Line($"a{file}", "2025-01-01") + Line($"b{file}", "2026-11-22")), ["ingest", "-", .. Table, folder.FullPath]);

        var merged = await VarveProcess.RunAsync("maintain", "--once", "--data", folder.FullPath, "--json");
        var again = await VarveProcess.RunAsync("maintain", "--once", "--data", folder.FullPath);
        var retention = await VarveProcess.RunAsync(["table", "retention", "36500d", "--reason", "policy 7", .. Table, folder.FullPath]);
        var hold = await VarveProcess.RunAsync(["table", "hold", "case-1", "--where", "RayID = 'a1'", "--reason", "court", "--who", "ann", .. Table, folder.FullPath]);
        var refused = await VarveProcess.RunAsync(["table", "erase", "--where", "RayID IN ('a1', 'b1')", "--reason", "request", .. Table, folder.FullPath]);
        await VarveProcess.RunAsync(["table", "release", "case-1", "--reason", "settled", .. Table, folder.FullPath]);
        var told = await VarveProcess.RunAsync(["table", "erase", "--where", "RayID IN ('a1', 'b1')", "--dry-run", .. Table, folder.FullPath]);
        var erased = await VarveProcess.RunAsync(["table", "erase", "--where", "RayID IN ('a1', 'b1')", "--reason", "request", "--json", .. Table, folder.FullPath]);
        var emptied = await VarveProcess.RunAsync(["table", "empty", "--reason", "move", .. Table, folder.FullPath]);
        var answer = await VarveProcess.RunAsync("query", "SELECT RayID FROM http_requests ORDER BY RayID", "--data", folder.FullPath, "--format", "csv");

        Assert.Equal((6, 2), (merged.Json[0].GetProperty("filesRemoved").GetInt32(), merged.Json[0].GetProperty("filesAdded").GetInt32()));
        Assert.Contains("accounts/default/zones/demo/http_requests  0             0     0", again.Output, StringComparison.Ordinal);
        Assert.Contains("keeps its records 36500d, by date; it is protected from being emptied.", retention.Output, StringComparison.Ordinal);
        Assert.Contains("case-1", hold.Output, StringComparison.Ordinal);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("1 of these records are under the hold 'case-1' (placed by ann on ", refused.Errors, StringComparison.Ordinal);
        Assert.StartsWith("2 records would go: 0 files whole, 2 written anew", told.Output, StringComparison.Ordinal);
        Assert.Equal(2, erased.Json.GetProperty("rows").GetInt32());
        Assert.Equal(1, emptied.ExitCode);
        Assert.Equal("RayID\r\na0\r\na2\r\nb0\r\nb2\r\n", answer.Output);
    }

    [Fact]
    public async Task Whatever_moment_it_is_killed_at_no_record_is_lost_or_doubled()
    {
        using var folder = new TemporaryFolder();
        var records = await VarveProcess.RunAsync("generate", "--dataset", "http_requests", "--rows", "30000", "--seed", "5", "--hours", "20");
        foreach (var some in records.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Chunk(2000))
            await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(string.Join('\n', some)), ["ingest", "-", .. Table, folder.FullPath]);
        for (var milliseconds = 100; milliseconds < 2500; milliseconds += 300)
        {
            using var process = VarveProcess.Start(["maintain", "--once", "--data", folder.FullPath]);
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var last = await VarveProcess.RunAsync("maintain", "--once", "--data", folder.FullPath);
        var answer = await VarveProcess.RunAsync("query", "SELECT count(*) AS n, count(DISTINCT RayID) AS ids FROM http_requests", "--data", folder.FullPath, "--format", "csv");
        var files = await VarveProcess.RunAsync(["table", "files", .. Table, folder.FullPath]);

        Assert.Equal(0, last.ExitCode);
        Assert.Equal("n,ids\r\n30000,30000\r\n", answer.Output);
        Assert.Contains("1 files, 30000 rows", files.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_in_a_bucket_are_looked_after_too()
    {
        if (CephServer.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip(missing);
        await using var ceph = new CephServer();
        var environment = BucketTests.EnvironmentOf(await ceph.EndpointAsync());
        await ceph.MakeBucketAsync("logs", TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();
        string[] where = ["--store", "s3://logs", "--data", folder.FullPath];
        for (var file = 0; file < 3; file++)
            await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Line($"a{file}", "2025-01-01")), environment, ["ingest", "-", "--dataset", "http_requests", .. where]);

        var merged = await VarveProcess.RunAsync(null, environment, ["maintain", "--once", "--json", .. where]);
        var retention = await VarveProcess.RunAsync(null, environment, ["table", "retention", "30d", "--dataset", "http_requests", .. where]);
        var expired = await VarveProcess.RunAsync(null, environment, ["table", "expire", "--dataset", "http_requests", "--json", .. where]);

        Assert.True(merged.ExitCode == 0, merged.Errors);
        Assert.Equal((3, 1), (merged.Json[0].GetProperty("filesRemoved").GetInt32(), merged.Json[0].GetProperty("filesAdded").GetInt32()));
        Assert.True(retention.ExitCode == 0, retention.Errors);
        Assert.Equal(3, expired.Json.GetProperty("rows").GetInt32());
    }

    [Theory]
    [InlineData("'soon' is no retention", "table", "retention", "soon")]
    [InlineData("There is no table at accounts/default/zones/demo/http_requests", "table", "rules")]
    [InlineData("Give the reason", "table", "hold", "x")]
    public async Task What_cannot_be_is_refused_in_a_sentence(string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        var outcome = await VarveProcess.RunAsync([.. arguments, .. Table, folder.FullPath]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(message, outcome.Errors, StringComparison.Ordinal);
    }

    static string Line(string ray, string day) => $$"""{"RayID":"{{ray}}","EdgeStartTimestamp":"{{day}}T10:00:00Z"}""" + "\n";
}
