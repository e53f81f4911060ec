using CsCheck;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

/// <summary>
/// Random statements over random tables, through a cache that is cold, hot, too small for all, and used by several at once: the rows are those
/// that a folder gives.
/// </summary>
public sealed class CachePropertyTests : IAsyncLifetime
{
    const int Tables = 3;

    static readonly string[] Columns =
    [
        "RayID", "ClientIP", "ClientCountry", "ClientRequestURI", "BotScore", "ClientASN", "EdgeStartTimestamp", "EdgeEndTimestamp", "BotTags", "RequestHeaders", "_extra", "date",
        "JA4", "_sample_interval",
    ];

    static readonly Gen<string> Conditions = Gen.OneOf(
        Gen.Const("true"), Gen.Int[0, 60].Select(row => $"RayID = 'r{row:00}'"), Gen.Int[0, 9].Select(score => $"BotScore >= {score}"),
        Gen.Int[0, 9].Select(score => $"BotScore IN ({score}, 3)"), Gen.Int[1, 4].Select(day => $"date = '2026-04-0{day}'"),
        Gen.Int[0, 9].Select(part => $"ClientRequestURI LIKE '%{part}%'"), Gen.Int[0, 95].Select(hour => $"EdgeStartTimestamp < TIMESTAMP '2026-04-01 00:00:00' + INTERVAL '{hour}' HOUR"),
        Gen.Const("array_contains(BotTags, 't1')"), Gen.Const("RequestHeaders['h'] = 'v2'"), Gen.Const("ClientASN IS NULL"), Gen.Const("_extra.Own = 'o3'"));

    static readonly Gen<string> Statements = Gen.OneOf(
        Gen.Select(Gen.OneOf(Columns).Array[1, 5], Conditions, Conditions, static (columns, one, other) =>
            $"SELECT {string.Join(", ", columns.Distinct())}, RayID FROM http_requests WHERE {one} AND {other} ORDER BY RayID, EdgeStartTimestamp, ClientRequestURI"),
        Gen.Select(Gen.OneOf(Columns), Conditions, static (column, condition) => $"SELECT count({column}), count(*), max(RayID) FROM http_requests WHERE {condition}"),
        Gen.Select(Conditions, Gen.Int[1, 20], static (condition, limit) => $"SELECT * FROM http_requests WHERE {condition} ORDER BY EdgeStartTimestamp DESC, RayID, ClientRequestURI LIMIT {limit}"),
        Gen.Select(Gen.OneOf("ClientIP", "ClientCountry", "BotScore"), Conditions, static (column, condition) =>
            $"SELECT {column}, count(*) AS n FROM http_requests WHERE {condition} GROUP BY {column} ORDER BY {column}"));

    readonly TestLake _lake = new(flushRows: 12);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var random = new Random(20260402);
        for (var table = 0; table < Tables; table++)
            await _lake.IngestAsync("http_requests", Enumerable.Range(0, random.Next(20, 60)).Select(row => Line(random, row)), Token, zone: $"zone{table}");
    }

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task The_rows_are_those_of_a_folder(long firstLookBytesMin)
    {
        var cacheLimits = BucketLake.InParts with { FirstLookBytesMin = firstLookBytesMin, FooterMemoryBytesMax = 20_000, GapBytesMax = 100, RequestBytesMax = 2000 };
        using var bucket = await BucketLake.CopyAsync(_lake, cacheLimits, TestLake.NoAnswersKept with { ConcurrencyMax = 2 });

        var fetched = await CompareAsync(bucket, Gen.Int[0, Tables], threads: 2);

        Assert.NotEqual(0, fetched);
    }

    [Fact]
    public async Task So_they_are_when_the_files_of_a_table_drive_out_those_of_another()
    {
        long most = 0;
        using (var roomy = await BucketLake.CopyAsync(_lake))
            for (var table = 0; table < Tables; table++)
                most = Math.Max(most, (await roomy.QueryAsync(new QueryRequest("SELECT * FROM http_requests", TestLake.Account, $"zone{table}"))).Plan.Fetched!.BytesFetched);
        using var bucket = await BucketLake.CopyAsync(_lake, BucketLake.InParts with { BytesMax = most }, TestLake.NoAnswersKept with { ConcurrencyMax = 1 });

        var fetched = await CompareAsync(bucket, Gen.Int[0, Tables - 1], threads: 1);

        Assert.True(fetched > most * Tables, $"{fetched} bytes were fetched, and {most} fit in.");
    }

    async Task<long> CompareAsync(BucketLake bucket, Gen<int> tables, int threads)
    {
        var fetched = 0L;
        await Gen.Select(tables, Statements).SampleAsync(
            async (table, sql) =>
            {
                var request = new QueryRequest(sql, TestLake.Account, table == Tables ? null : $"zone{table}");

                var expected = await _lake.QueryAsync(request, Token);
                var answer = await bucket.QueryAsync(request);

                Interlocked.Add(ref fetched, answer.Plan.Fetched!.BytesFetched);
                Assert.Equal(expected.Rows, answer.Rows);
            },
            iter: 100, threads: threads);
        return fetched;
    }

    static string Line(Random random, int row)
    {
        var instant = new DateTime(2026, 4, 1).AddMinutes(15 * random.Next(0, 96 * 4));
        return System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["EdgeStartTimestamp"] = $"{instant:yyyy-MM-dd'T'HH:mm:ss}Z",
            ["EdgeEndTimestamp"] = random.Next(3) == 0 ? null : $"{instant:yyyy-MM-dd'T'HH:mm:ss}.250Z",
            ["RayID"] = $"r{row:00}",
            ["ClientIP"] = $"10.0.0.{random.Next(6)}",
            ["ClientCountry"] = random.Next(2) == 0 ? null : "us",
            ["ClientRequestURI"] = $"/{random.NextInt64():x}",
            ["BotScore"] = random.Next(3) == 0 ? null : random.Next(0, 10),
            ["ClientASN"] = random.Next(3) > 0 ? null : random.Next(-1, 3),
            ["BotTags"] = random.Next(3) == 0 ? null : Enumerable.Range(0, random.Next(4)).Select(tag => $"t{tag}").ToArray(),
            ["RequestHeaders"] = random.Next(2) == 0 ? null : new Dictionary<string, string> { ["h"] = $"v{random.Next(4)}" },
            ["Own"] = random.Next(4) == 0 ? $"o{random.Next(5)}" : null,
        });
    }
}
