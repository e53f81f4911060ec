using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

public sealed class BucketQueryTests : IAsyncLifetime
{
    const int Files = 3;
    const int Rows = 400;

    readonly TestLake _lake = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var file = 0; file < Files; file++)
            await _lake.IngestAsync("http_requests", Enumerable.Range(0, Rows).Select(row => Line(file, row)), Token);
    }

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("SELECT count(*) FROM http_requests")]
    [InlineData("SELECT * FROM http_requests ORDER BY EdgeStartTimestamp DESC, RayID LIMIT 100")]
    [InlineData("SELECT RayID, RequestHeaders['x-a'], BotTags FROM http_requests WHERE array_contains(BotTags, 'odd') ORDER BY RayID")]
    [InlineData("SELECT ClientIP, count(*), sum(BotScore) FROM http_requests WHERE EdgeResponseStatus = 403 GROUP BY ClientIP ORDER BY ClientIP")]
    [InlineData("SELECT date, max(RayID) FROM http_requests GROUP BY date ORDER BY date")]
    [InlineData("SELECT RayID, _extra.Own FROM http_requests WHERE RayID = 'r1-17'")]
    [InlineData("SELECT RayID FROM http_requests WHERE ClientRequestURI LIKE '%/7%' AND EdgeStartTimestamp >= '2026-04-02T00:00:00Z' ORDER BY RayID")]
    [InlineData("SELECT count(JA4Signals) FROM http_requests")]
    public async Task An_answer_is_the_same_as_from_a_folder(string sql)
    {
        using var bucket = await BucketLake.CopyAsync(_lake);
        var expected = await _lake.QueryAsync(sql, Token);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var answer = await bucket.QueryAsync(sql);

            Assert.Equal(expected.Columns, answer.Columns);
            Assert.Equal(expected.Rows, answer.Rows);
        }
    }

    [Fact]
    public async Task Columns_that_come_later_into_the_same_files_are_seen()
    {
        using var bucket = await BucketLake.CopyAsync(_lake);
        foreach (var columns in new[] { "RayID", "ClientIP", "RayID, ClientIP", "BotScore", "RayID, ClientIP, BotScore, RequestHeaders", "*" })
        {
            var sql = $"SELECT {columns} FROM http_requests ORDER BY EdgeStartTimestamp, RayID";

            Assert.Equal((await _lake.QueryAsync(sql, Token)).Rows, (await bucket.QueryAsync(sql)).Rows);
        }
    }

    [Fact]
    public async Task A_plan_says_what_was_fetched_and_what_was_here()
    {
        const string Sql = "SELECT RayID FROM http_requests ORDER BY RayID";
        using var bucket = await BucketLake.CopyAsync(_lake);

        var first = (await bucket.QueryAsync(Sql)).Plan;
        var second = (await bucket.QueryAsync(Sql)).Plan;

        Assert.Equal((first.Fetched!.Requests, first.Fetched.BytesFetched), (bucket.Store.Reads.Count + bucket.Store.Heads, bucket.Store.Reads.Sum(read => (long)read.Length)));
        Assert.InRange(first.Fetched.BytesFetched, 1, first.BytesRead - 1);
        Assert.Equal((0L, 0L), (second.Fetched!.Requests, second.Fetched.BytesFetched));
        Assert.InRange(second.Fetched.BytesCached, 1, first.Fetched.BytesFetched);
        Assert.Null((await _lake.QueryAsync(Sql, Token)).Plan.Fetched);
    }

    [Fact]
    public async Task A_look_up_fetches_nothing_of_files_that_cannot_hold_it()
    {
        using var bucket = await BucketLake.CopyAsync(_lake);

        var answer = await bucket.QueryAsync("SELECT * FROM http_requests WHERE RayID = 'r1-17' AND date = '2026-04-02'");

        Assert.Single(answer.Rows);
        Assert.Single(bucket.Store.Reads.Select(read => read.Path).Where(path => path.EndsWith(".parquet", StringComparison.Ordinal)).Distinct());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task A_store_that_does_not_answer_fails_the_query_and_the_next_one_finds_nothing_wrong(int reads)
    {
        const string Sql = "SELECT RayID, ClientIP FROM http_requests ORDER BY RayID";
        using var bucket = await BucketLake.CopyAsync(_lake);
        bucket.Store.BeforeRead = (_, _, _) =>
            bucket.Store.Reads.Count > reads ? throw new VarveException(FaultKind.Unavailable, "The bucket does not answer.") : Task.CompletedTask;

        var fault = await Assert.ThrowsAsync<VarveException>(() => bucket.QueryAsync(Sql));
        bucket.Store.BeforeRead = null;
        var answer = await bucket.QueryAsync(Sql);

        Assert.Equal((FaultKind.Unavailable, "The bucket does not answer."), (fault.Kind, fault.Message));
        Assert.Equal((await _lake.QueryAsync(Sql, Token)).Rows, answer.Rows);
    }

    [Fact]
    public async Task What_takes_longer_than_a_query_may_run_is_stopped()
    {
        using var bucket = await BucketLake.CopyAsync(_lake, limits: new QueryLimits { Duration = TimeSpan.FromMilliseconds(50), ConcurrencyMax = 1 });
        bucket.Store.BeforeRead = static (_, _, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => bucket.QueryAsync("SELECT RayID FROM http_requests"));
        var again = await Assert.ThrowsAsync<VarveException>(() => bucket.QueryAsync("SELECT RayID FROM http_requests"));

        Assert.Equal((FaultKind.LimitExceeded, "timeout", "timeout"), (fault.Kind, fault.Detail?.Code, again.Detail?.Code));
    }

    [Fact]
    public async Task A_caller_that_goes_away_while_files_are_fetched_frees_its_turn()
    {
        using var bucket = await BucketLake.CopyAsync(_lake, limits: TestLake.NoAnswersKept with { ConcurrencyMax = 1 });
        var arrived = new TaskCompletionSource();
        bucket.Store.BeforeRead = (_, _, token) =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        };
        using var caller = new CancellationTokenSource();
        var run = bucket.Engine.RunAsync(new QueryRequest("SELECT RayID FROM http_requests", TestLake.Account), caller.Token);
        await arrived.Task;

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        bucket.Store.BeforeRead = null;

        Assert.Equal(1L * Files * Rows, (await bucket.QueryAsync("SELECT count(*) FROM http_requests")).Value);
    }

    [Fact]
    public async Task A_query_that_needs_more_than_the_cache_may_hold_says_how_much()
    {
        using var bucket = await BucketLake.CopyAsync(_lake, BucketLake.InParts with { BytesMax = 1000 });

        var fault = await Assert.ThrowsAsync<VarveException>(() => bucket.QueryAsync("SELECT * FROM http_requests"));

        Assert.Equal(FaultKind.LimitExceeded, fault.Kind);
        Assert.Matches("^The query needs [0-9]+ bytes of the cache, which may hold 1000\\. Narrow", fault.Message);
    }

    [Fact]
    public async Task Files_stay_as_long_as_a_run_reads_them_and_go_afterwards()
    {
        using var bucket = await BucketLake.CopyAsync(_lake);
        var all = (await bucket.QueryAsync("SELECT RayID FROM http_requests")).Plan.Fetched!.BytesFetched;
        using var tight = await BucketLake.CopyAsync(_lake, BucketLake.InParts with { BytesMax = all });
        await using (await tight.Engine.RunAsync(new QueryRequest("SELECT RayID FROM http_requests", TestLake.Account), Token))
        {
        }

        var answer = await tight.QueryAsync("SELECT count(ClientSrcPort) FROM http_requests");

        Assert.Equal(1L * Files * Rows, answer.Value);
    }

    [Theory]
    [InlineData("[abc]")]
    [InlineData("a*c")]
    public async Task A_cache_folder_that_the_engine_would_take_for_a_pattern_is_refused_at_once(string name)
    {
        using var folder = new TemporaryFolder();

        var fault = Assert.Throws<VarveException>(() => new QueryEngine(
            new MemoryObjectStore(), _lake.Datasets, new QueryLimits(), folder.At("temporary"), TimeProvider.System, cacheFolder: folder.At(name)));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    static string Line(int file, int row) =>
        $$"""
        {"EdgeStartTimestamp":"2026-04-0{{file + 1}}T00:{{row / 60:00}}:{{row % 60:00}}Z","EdgeResponseStatus":{{(row % 7 == 0 ? 403 : 200)}},"RayID":"r{{file}}-{{row}}",
        "ClientIP":"10.0.{{file}}.{{row % 13}}","ClientRequestURI":"/{{row % 11}}/{{Noise(file, row)}}","ClientSrcPort":{{row}},"BotScore":{{row % 99}},"Own":"o{{row}}",
        "RequestHeaders":{"x-a":"{{Noise(row, file)}}"},"BotTags":["{{(row % 2 == 0 ? "even" : "odd")}}"]}
        """.ReplaceLineEndings(" ");

    static string Noise(int a, int b) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(((long)a << 32) + b)));
}
