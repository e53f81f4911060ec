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

    async Task IngestAsync()
    {
        var outcome = await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Lines), "ingest", "-", "--dataset", "http_requests", "--data", _folder.FullPath);
        Assert.Equal(0, outcome.ExitCode);
    }
}
