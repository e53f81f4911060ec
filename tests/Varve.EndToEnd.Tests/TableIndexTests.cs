using System.Text;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>The side index of files that lack it, written by a command.</summary>
public sealed class TableIndexTests
{
    const string Lines = """
        {"RayID":"a1","ClientIP":"192.0.2.1","EdgeStartTimestamp":"2026-11-21T10:00:00Z"}
        {"RayID":"a2","ClientIP":"192.0.2.2","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}
        """;

    [Fact]
    public async Task It_is_written_where_it_is_missing_and_anew_when_asked()
    {
        using var folder = new TemporaryFolder();
        await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Lines), "ingest", "-", "--dataset", "http_requests", "--data", folder.FullPath);
        var table = Path.Combine(folder.FullPath, "store", "accounts", "default", "zones", "demo", "http_requests");

        var first = await VarveProcess.RunAsync("table", "index", "--dataset", "http_requests", "--data", folder.FullPath, "--json");
        var second = await VarveProcess.RunAsync("table", "index", table, "--json");
        var rebuilt = await VarveProcess.RunAsync("table", "index", table, "--columns", "ClientCountry, RayID", "--rebuild");
        var answer = await VarveProcess.RunAsync("query", "SELECT RayID FROM http_requests WHERE RayID IN ('a1', 'b')", "--data", folder.FullPath, "--format", "csv");

        Assert.Equal((2, 2), (first.Json.GetProperty("files").GetInt32(), first.Json.GetProperty("written").GetInt32()));
        Assert.Contains("JA4", first.Json.GetProperty("columns").EnumerateArray().Select(column => column.GetString()));
        Assert.Equal(0, second.Json.GetProperty("written").GetInt32());
        Assert.StartsWith("2 of 2 files got an index of ClientCountry, RayID: ", rebuilt.Output, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(table, "_varve_index"), "*.bloom", SearchOption.AllDirectories).Length);
        Assert.Equal((0, "RayID\r\na1\r\n"), (answer.ExitCode, answer.Output));
    }

    [Theory]
    [InlineData(2, "Name the table", "--rebuild")]
    [InlineData(2, "Name the table", "--dataset", "http_requests", ".")]
    [InlineData(1, "There is no Delta table", "--dataset", "http_requests")]
    [InlineData(1, "There is no Delta table", ".")]
    public async Task A_table_that_is_not_there_or_not_named_is_refused(int exitCode, string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        var outcome = await VarveProcess.RunAsync(["table", "index", .. arguments, "--data", folder.FullPath]);

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(message, outcome.Errors, StringComparison.Ordinal);
    }
}
