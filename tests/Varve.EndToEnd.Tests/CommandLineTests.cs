using System.Security.Cryptography;
using System.Text;
using Varve.Datasets;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

public sealed class CommandLineTests
{
    const string Line = """{"RayID":"a1","ClientIP":"192.0.2.1","EdgeStartTimestamp":"2026-11-22T10:00:00Z","EdgeResponseStatus":200}""";

    static string[] In(TemporaryFolder folder, params string[] arguments) => [.. arguments, "--data", folder.FullPath];

    [Fact]
    public async Task What_goes_in_by_standard_input_comes_out_in_every_format()
    {
        using var folder = new TemporaryFolder();

        var ingested = await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Line + "\nbroken\n"), In(folder, "ingest", "-", "--dataset", "http_requests", "--json"));

        Assert.Equal((0, 1, 1, 1), (ingested.ExitCode, ingested.Json.GetProperty("accepted").GetInt32(), ingested.Json.GetProperty("rejected").GetInt32(), ingested.Json.GetProperty("version").GetInt32()));
        var expected = new Dictionary<string, string>
        {
            ["json"] = "[{\"ClientIP\":\"192.0.2.1\",\"n\":1}]\n",
            ["ndjson"] = "{\"ClientIP\":\"192.0.2.1\",\"n\":1}\n",
            ["csv"] = "ClientIP,n\r\n192.0.2.1,1\r\n",
            ["table"] = "ClientIP   n\n---------  -\n192.0.2.1  1\n(1 row)\n",
        };
        foreach (var (format, text) in expected)
        {
            var answer = await VarveProcess.RunAsync(In(folder, "query", "SELECT clientip, count(*) AS n FROM http_requests GROUP BY 1", "--format", format));
            Assert.Equal((0, text), (answer.ExitCode, answer.Output));
            Assert.Contains("1 row in", answer.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Parameters_are_texts_or_JSON()
    {
        using var folder = new TemporaryFolder();
        await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Line), In(folder, "ingest", "-", "--dataset", "http_requests"));

        var answer = await VarveProcess.RunAsync(In(
            folder, "query", "SELECT $text AS t, $n + 1 AS n, $f AS f, $nothing AS z FROM http_requests WHERE ClientIP = $ip LIMIT $n", "--format", "ndjson",
            "--param", "text=it's=:1", "--param", "n:=1", "--param", "f:=false", "--param", "nothing:=null", "--param", "$ip=192.0.2.1"));

        Assert.Equal((0, "{\"t\":\"it's=:1\",\"n\":2,\"f\":false,\"z\":null}\n"), (answer.ExitCode, answer.Output));
    }

    [Fact]
    public async Task History_and_files_show_what_is_stored()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 2; i++)
            await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Line), In(folder, "ingest", "-", "--dataset", "http_requests", "--again"));

        var history = await VarveProcess.RunAsync(In(folder, "table", "history", "--dataset", "http_requests", "--json"));
        var files = await VarveProcess.RunAsync(In(folder, "table", "files", "--dataset", "http_requests", "--json"));

        Assert.Equal(["WRITE", "WRITE", "CREATE TABLE"], history.Json.EnumerateArray().Select(commit => commit.GetProperty("operation").GetString()!));
        Assert.Equal([2, 1, 0], history.Json.EnumerateArray().Select(commit => commit.GetProperty("version").GetInt32()));
        Assert.Equal([1, 1], files.Json.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("rows").GetInt32()));
        Assert.All(files.Json.GetProperty("files").EnumerateArray(), file =>
            Assert.True(File.Exists(Path.Combine(folder.FullPath, "store", files.Json.GetProperty("root").GetString()!, file.GetProperty("path").GetString()!))));
    }

    [Theory]
    [InlineData(2, "ingest", "-", "--dataset", "http_request")]
    [InlineData(2, "ingest", "-")]
    [InlineData(2, "ingest", "--dataset", "http_requests")]
    [InlineData(2, "query")]
    [InlineData(2, "query", "SELECT 1 FROM http_requests", "--format", "xml")]
    [InlineData(2, "query", "SELECT 1 FROM http_requests", "--from", "soon")]
    [InlineData(2, "query", "SELECT 1 FROM http_requests", "--param", "a")]
    [InlineData(2, "query", "SELECT 1 FROM http_requests", "--param", "=a")]
    [InlineData(2, "query", "SELECT 1 FROM http_requests", "--param", "a:=b")]
    [InlineData(2, "query", "SELECT 1 FROM http_requests", "--param", "a:=[1]")]
    [InlineData(2, "query", "SELECT 1 FROM http_requests", "--param", "a:=1,2")]
    [InlineData(2, "query", "SELECT 1 FROM http_requests", "--param", "a=1", "--param", "A=2")]
    [InlineData(1, "query", "SELECT 1 FROM http_requests", "--param", "a=1")]
    [InlineData(2, "nonsense")]
    [InlineData(2, "dataset", "describe", "nothing")]
    [InlineData(2, "generate", "--dataset", "dns_logs")]
    [InlineData(2, "generate", "--dataset", "http_requests", "--rows", "0")]
    [InlineData(2, "query", "SELECT 1 FROM http_requests", "--server", "nowhere")]
    [InlineData(1, "query", "SELECT Nope FROM http_requests")]
    [InlineData(1, "query", "DELETE FROM http_requests")]
    [InlineData(1, "query", "SELECT 1 FROM http_requests", "--server", "http://127.0.0.1:9")]
    [InlineData(1, "ingest", "/no/such/file", "--dataset", "http_requests")]
    [InlineData(1, "table", "history", "--dataset", "http_requests")]
    [InlineData(1, "ingest", "-", "--dataset", "http_requests", "--store", "ftp://x/y")]
    [InlineData(1, "ingest", "-", "--dataset", "http_requests", "--zone", "../x")]
    public async Task A_mistake_is_one_clear_line_and_an_exit_code(int exitCode, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var takesData = arguments[0] is "query" or "ingest" or "table";

        var outcome = await VarveProcess.RunAsync(takesData ? In(folder, arguments) : arguments);

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        var line = Assert.Single(outcome.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(line.Length is > 20 and < 600, line);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Datasets_are_listed_and_described()
    {
        var list = await VarveProcess.RunAsync("dataset", "list");
        var one = await VarveProcess.RunAsync("dataset", "describe", "http_requests", "--json");

        // A line of headings comes first.
        Assert.Equal(DatasetCatalog.BuiltIn.Datasets.Count + 1, list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(("EdgeStartTimestamp", 123), (one.Json.GetProperty("timestampField").GetString(), one.Json.GetProperty("fields").GetArrayLength()));
    }

    [Fact]
    public async Task Generated_bytes_are_the_same_for_the_same_seed_in_two_processes()
    {
        string[] arguments = ["generate", "--dataset", "http_requests", "--rows", "500", "--seed"];

        var first = await VarveProcess.RunAsync([.. arguments, "11"]);
        var again = await VarveProcess.RunAsync([.. arguments, "11"]);
        var other = await VarveProcess.RunAsync([.. arguments, "12"]);

        static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(500, first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(Hash(first.Output), Hash(again.Output));
        Assert.NotEqual(Hash(first.Output), Hash(other.Output));
    }

    [Fact]
    public async Task Two_processes_that_write_to_one_table_at_once_lose_and_repeat_nothing()
    {
        using var folder = new TemporaryFolder();
        var files = Enumerable.Range(0, 2).Select(writer => Enumerable.Range(0, 25).Select(batch =>
        {
            var file = Path.Combine(folder.FullPath, $"{writer}-{batch}.ndjson");
            File.WriteAllLines(file, Enumerable.Range(0, 4).Select(row => $$"""{"RayID":"{{writer}}-{{batch}}-{{row}}","EdgeStartTimestamp":"2026-11-22T10:00:0{{row}}Z"}"""));
            return file;
        }).ToArray()).ToArray();

        var outcomes = await Task.WhenAll(files.Select(mine => VarveProcess.RunAsync(In(folder, ["ingest", .. mine, "--dataset", "http_requests", "--json"]))));

        Assert.All(outcomes, outcome => Assert.Equal((0, 100), (outcome.ExitCode, outcome.Json.GetProperty("accepted").GetInt32())));
        var count = await VarveProcess.RunAsync(In(folder, "query", "SELECT count(*) AS n, count(DISTINCT RayID) AS rays FROM http_requests", "--format", "ndjson"));
        Assert.Equal("{\"n\":200,\"rays\":200}\n", count.Output);
        var history = await VarveProcess.RunAsync(In(folder, "table", "history", "--dataset", "http_requests", "--json", "--limit", "1000"));
        Assert.Equal(51, history.Json.GetArrayLength());
    }
}
