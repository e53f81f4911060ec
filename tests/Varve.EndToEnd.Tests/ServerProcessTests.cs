using System.Diagnostics;
using System.Text;
using Varve.TestKit;

namespace Varve.EndToEnd.Tests;

public sealed class ServerProcessTests
{
    const string Lines = """
        {"RayID":"a","ClientIP":"192.0.2.1","EdgeStartTimestamp":"2026-11-22T10:00:00.25Z","OriginResponseBytes":9007199254740993,"RequestHeaders":{"x":"1"},"BotTags":["t"]}
        {"RayID":"b","EdgeStartTimestamp":"2026-11-22T10:00:01Z"}
        """;

    [Fact]
    public async Task The_command_line_gives_the_same_through_a_server_as_from_the_folder()
    {
        using var folder = new TemporaryFolder();
        using var server = VarveProcess.Start(["serve", "--data", folder.FullPath, "--urls", "http://127.0.0.1:0", "--token", "secret"]);
        try
        {
            var address = await AddressOfAsync(server);

            var ingested = await VarveProcess.RunAsync(Encoding.UTF8.GetBytes(Lines), "ingest", "-", "--dataset", "http_requests", "--server", address, "--token", "secret", "--json");
            var refused = await VarveProcess.RunAsync("query", "SELECT 1 FROM http_requests", "--server", address);
            var wrong = await VarveProcess.RunAsync("query", "SELECT RayIDD FROM http_requests", "--server", address, "--token", "secret");

            Assert.Equal((0, 2), (ingested.ExitCode, ingested.Json.GetProperty("accepted").GetInt32()));
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("token", refused.Errors, StringComparison.Ordinal);
            Assert.Contains("Did you mean RayID?", wrong.Errors, StringComparison.Ordinal);
            foreach (var format in new[] { "table", "json", "ndjson", "csv" })
            {
                const string Sql = "SELECT RayID, ClientIP, EdgeStartTimestamp, OriginResponseBytes, RequestHeaders, BotTags, sum(OriginResponseBytes) AS s FROM http_requests WHERE RayID <> $ray OR $n = 1 GROUP BY ALL ORDER BY RayID";
                string[] parameters = ["--param", "ray=none", "--param", "n:=1"];
                var here = await VarveProcess.RunAsync(["query", Sql, "--data", folder.FullPath, "--format", format, .. parameters]);
                var there = await VarveProcess.RunAsync(["query", Sql, "--server", address, "--token", "secret", "--format", format, .. parameters]);
                Assert.Equal((0, here.Output), (there.ExitCode, there.Output));
            }
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public async Task A_server_stops_when_it_is_told_to()
    {
        using var folder = new TemporaryFolder();
        using var server = VarveProcess.Start(["serve", "--data", folder.FullPath, "--urls", "http://127.0.0.1:0"]);
        await AddressOfAsync(server);

        using var kill = Process.Start("kill", ["-TERM", $"{server.Id}"]);
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, server.ExitCode);
    }

    static async Task<string> AddressOfAsync(Process server)
    {
        while (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.Contains("is serving", StringComparison.Ordinal))
                return line[(line.LastIndexOf(" on ", StringComparison.Ordinal) + 4)..];
        throw new InvalidOperationException($"The server gave no address: {await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }
}
