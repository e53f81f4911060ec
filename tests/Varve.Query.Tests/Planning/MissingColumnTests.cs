using System.Globalization;
using Varve.Query.Formats;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>Columns that no file has are filled up beside the engine: nobody can tell.</summary>
public sealed class MissingColumnTests : IAsyncLifetime
{
    const string Many = "RayID, ClientIP, BotScore, EdgeStartTimestamp, ClientRequestPath, EdgeResponseStatus, ClientCountry, ClientASN, ClientRequestHost, ClientRequestMethod, CacheCacheStatus, JA4, WAFAttackScore, SecurityAction";

    readonly TestLake _lake = new(limits: new QueryLimits { EngineMemoryBytes = 512 << 20 });

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _lake.IngestAsync("http_requests", Enumerable.Range(0, 30).Select(Line), Token);

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("SELECT * FROM http_requests", true)]
    [InlineData("SELECT * FROM http_requests ORDER BY EdgeStartTimestamp DESC, RayID LIMIT 7", true)]
    [InlineData("SELECT * FROM http_requests AS r WHERE r.BotScore = 3 ORDER BY r.RayID LIMIT 2 OFFSET 1", true)]
    [InlineData($"SELECT BotTags, {Many}, CacheTieredFill, JA4Signals, BotDetectionIDs, RequestHeaders, date FROM http_requests", true)]
    [InlineData($"SELECT CacheLockWaitedMs, BotTags, {Many}, coalesce(CacheLockWaitedMs, 5) AS waited FROM http_requests", true)]
    [InlineData($"SELECT {Many}, CacheLockWaitedMs, BotTags FROM http_requests ORDER BY CacheLockWaitedMs NULLS FIRST, RayID", true)]
    [InlineData($"SELECT {Many}, CacheLockWaitedMs, BotTags FROM http_requests WHERE CacheLockWaitedMs IS NULL", true)]
    [InlineData($"SELECT {Many}, CacheLockWaitedMs, BotTags FROM http_requests WHERE CacheLockWaitedMs > 1", true)]
    [InlineData($"SELECT {Many}, ' FROM scan_0 AS \"x' AS text, CacheLockWaitedMs, BotTags FROM http_requests WHERE RayID <> ' FROM scan_0 AS '''", true)]
    [InlineData("SELECT * FROM http_requests WHERE RayID = 'none'", true)]
    [InlineData("SELECT * FROM http_requests WHERE EdgeStartTimestamp < '2020-01-01T00:00:00Z'", true)]
    [InlineData("SELECT BotTags, CacheLockWaitedMs, date FROM http_requests WHERE EdgeStartTimestamp < '2020-01-01T00:00:00Z'", true)]
    [InlineData($"SELECT CacheLockWaitedMs, BotTags, {Many} FROM http_requests ORDER BY 2", false)]
    [InlineData($"SELECT {Many}, BotTags, CacheLockWaitedMs AS ClientCity FROM http_requests ORDER BY ClientCity, RayID", true)]
    [InlineData($"SELECT DISTINCT {Many}, CacheLockWaitedMs, BotTags FROM http_requests", false)]
    [InlineData($"SELECT {Many}, CacheLockWaitedMs, BotTags, count(*) AS n FROM http_requests GROUP BY ALL", false)]
    [InlineData("SELECT RayID, CacheLockWaitedMs FROM http_requests", false)]
    public async Task An_answer_is_the_same_as_that_of_the_engine_alone(string sql, bool isFilledUp)
    {
        // Of a subquery the engine is asked for all columns.
        var (filled, whole) = (await AnswerAsync(sql), await AnswerAsync($"SELECT * FROM ({sql}) AS whole"));

        Assert.Equal(isFilledUp, filled.Missing > 0);
        Assert.Equal(0, whole.Missing);
        Assert.Equal(whole.Columns, filled.Columns);
        Assert.Equal(whole.Rows.Order(StringComparer.Ordinal), filled.Rows.Order(StringComparer.Ordinal));
        if (sql.Contains("ORDER BY", StringComparison.Ordinal))
            Assert.Equal(whole.Rows, filled.Rows);
    }

    [Fact]
    public async Task Answers_that_differ_in_what_is_filled_up_are_kept_apart()
    {
        foreach (var column in new[] { "CacheLockWaitedMs", "CacheTieredFill", "BotTags", "CacheLockWaitedMs" })
        {
            var answer = await AnswerAsync($"SELECT {Many}, {column}, BotDetectionTags FROM http_requests ORDER BY RayID");
            Assert.StartsWith(column, answer.Columns[^2], StringComparison.Ordinal);
        }

        await using var known = await _lake.Engine.RunAsync(new QueryRequest($"SELECT {Many}, BotTags, BotDetectionTags FROM http_requests ORDER BY RayID", TestLake.Account), Token);
        Assert.Equal((true, ColumnType.Array), (known.IsFromCache, known.Columns[^2].Type));
    }

    [Fact]
    public async Task A_file_that_has_a_column_is_read()
    {
        await _lake.IngestAsync("http_requests", ["""{"RayID":"z","EdgeStartTimestamp":"2026-04-02T00:00:00Z","CacheLockWaitedMs":5}"""], Token);

        var (columns, rows, missing) = await AnswerAsync($"SELECT {Many}, BotTags, CacheLockWaitedMs FROM http_requests WHERE CacheLockWaitedMs = 5");

        Assert.Equal((0, 1, "CacheLockWaitedMs Int"), (missing, rows.Count, columns[^1]));
    }

    async Task<(List<string> Columns, List<string> Rows, int Missing)> AnswerAsync(string sql)
    {
        await using var run = await _lake.Engine.RunAsync(new QueryRequest(sql, TestLake.Account), Token);
        var rows = new List<string>();
        await foreach (var block in run.ReadAsync(Token))
            for (var row = 0; row < block.Count; row++)
                rows.Add(string.Join('|', block.Columns.Select(column => ValueText.Text(column[row]))));
        return ([.. run.Columns.Select(column => $"{column.Name} {column.Type}{(column.Type == ColumnType.Array ? $" {column.Item}" : "")}")], rows, run.Plan.ItemsWithoutValues.Count);
    }

    static string Line(int row) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"RayID":"r{{row:00}}","EdgeStartTimestamp":"2026-04-01T00:00:{{row:00}}Z","ClientIP":"192.0.2.{{row}}","BotScore":{{row % 4}},"ClientRequestPath":"/a","EdgeResponseStatus":200,"ClientCountry":"de","ClientASN":1,"ClientRequestHost":"h","ClientRequestMethod":"GET","CacheCacheStatus":"hit","JA4":"j","WAFAttackScore":1,"SecurityAction":"log","EdgeResponseBytes":{{row}}}""");
}
