using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Varve.EndToEnd.Tests;

/// <summary>A server whose queries run in processes of their own.</summary>
public sealed class QueryIsolationTests
{
    const string Line = """{"RayID":"a","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}""";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queries_run_in_a_process_that_dies_alone_and_ends_with_the_server()
    {
        await using var server = await ServerProcess.StartAsync(null, "--query-isolation", "all");
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        using (var ingested = await http.PostAsync("/api/ingest/acme/shop/http_requests", new StringContent(Line), Token))
            Assert.Equal(200, (int)ingested.StatusCode);
        Assert.Contains("[[\"a\"]]", await QueryAsync(http, "SELECT RayID FROM http_requests"), StringComparison.Ordinal);

        using (var first = Assert.Single(WorkersOf(server.Id)))
        {
            first.Kill();
            await first.WaitForExitAsync(Token);
        }

        // The same question again would need no engine.
        Assert.Contains("[[\"a\"]]", await QueryAsync(http, "SELECT max(RayID) AS ray FROM http_requests"), StringComparison.Ordinal);
        using var second = Assert.Single(WorkersOf(server.Id));
        await server.KillAsync();
        await second.WaitForExitAsync(Token);
    }

    static async Task<string> QueryAsync(HttpClient http, string sql)
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { sql, account = "acme" }), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/api/query", content, Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    /// <summary>The fourth word of a <c>stat</c> is the parent (proc_pid_stat(5)); the second, in parentheses, may hold blanks.</summary>
    static List<Process> WorkersOf(int server) =>
        [.. Process.GetProcesses().Where(process => ParentOf(process.Id) == server)];

    static int? ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
