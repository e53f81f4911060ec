using System.Text;
using Varve.Delta.Files;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

/// <summary>Answers that go into files.</summary>
public sealed class QueryOutputTests : IDisposable
{
    const string Sql = "SELECT RayID, EdgeStartTimestamp, EdgeResponseStatus, RequestHeaders, BotTags, avg(EdgeResponseBytes) AS bytes FROM http_requests GROUP BY ALL ORDER BY RayID";

    const string Lines = """
        {"RayID":"a","EdgeStartTimestamp":"2026-11-22T10:00:00.25Z","EdgeResponseStatus":200,"EdgeResponseBytes":10,"RequestHeaders":{"x":"1"},"BotTags":["t"]}
        {"RayID":"b","EdgeStartTimestamp":"2026-11-22T10:00:01Z"}
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_name_of_the_file_tells_the_format_and_a_server_gives_the_same_as_the_folder()
    {
        await IngestAsync();
        await using var server = await ServerProcess.StartAsync(_folder.FullPath);

        foreach (var ending in new[] { "parquet", "arrow", "csv", "json", "ndjson" })
        {
            var here = await VarveProcess.RunAsync("query", Sql, "--data", _folder.FullPath, "--output", _folder.At($"here.{ending}"));
            var there = await VarveProcess.RunAsync("query", Sql, "--server", server.Address, "--output", _folder.At($"there.{ending}"));

            Assert.Equal((0, "", 0), (here.ExitCode, here.Output, there.ExitCode));
            Assert.Equal(await File.ReadAllBytesAsync(_folder.At($"here.{ending}"), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(_folder.At($"there.{ending}"), TestContext.Current.CancellationToken));
        }

        var rows = ParquetFile.Read(await File.ReadAllBytesAsync(_folder.At("here.parquet"), TestContext.Current.CancellationToken)).Single();
        Assert.Equal((2, 6), (rows.Length, rows.ColumnCount));
        Assert.Equal(
            ["here.arrow", "here.csv", "here.json", "here.ndjson", "here.parquet"],
            Directory.GetFiles(_folder.FullPath, "here.*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_query_that_fails_leaves_the_file_as_it_was()
    {
        await IngestAsync();
        await File.WriteAllTextAsync(_folder.At("kept.csv"), "before", TestContext.Current.CancellationToken);

        var refused = await VarveProcess.RunAsync("query", "SELECT Nope FROM http_requests", "--data", _folder.FullPath, "--output", _folder.At("kept.csv"));
        var unnamed = await VarveProcess.RunAsync("query", Sql, "--data", _folder.FullPath, "--output", _folder.At("kept.xlsx"));
        var nowhere = await VarveProcess.RunAsync("query", Sql, "--data", _folder.FullPath, "--output", _folder.At("no", "such", "a.csv"));

        Assert.Equal((1, 2, 2), (refused.ExitCode, unnamed.ExitCode, nowhere.ExitCode));
        Assert.Contains("does not tell the format", unnamed.Errors, StringComparison.Ordinal);
        Assert.Equal("before", await File.ReadAllTextAsync(_folder.At("kept.csv"), TestContext.Current.CancellationToken));
        Assert.Equal(["kept.csv"], Directory.GetFiles(_folder.FullPath).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_answer_is_had_again_from_the_folder_and_from_a_server()
    {
        const string Count = "SELECT count(*) AS n FROM http_requests";
        await IngestAsync();
        var first = await VarveProcess.RunAsync("query", Count, "--data", _folder.FullPath, "--format", "csv", "--rerun-id", "--quiet");
        var id = first.Errors.Trim()["Rerun id: ".Length..];
        await IngestAsync("""{"RayID":"c","EdgeStartTimestamp":"2026-11-22T10:00:01Z"}""");
        await using var server = await ServerProcess.StartAsync(_folder.FullPath);

        var here = await VarveProcess.RunAsync("query", "--rerun", id, "--data", _folder.FullPath, "--format", "csv");
        var there = await VarveProcess.RunAsync("query", "--rerun", id, "--server", server.Address, "--format", "csv");
        var now = await VarveProcess.RunAsync("query", Count, "--server", server.Address, "--format", "csv");
        var both = await VarveProcess.RunAsync("query", Count, "--rerun", id, "--data", _folder.FullPath);
        var scope = await VarveProcess.RunAsync("query", "--rerun", id, "--zone", "demo", "--data", _folder.FullPath);
        var budget = await VarveProcess.RunAsync("query", "SELECT RayID FROM http_requests", "--max-bytes", "1", "--data", _folder.FullPath);

        Assert.Equal((first.Output, first.Output, "n\r\n3\r\n"), (here.Output, there.Output, now.Output));
        Assert.Equal((2, 2, 1), (both.ExitCode, scope.ExitCode, budget.ExitCode));
        Assert.Contains("may read 1", budget.Errors, StringComparison.Ordinal);
    }

    async Task IngestAsync(string lines = Lines)
    {
        var outcome = await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(lines), "ingest", "-", "--dataset", "http_requests", "--data", _folder.FullPath);
        Assert.Equal(0, outcome.ExitCode);
    }
}
