using System.Globalization;
using CsCheck;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>Ten files of ten rows, an hour each; the log knows their numbers and times.</summary>
public sealed class ShortcutTests : IAsyncLifetime
{
    const int Files = 10;
    static readonly DateTimeOffset Start = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly string[] Aggregates = ["count(*)", "min(EdgeStartTimestamp)", "max(EdgeStartTimestamp)", "count(*) AS n", "sum(BotScore)", "count(ClientASN)", "count(*) FILTER (WHERE BotScore > 3)"];
    static readonly string[] Columns = ["EdgeStartTimestamp", "RayID", "BotScore", "ClientASN", "date"];

    readonly TestLake _lake = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var file = 0; file < Files; file++)
            await _lake.IngestAsync("http_requests", Enumerable.Range(0, 10).Select(row => Line(file, row)), Token);
    }

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("SELECT EdgeStartTimestamp, RayID, ClientASN, BotTags FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 10", 1)]
    [InlineData("SELECT EdgeStartTimestamp, RayID, ClientASN, BotTags FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 11", 2)]
    [InlineData("SELECT RayID FROM http_requests ORDER BY EdgeStartTimestamp DESC, RayID LIMIT 5 OFFSET 16", 3)]
    [InlineData("SELECT RayID FROM http_requests AS h WHERE h.date = '2026-04-01' ORDER BY h.EdgeStartTimestamp DESC LIMIT 3", 1)]
    [InlineData("SELECT RayID FROM http_requests WHERE EdgeStartTimestamp < '2026-04-01T05:00:00Z' ORDER BY EdgeStartTimestamp DESC LIMIT 3", 1)]
    [InlineData("SELECT RayID FROM http_requests WHERE BotScore >= 0 ORDER BY EdgeStartTimestamp DESC LIMIT 3", 1)]
    // What the log does not tell of every row may be of any file.
    [InlineData("SELECT RayID FROM http_requests WHERE BotScore >= 4 ORDER BY EdgeStartTimestamp DESC LIMIT 3", Files)]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID LIKE '9%' ORDER BY EdgeStartTimestamp DESC LIMIT 3", Files)]
    [InlineData("SELECT RayID FROM http_requests ORDER BY EdgeStartTimestamp LIMIT 3", Files)]
    [InlineData("SELECT RayID FROM http_requests ORDER BY EdgeStartTimestamp DESC NULLS FIRST LIMIT 3", Files)]
    [InlineData("SELECT RayID AS EdgeStartTimestamp FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 3", Files)]
    [InlineData("SELECT DISTINCT RayID FROM http_requests ORDER BY RayID DESC LIMIT 3", Files)]
    [InlineData("SELECT max(RayID) FROM http_requests", Files)]
    [InlineData("SELECT RayID, row_number() OVER (ORDER BY EdgeStartTimestamp) FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 3", Files)]
    [InlineData("WITH a AS (SELECT * FROM http_requests) SELECT RayID FROM a ORDER BY EdgeStartTimestamp DESC LIMIT 3", Files)]
    public async Task The_newest_rows_are_read_from_the_newest_files(string sql, int files)
    {
        var answer = await _lake.QueryAsync(sql, Token);

        Assert.Equal(files, answer.Plan.FilesRead);
        Assert.Equal(await WholeAsync(sql), Text(answer));
    }

    [Theory]
    [InlineData("SELECT count(*) FROM http_requests", 0, 100)]
    [InlineData("SELECT count(*) AS n FROM http_requests WHERE date = '2026-04-01'", 0, 100)]
    [InlineData("SELECT count(*), count(*) FROM http_requests WHERE EdgeStartTimestamp >= '2026-04-01T03:00:00Z'", 0, 70)]
    [InlineData("SELECT count(*) FROM http_requests WHERE EdgeStartTimestamp >= '2026-04-01T03:05:00Z'", 1, 60)]
    [InlineData("SELECT min(EdgeStartTimestamp) AS a FROM http_requests", 1, 90)]
    [InlineData("SELECT count(*), min(EdgeStartTimestamp), max(EdgeStartTimestamp) FROM http_requests", 2, 80)]
    [InlineData("SELECT count(*) FROM http_requests WHERE BotScore BETWEEN 0 AND 9", 0, 100)]
    [InlineData("SELECT count(*) FROM http_requests WHERE BotScore BETWEEN 0 AND 8", Files, 0)]
    [InlineData("SELECT count(*) FROM http_requests WHERE date = '2026-04-01' AND RayID LIKE '1%'", Files, 0)]
    [InlineData("SELECT count(*) FROM http_requests WHERE date = '2026-04-01' OR BotScore = 1", Files, 0)]
    [InlineData("SELECT count(*), max(BotScore) FROM http_requests", Files, 0)]
    [InlineData("SELECT count(*) FILTER (WHERE BotScore > 3) FROM http_requests", Files, 0)]
    [InlineData("SELECT count(ClientASN) FROM http_requests", Files, 0)]
    [InlineData("SELECT count(*) + 1 FROM http_requests", Files, 0)]
    [InlineData("SELECT date, count(*) FROM http_requests GROUP BY date", Files, 0)]
    [InlineData("SELECT count(*) FROM http_requests HAVING count(*) > 1", Files, 0)]
    public async Task What_the_log_tells_is_not_read(string sql, int files, long rows)
    {
        var answer = await _lake.QueryAsync(sql, Token);

        Assert.Equal((files, rows), (answer.Plan.FilesRead, answer.Plan.RowsFromLog));
        Assert.Equal(await WholeAsync(sql), Text(answer));
    }

    [Fact]
    public async Task The_bounds_of_a_request_count_as_conditions()
    {
        var request = new QueryRequest("SELECT count(*) AS n FROM http_requests", TestLake.Account) { From = Start.AddMinutes(65), To = Start.AddHours(4) };

        var answer = await _lake.QueryAsync(request, Token);

        Assert.Equal((25L, 1, 20L), (answer.Value, answer.Plan.FilesRead, answer.Plan.RowsFromLog));
    }

    [Fact]
    public async Task Nothing_is_counted_of_nothing()
    {
        var answer = await _lake.QueryAsync("SELECT count(*) AS n, max(EdgeStartTimestamp) AS m FROM http_requests WHERE date = '2020-01-01'", Token);

        Assert.Equal([0L, null], answer.Rows.Single());
    }

    [Fact]
    public async Task Any_statement_answers_as_one_that_reads_all() => await Gen.Int.SampleAsync(
        async seed =>
        {
            var sql = Statement(new Random(seed));

            var answer = await _lake.QueryAsync(sql, Token);

            Assert.True(await WholeAsync(sql) == Text(answer), $"{sql}: {Text(answer)}");
        },
        iter: 300, threads: 2);

    /// <summary>The answer of the same statement over a subquery, which no shortcut looks into.</summary>
    async Task<string> WholeAsync(string sql) =>
        Text(await _lake.QueryAsync(sql.Contains("WITH", StringComparison.Ordinal) ? sql : sql.Replace(
            "FROM http_requests", $"FROM (SELECT *, date FROM http_requests) AS {(sql.Contains(" AS h", StringComparison.Ordinal) ? "" : "http_requests")}", StringComparison.Ordinal)
            .Replace("AS  AS h", "AS h", StringComparison.Ordinal), Token));

    static string Text(TestAnswer answer) => string.Join('\n', answer.Rows.Select(row => string.Join('|', row.Select(value => value switch
    {
        null => "-",
        IFormattable known => known.ToString(null, CultureInfo.InvariantCulture),
        _ => string.Join(',', value as System.Collections.IEnumerable ?? value.ToString()!),
    }))));

    static string Statement(Random random)
    {
        var where = random.Next(3) == 0 ? "" : " WHERE " + string.Join(" AND ", Enumerable.Range(0, random.Next(1, 3)).Select(_ => Condition(random)));
        if (random.Next(2) == 0)
            return $"SELECT {string.Join(", ", Enumerable.Range(0, random.Next(1, 3)).Select(_ => Aggregates[random.Next(random.Next(2) == 0 ? 3 : Aggregates.Length)]))} FROM http_requests{where}";
        var offset = random.Next(3) == 0 ? $" OFFSET {random.Next(20)}" : "";
        return $"SELECT {string.Join(", ", Columns.Take(random.Next(1, Columns.Length + 1)))} FROM http_requests{where} ORDER BY EdgeStartTimestamp DESC, RayID LIMIT {random.Next(1, 40)}{offset}";
    }

    static string Condition(Random random)
    {
        var instant = Start.AddMinutes(random.Next(-30, 660)).AddMilliseconds(random.Next(3) * 500).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        string[] signs = ["=", "<", "<=", ">", ">="];
        return random.Next(7) switch
        {
            0 => $"BotScore {signs[random.Next(5)]} {random.Next(-1, 11)}",
            1 => $"ClientASN {signs[random.Next(5)]} {random.Next(-1, 4)}",
            2 => $"date {signs[random.Next(5)]} '2026-04-0{random.Next(1, 3)}'",
            3 => $"BotScore BETWEEN {random.Next(-1, 3)} AND {random.Next(5, 11)}",
            4 => $"ClientASN IN ({random.Next(3)}, {random.Next(3)})",
            5 => $"RayID LIKE '{random.Next(10)}%'",
            _ => $"EdgeStartTimestamp {signs[random.Next(5)]} '{instant}'",
        };
    }

    // Two files have a number in every row, one in none, and the others in some.
    static string Line(int file, int row)
    {
        var asn = file < 2 ? $"{row % 3}" : file == 9 || row % 2 == 0 ? "null" : "1";
        return $$"""{"EdgeStartTimestamp":"2026-04-01T{{file:00}}:{{row:00}}:00.5Z","RayID":"{{row}}{{file}}","BotScore":{{row}},"ClientASN":{{asn}},"BotTags":["a"]}""";
    }
}
