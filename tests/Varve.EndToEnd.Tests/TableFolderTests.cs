using System.Text;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

public sealed class TableFolderTests
{
    const string Line = """{"RayID":"a1","ClientIP":"192.0.2.1","EdgeStartTimestamp":"2026-11-22T10:00:00Z","EdgeResponseStatus":200}""";

    [Fact]
    public async Task Rows_that_went_in_are_read_from_the_folder_of_the_table()
    {
        using var folder = new TemporaryFolder();
        await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Line), "ingest", "-", "--dataset", "http_requests", "--data", folder.FullPath);
        var files = await VarveProcess.RunAsync("table", "files", "--dataset", "http_requests", "--data", folder.FullPath, "--json");
        var table = Path.Combine(folder.FullPath, "store", files.Json.GetProperty("root").GetString()!);

        var newest = await VarveProcess.RunAsync("table", "read", table);
        var first = await VarveProcess.RunAsync("table", "read", table, "--version", "0");
        var described = await VarveProcess.RunAsync("table", "describe", table, "--json");

        Assert.Equal((0, "a1"), (newest.ExitCode, newest.Json.GetProperty("RayID").GetString()));
        Assert.Equal((0, ""), (first.ExitCode, first.Output));
        Assert.Equal((1, 1, 1), (
            described.Json.GetProperty("version").GetInt32(), described.Json.GetProperty("numFiles").GetInt32(), described.Json.GetProperty("rowCount").GetInt32()));
        Assert.Equal(files.Json.GetProperty("files")[0].GetProperty("size").GetInt64(), described.Json.GetProperty("sizeInBytes").GetInt64());
        Assert.Equal(7, described.Json.GetProperty("protocol").GetProperty("minWriterVersion").GetInt32());
    }

    [Fact]
    public async Task A_folder_without_a_table_and_a_version_that_is_not_there_are_one_sentence_each()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("t", "_delta_log"));
        await File.WriteAllTextAsync(folder.At("t", "_delta_log", "00000000000000000000.json"), TestTable.FirstLines, TestContext.Current.CancellationToken);

        var none = await VarveProcess.RunAsync("table", "read", folder.FullPath);
        var beyond = await VarveProcess.RunAsync("table", "describe", folder.At("t"), "--version", "9");

        Assert.Equal((1, ""), (none.ExitCode, none.Output));
        Assert.Contains("no folder _delta_log", none.Errors, StringComparison.Ordinal);
        Assert.Equal((1, ""), (beyond.ExitCode, beyond.Output));
        Assert.Contains("no version 9", beyond.Errors, StringComparison.Ordinal);
        Assert.Single(beyond.Errors.TrimEnd('\n').Split('\n'));
    }
}
