using Varve.Query.Planning;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

/// <summary>Ten files of ten rows, an hour each; scores go from 0 to 9 in each file, and the addresses are the files'.</summary>
public sealed class FirstLookTests : IAsyncLifetime
{
    const int Files = 10;

    readonly TestLake _lake = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var file = 0; file < Files; file++)
            await _lake.IngestAsync("http_requests", Enumerable.Range(0, 10).Select(row =>
                $$"""{"EdgeStartTimestamp":"2026-04-01T{{file:00}}:{{row:00}}:00Z","RayID":"{{(row * 37 % 10)}}{{file}}","ClientIP":"10.0.0.{{file}}","BotScore":{{row}},"ClientRequestURI":"/{{file}}/{{row}}"}"""), Token);
    }

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("SELECT * FROM http_requests WHERE RayID = '33'", 1)]
    [InlineData("SELECT * FROM http_requests AS h WHERE h.RayID IN ('33', '34') ORDER BY RayID", 2)]
    [InlineData("SELECT * FROM http_requests WHERE RayID = 'none'", 0)]
    [InlineData("SELECT * FROM http_requests WHERE ClientRequestURI LIKE '/4/%' AND BotScore < 3 ORDER BY RayID", 1)]
    [InlineData("SELECT ClientIP, sum(BotScore) AS n FROM http_requests WHERE lower(RayID) = '57' GROUP BY ClientIP", 1)]
    [InlineData("SELECT count(*), max(ClientIP) FROM http_requests WHERE RayID = 'none'", 0)]
    [InlineData("SELECT * FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 10", 1)]
    [InlineData("SELECT * FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 11", 2)]
    [InlineData("SELECT * FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 5 OFFSET 16", 3)]
    [InlineData("SELECT * FROM http_requests WHERE BotScore = 4 ORDER BY EdgeStartTimestamp DESC, RayID LIMIT 3", 3)]
    [InlineData("SELECT RayID, date FROM http_requests WHERE BotScore > 7 AND date = '2026-04-01' ORDER BY EdgeStartTimestamp DESC LIMIT 3", 2)]
    [InlineData("SELECT RayID AS r FROM http_requests ORDER BY EdgeStartTimestamp DESC NULLS LAST LIMIT 3", 1)]
    [InlineData("SELECT RayID FROM http_requests ORDER BY EdgeStartTimestamp DESC NULLS FIRST LIMIT 3", 10)]
    [InlineData("SELECT RayID FROM http_requests ORDER BY EdgeStartTimestamp LIMIT 3", 10)]
    [InlineData("SELECT RayID FROM http_requests ORDER BY RayID DESC, EdgeStartTimestamp DESC LIMIT 3", 10)]
    [InlineData("SELECT RayID AS EdgeStartTimestamp FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 3", 10)]
    [InlineData("SELECT DISTINCT ClientIP, BotScore > 20 AS b FROM http_requests ORDER BY ClientIP DESC LIMIT 3", 10)]
    [InlineData("SELECT max(RayID) FROM http_requests", 10)]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = '33'", 10)]
    [InlineData("SELECT ClientIP AS c, RayID FROM http_requests WHERE c = '10.0.0.1' ORDER BY RayID", 10)]
    [InlineData("SELECT ClientIP FROM http_requests WHERE random() < 2 AND RayID = '33'", 10)]
    public async Task Other_columns_are_fetched_of_the_files_that_hold_the_answer(string sql, int files)
    {
        using var bucket = await BucketLake.CopyAsync(_lake, BucketLake.Looking);
        var expected = await _lake.QueryAsync(sql, Token);

        var answer = await bucket.QueryAsync(sql);

        Assert.Equal(expected.Rows, answer.Rows);
        Assert.Equal(expected.Columns, answer.Columns);
        Assert.Equal((Files, files), (answer.Plan.FilesTotal, answer.Plan.FilesRead));
    }

    [Fact]
    public async Task A_bound_of_the_request_is_kept()
    {
        using var bucket = await BucketLake.CopyAsync(_lake, BucketLake.Looking);
        var request = new QueryRequest("SELECT * FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 4", TestLake.Account)
        {
            From = new DateTimeOffset(2026, 4, 1, 2, 0, 0, TimeSpan.Zero),
            To = new DateTimeOffset(2026, 4, 1, 5, 3, 0, TimeSpan.Zero),
        };

        var answer = await bucket.QueryAsync(request);

        Assert.Equal((await _lake.QueryAsync(request, Token)).Rows, answer.Rows);
        Assert.Equal(2, answer.Plan.FilesRead);
    }

    [Fact]
    public async Task It_is_taken_when_it_may_save_so_many_bytes_and_not_for_fewer()
    {
        const string Sql = "SELECT * FROM http_requests WHERE RayID = '33'";
        long all, few;
        using (var bucket = await BucketLake.CopyAsync(_lake))
            all = (await bucket.QueryAsync(Sql)).Plan.Fetched!.BytesFetched;
        using (var bucket = await BucketLake.CopyAsync(_lake))
            few = (await bucket.QueryAsync("SELECT RayID FROM http_requests WHERE RayID = '33'")).Plan.Fetched!.BytesFetched;

        Assert.Equal(1, await FilesReadAsync(all - few));
        Assert.Equal(Files, await FilesReadAsync(all - few + 1));

        async Task<int> FilesReadAsync(long bytesMin)
        {
            using var bucket = await BucketLake.CopyAsync(_lake, BucketLake.InParts with { FirstLookBytesMin = bytesMin });
            return (await bucket.QueryAsync(Sql)).Plan.FilesRead;
        }
    }

    [Fact]
    public async Task What_was_looked_at_counts_as_fetched()
    {
        using var bucket = await BucketLake.CopyAsync(_lake, BucketLake.Looking);

        var plan = (await bucket.QueryAsync("SELECT * FROM http_requests WHERE RayID = '33'")).Plan;

        var reads = bucket.Store.Reads.Where(read => read.Path.EndsWith(".parquet", StringComparison.Ordinal)).ToList();
        Assert.Equal((reads.Count + Files, reads.Sum(read => (long)read.Length)), (plan.Fetched!.Requests, plan.Fetched.BytesFetched));
    }

    [Theory]
    [InlineData(1, "c")]
    [InlineData(5, "c")]
    [InlineData(6, "b c")]
    [InlineData(9, "a b c")]
    [InlineData(10, "a b c")]
    [InlineData(13, "a b c n")]
    public void The_newest_rows_are_in_files_as_new_as_the_oldest_of_enough(long wanted, string expected)
    {
        var day = new DateTime(2026, 4, 1);
        var look = new FirstLook(new System.Text.Json.Nodes.JsonObject(), new HashSet<string>(), wanted);

        var (kept, oldest) = look.Choose([("a", 4, day, day.AddDays(2)), ("b", 3, day.AddDays(3), day.AddDays(4)), ("c", 5, day.AddDays(5), day.AddDays(6)), ("n", 0, null, null)]);

        Assert.Equal(expected, string.Join(' ', kept.Order()));
        Assert.Equal(expected[^1] != 'n', oldest is not null);
    }
}
