using System.Text;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>What <c>varve ingest</c> takes and prints.</summary>
public sealed class IngestCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public IngestCommandTests()
    {
        Directory.CreateDirectory(_folder.At("logs", "old"));
        foreach (var name in new[] { "b", "a", "old/c" })
            File.WriteAllText(_folder.At("logs", $"{name}.ndjson"), $$"""{"RayID":"{{name}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""" + "\n");
        File.WriteAllText(_folder.At("logs", "d.ndjson.tmp"), "not yet");
    }

    public void Dispose() => _folder.Dispose();

    Task<VarveProcess.Outcome> IngestAsync(params string[] arguments) =>
        VarveProcess.RunAsync(["ingest", "--dataset", "http_requests", "--data", _folder.At("data"), .. arguments]);

    [Fact]
    public async Task A_folder_stands_for_its_files_and_a_pattern_for_those_that_are_like_it()
    {
        var folder = await IngestAsync(_folder.At("logs"), "--json");
        var pattern = await IngestAsync(_folder.At("logs", "*.ndjson"), "--again");
        var nothing = await IngestAsync(_folder.At("logs", "*.csv"));

        Assert.Equal((3, 3, 0), (folder.Json.GetProperty("files").GetInt32(), folder.Json.GetProperty("accepted").GetInt32(), folder.Json.GetProperty("repeated").GetInt32()));
        Assert.Equal("", folder.Errors);
        Assert.Equal("2 records stored in http_requests version 5, 0 lines rejected.\n", pattern.Output);
        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains("There is no file in or like", nothing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_used_stores_nothing_more_and_again_does()
    {
        var file = _folder.At("logs", "a.ndjson");

        var first = await IngestAsync(file, "--idempotency-key", "night 1");
        var second = await IngestAsync(file, "--idempotency-key", "night 1");
        var asJson = await IngestAsync(file, "--idempotency-key", "night 1", "--json");
        var bytes = await IngestAsync(file, "--json");
        var sameBytes = await IngestAsync(file, "--json");
        var again = await IngestAsync(file, "--again", "--json");

        Assert.Equal("1 record stored in http_requests version 1, 0 lines rejected.\n", first.Output);
        Assert.Equal((0, "Already stored (same bytes or key within a day); --again stores it again.\n"), (second.ExitCode, second.Output));
        Assert.Equal((1, 0), (asJson.Json.GetProperty("repeated").GetInt32(), asJson.Json.GetProperty("accepted").GetInt32()));
        Assert.Equal((0, 1), (bytes.Json.GetProperty("repeated").GetInt32(), sameBytes.Json.GetProperty("repeated").GetInt32()));
        Assert.Equal((0, 1), (again.Json.GetProperty("repeated").GetInt32(), again.Json.GetProperty("accepted").GetInt32()));
    }

    [Fact]
    public async Task Rejected_lines_name_their_file_and_quiet_prints_nothing()
    {
        await File.WriteAllTextAsync(_folder.At("logs", "b.ndjson"), "broken\n", TestContext.Current.CancellationToken);

        var loud = await IngestAsync(_folder.At("logs", "a.ndjson"), _folder.At("logs", "b.ndjson"));
        var quiet = await IngestAsync(_folder.At("logs", "b.ndjson"), "--again", "--quiet");

        Assert.StartsWith($"1 record stored in http_requests version 1, 1 line rejected.\n  {_folder.At("logs", "b.ndjson")} line 1: ", loud.Output, StringComparison.Ordinal);
        Assert.EndsWith("Rejected lines are kept: SELECT * FROM _rejects\n", loud.Output, StringComparison.Ordinal);
        Assert.Equal((0, "", ""), (quiet.ExitCode, quiet.Output, quiet.Errors));
    }

    [Fact]
    public async Task A_server_gets_files_and_standard_input()
    {
        var server = VarveProcess.Start(["serve", "--data", _folder.At("served"), "--urls", "http://127.0.0.1:0"]);
        try
        {
            var address = (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(' ')[^1];
            string[] there = ["ingest", "--dataset", "http_requests", "--server", address, "--json"];

            var files = await VarveProcess.RunAsync([.. there, _folder.At("logs")]);
            var input = await VarveProcess.RunAsync(Encoding.UTF8.GetBytes("""{"RayID":"x","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}"""), [.. there, "-"]);

            Assert.True(files.ExitCode == 0, files.Errors);
            Assert.Equal((3, 1), (files.Json.GetProperty("accepted").GetInt32(), input.Json.GetProperty("accepted").GetInt32()));
            Assert.Equal(Directory.GetFiles(_folder.At("logs"), "*.ndjson", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), files.Json.GetProperty("bytes").GetInt64());
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
            server.Dispose();
        }
    }

    [Theory]
    [InlineData("a.ndjson", "--idempotency-key", "k", "--again")]
    [InlineData("a.ndjson", "--idempotency-key", "")]
    [InlineData("a.ndjson", "--retry-for", "long")]
    [InlineData("a.ndjson", "--sample-rate", "0")]
    [InlineData("a.ndjson", "--format", "xml")]
    [InlineData("a.ndjson", "--fields", "a")]
    [InlineData("a.ndjson", "--format", "csv", "--fields", "a,,b")]
    public async Task Arguments_that_do_not_go_together_are_refused(string file, params string[] arguments)
    {
        var outcome = await IngestAsync([_folder.At("logs", file), .. arguments]);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
