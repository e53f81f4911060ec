using Varve.Query.Formats;
using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

/// <summary>The queries that the original's documentation shows, over records whose sums are easy to make by hand.</summary>
public sealed class ExampleQueryTests : IAsyncLifetime
{
    const string Range = "EdgeStartTimestamp >= '2026-04-01T00:00:00Z' AND EdgeStartTimestamp < '2026-04-02T00:00:00Z'";
    readonly TestLake _lake = new();

    public async ValueTask InitializeAsync() => await _lake.IngestAsync("http_requests",
    [
        Line("2026-03-31T23:59:59Z", "10.0.0.9", "/old", "block", "hit", 1 << 30, 5, 5, 500),
        Line("2026-04-01T01:00:00Z", "10.0.0.1", "/a", "managed_challenge", "hit", 1 << 30, 10, 100, 200),
        Line("2026-04-01T02:00:00Z", "10.0.0.1", "/a", "managed_challenge", "hit", 1 << 30, 20, 300, 200),
        Line("2026-04-01T03:00:00Z", "10.0.0.2", "/b", "jschallenge", "miss", 1 << 29, 30, 50, 503),
        Line("2026-04-01T04:00:00Z", "10.0.0.3", "/b", "unknown", "dynamic", 1 << 29, 0, 70, 500),
        Line("2026-04-01T05:00:00Z", "10.0.0.4", "/c", null, "hit", 0, 40, 20, 404),
    ], TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public Task Usage() => Gives(
        $"SELECT COUNT(*) AS requests, SUM(EdgeResponseBytes) AS bytes, SUM(EdgeResponseBytes) / 1024.0^3 AS gib FROM http_requests WHERE {Range}",
        "5,3221225472,3");

    [Fact]
    public Task Distribution_of_security_actions() => Gives(
        $"SELECT SecurityAction, COUNT(*) AS count FROM http_requests WHERE {Range} AND SecurityAction != 'unknown' AND SecurityAction IS NOT NULL "
        + "GROUP BY SecurityAction ORDER BY count DESC",
        "managed_challenge,2", "jschallenge,1");

    [Fact]
    public Task Most_challenged_clients() => Gives(
        $"SELECT ClientIP, ClientRequestURI, SecurityAction, COUNT(*) AS count FROM http_requests WHERE {Range} "
        + "AND SecurityAction IN ('managed_challenge', 'jschallenge', 'challenge') "
        + "GROUP BY ClientIP, ClientRequestURI, SecurityAction ORDER BY count DESC LIMIT 10",
        "10.0.0.1,/a?q=1,managed_challenge,2", "10.0.0.2,/b?q=1,jschallenge,1");

    [Fact]
    public Task Bandwidth_by_address() => Gives(
        $"SELECT ClientRequestURI, SUM(EdgeResponseBytes) AS bytes, COUNT(*) AS requests FROM http_requests WHERE {Range} "
        + "GROUP BY ClientRequestURI ORDER BY bytes DESC LIMIT 2",
        "/a?q=1,2147483648,2", "/b?q=1,1073741824,2");

    [Fact]
    public Task Round_trip_by_country() => Gives(
        "SELECT ClientCountry, AVG(ClientTCPRttMs) AS avg_rtt, MIN(ClientTCPRttMs) AS min_rtt, MAX(ClientTCPRttMs) AS max_rtt, COUNT(*) AS n "
        + $"FROM http_requests WHERE Date >= '2026-04-01' AND Date <= '2026-04-01' AND {Range} AND ClientTCPRttMs > 0 "
        + "GROUP BY ClientCountry ORDER BY avg_rtt DESC",
        "us,25,10,40,4");

    [Fact]
    public Task Cache_status() => Gives(
        $"SELECT CacheCacheStatus, COUNT(*) AS requests, AVG(EdgeTimeToFirstByteMs) AS ttfb FROM http_requests WHERE {Range} "
        + "GROUP BY CacheCacheStatus ORDER BY requests DESC, ttfb",
        "hit,3,140", "miss,1,50", "dynamic,1,70");

    [Fact]
    public Task Slowest_paths() => Gives(
        "SELECT ClientRequestPath, COUNT(*) AS requests, AVG(EdgeTimeToFirstByteMs) AS ttfb, "
        + "SUM(CASE WHEN EdgeResponseStatus >= 500 THEN 1 ELSE 0 END) AS errors "
        + $"FROM http_requests WHERE {Range} GROUP BY ClientRequestPath HAVING COUNT(*) > 1 ORDER BY ttfb DESC",
        "/a,2,200,0", "/b,2,60,2");

    async Task Gives(string sql, params string[] expected)
    {
        var answer = await _lake.QueryAsync(sql, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.Rows.Select(row => string.Join(',', row.Select(ValueText.Text))));
    }

    static string Line(string time, string ip, string path, string? action, string cache, long bytes, int roundTripMs, int firstByteMs, int status) =>
        $$"""
        {"EdgeStartTimestamp":"{{time}}","ClientIP":"{{ip}}","ClientRequestPath":"{{path}}","ClientRequestURI":"{{path}}?q=1","ClientCountry":"us",
        "SecurityAction":{{(action is null ? "null" : $"\"{action}\"")}},"CacheCacheStatus":"{{cache}}","EdgeResponseBytes":{{bytes}},
        "ClientTCPRTTMs":{{roundTripMs}},"EdgeTimeToFirstByteMs":{{firstByteMs}},"EdgeResponseStatus":{{status}}}
        """.ReplaceLineEndings(" ");
}
