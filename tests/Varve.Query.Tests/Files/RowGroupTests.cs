using System.Globalization;
using Varve.Query.Files;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

/// <summary>One file of three row groups, 300 ms from row to row.</summary>
public sealed class RowGroupTests(ThreeRowGroups groups) : IClassFixture<ThreeRowGroups>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SELECT * FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 10", 1)]
    [InlineData("SELECT RayID, ClientIP FROM http_requests WHERE EdgeStartTimestamp >= '2026-04-01T15:00:00Z' AND EdgeStartTimestamp < '2026-04-01T15:00:05Z'", 1)]
    [InlineData("SELECT RayID, ClientIP FROM http_requests WHERE EdgeStartTimestamp BETWEEN '2026-04-01T15:00:00Z' AND '2026-04-01T15:00:05Z'", 1)]
    [InlineData("SELECT RayID FROM http_requests WHERE EdgeStartTimestamp = '2026-04-01T00:00:06Z'", 1)]
    [InlineData("SELECT ClientIP, count(*) AS n FROM http_requests WHERE EdgeStartTimestamp < '2026-04-01T01:00:00Z' AND RayID LIKE '1%' GROUP BY ClientIP ORDER BY n, ClientIP", 1)]
    [InlineData("SELECT a.RayID FROM http_requests AS a JOIN http_requests AS b USING (RayID) WHERE a.EdgeStartTimestamp < '2026-04-01T00:00:05Z' AND b.EdgeStartTimestamp < '2026-04-01T00:00:03Z'", 1)]
    [InlineData("WITH w AS (SELECT RayID FROM http_requests WHERE EdgeStartTimestamp < '2026-04-01T00:00:03Z') SELECT count(*) FROM w AS x, w AS y", 1)]
    [InlineData("SELECT count(*), max(RayID) FROM http_requests WHERE EdgeStartTimestamp > '2026-04-01T15:00:00Z' OR RayID = 'r1'", 3)]
    public async Task Only_row_groups_of_the_time_are_fetched(string sql, int fetched)
    {
        var expected = await groups.Lake.QueryAsync(sql, Token);
        using var bucket = await BucketLake.CopyAsync(groups.Lake);

        var answer = await bucket.QueryAsync(sql);
        var again = await bucket.QueryAsync(sql);

        Assert.Equal(expected.Rows, answer.Rows);
        Assert.Equal(expected.Rows, again.Rows);
        // The chunks of the timestamp tell how many groups came.
        Assert.Equal(fetched, groups.Timestamps.Count(chunk => bucket.Store.Reads.Any(read => read.Path.EndsWith(".parquet", StringComparison.Ordinal) && read.Start <= chunk && read.Start + read.Length > chunk)));
    }

    [Fact]
    public async Task The_bounds_of_a_request_count_too()
    {
        using var bucket = await BucketLake.CopyAsync(groups.Lake);
        var request = new QueryRequest("SELECT count(*), min(RayID), max(RayID) FROM http_requests", TestLake.Account) { From = ThreeRowGroups.Start.AddSeconds(60_000), To = ThreeRowGroups.Start.AddSeconds(60_100) };

        var answer = await bucket.QueryAsync(request);

        Assert.Equal((await groups.Lake.QueryAsync(request, Token)).Rows, answer.Rows);
        Assert.InRange(answer.Plan.Fetched!.BytesFetched, 1, groups.SizeBytes / 2);
    }

    [Fact]
    public async Task Times_at_random_give_the_rows_of_a_folder()
    {
        var random = new Random(20260401);
        using var bucket = await BucketLake.CopyAsync(groups.Lake);
        for (var i = 0; i < 25; i++)
        {
            var from = ThreeRowGroups.Start.AddSeconds(random.Next(-1000, 76_000));
            var to = from.AddSeconds(random.Next(1, random.Next(2) == 0 ? 10 : 40_000));
            var sql = $"SELECT count(*), count(RayID), min(RayID), max(ClientIP) FROM http_requests WHERE EdgeStartTimestamp {(i % 2 == 0 ? ">" : ">=")} '{Iso(from)}' AND EdgeStartTimestamp {(i % 3 == 0 ? "<" : "<=")} '{Iso(to)}'";

            Assert.Equal((await groups.Lake.QueryAsync(sql, Token)).Rows, (await bucket.QueryAsync(sql)).Rows);
        }
    }

    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(5, 6, 1)]
    [InlineData(10, 11, 1)]
    [InlineData(11, 20, 0)]
    [InlineData(11, 21, 1)]
    [InlineData(9, 21, 2)]
    [InlineData(31, 99, 0)]
    public void Groups_are_chosen_by_their_first_and_last_instant(long from, long to, int groupsRead)
    {
        var content = SampleFile.OfTimes([0, 10], [20, 30]);
        var start = content.Length - ParquetFooter.TrailerBytes - ParquetFooter.LengthOf(content.AsSpan(^ParquetFooter.TrailerBytes));

        var layout = ParquetLayout.Parse(content.AsSpan(start..^ParquetFooter.TrailerBytes), start, content.Length, 1 << 20, isWhole: false);
        var all = layout.RangesOf(new HashSet<string> { "t", "a" });

        // The tail, and two chunks of each group.
        Assert.Equal(5, all.Count);
        Assert.Equal(1 + (2 * groupsRead), layout.RangesOf(new HashSet<string> { "t", "a" }, new TimeRange("T", from, to)).Count);
        Assert.Equal(all, layout.RangesOf(new HashSet<string> { "t", "a" }, new TimeRange("a", from, to)));
        Assert.Equal(all, layout.RangesOf(new HashSet<string> { "t", "a" }, new TimeRange("x", from, to)));
    }

    static string Iso(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>A file with more rows than two row groups hold, of one day.</summary>
public sealed class ThreeRowGroups : IAsyncLifetime
{
    public const int Rows = 250_000;
    public static readonly DateTimeOffset Start = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    public TestLake Lake { get; } = new(flushRows: 1_000_000);

    /// <summary>Where the chunks of the timestamp begin.</summary>
    public IReadOnlyList<long> Timestamps { get; private set; } = [];

    public long SizeBytes { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Lake.IngestAsync("http_requests", Enumerable.Range(0, Rows).Select(row =>
            $$"""{"EdgeStartTimestamp":"{{Start.AddMilliseconds(300L * row).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","RayID":"r{{row}}","ClientIP":"10.0.{{row % 7}}.{{row % 250}}"}"""), TestContext.Current.CancellationToken);
        Timestamps = [.. Directory.GetFiles(Lake.StoreFolder, "*.parquet", SearchOption.AllDirectories).SelectMany(file => ParquetMetadata.Of(File.ReadAllBytes(file)))
            .Where(chunk => chunk.Column == "EdgeStartTimestamp").Select(chunk => chunk.Start)];
        SizeBytes = Directory.GetFiles(Lake.StoreFolder, "*.parquet", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
    }

    public ValueTask DisposeAsync()
    {
        Lake.Dispose();
        return ValueTask.CompletedTask;
    }
}
