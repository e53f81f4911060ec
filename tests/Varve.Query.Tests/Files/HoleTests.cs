using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

/// <summary>
/// Parts of the files on this machine are zeroed on purpose, as if they had never been fetched: the engine has to fail, or not to need them. It
/// never answers from a hole, and what it failed over is fetched anew.
/// </summary>
public sealed class HoleTests : IAsyncLifetime
{
    readonly TestLake _lake = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _lake.IngestAsync(
        "http_requests", Enumerable.Range(0, 500).Select(row =>
            $$"""{"EdgeStartTimestamp":"2026-04-01T00:{{row / 60:00}}:{{row % 60:00}}Z","RayID":"r{{row}}","ClientIP":"10.0.0.{{row % 5}}","BotScore":{{row % 10}},"BotTags":["t{{row % 3}}"]}"""), Token);

    public ValueTask DisposeAsync()
    {
        _lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("SELECT count(*) FROM http_requests WHERE ClientIP <> ''")]
    [InlineData("SELECT RayID FROM http_requests ORDER BY RayID")]
    [InlineData("SELECT ClientIP, count(*) FROM http_requests WHERE BotScore > 3 GROUP BY ClientIP ORDER BY ClientIP")]
    [InlineData("SELECT RayID, BotTags FROM http_requests WHERE ClientIP = '10.0.0.3' ORDER BY EdgeStartTimestamp DESC LIMIT 10")]
    public async Task A_part_that_is_missing_is_an_error_or_is_not_needed(string sql)
    {
        var expected = await _lake.QueryAsync(sql, Token);
        var content = await File.ReadAllBytesAsync(Directory.GetFiles(_lake.StoreFolder, "part-*.parquet", SearchOption.AllDirectories).Single(), Token);
        string[] columns = ["EdgeStartTimestamp", "RayID", "ClientIP", "BotScore", "BotTags"];
        var failures = 0;
        foreach (var chunk in ParquetMetadata.Of(content).Where(chunk => columns.Contains(chunk.Column)))
        {
            using var bucket = await BucketLake.CopyAsync(_lake);
            await bucket.QueryAsync(sql);
            Zero(bucket, chunk.Start, chunk.Length);

            var answer = await Record(() => bucket.QueryAsync(sql));

            if (answer is null)
                failures++;
            else
                Assert.Equal(expected.Rows, answer.Rows);
            Assert.Equal(expected.Rows, (await bucket.QueryAsync(sql)).Rows);
        }

        Assert.NotEqual(0, failures);
    }

    [Fact]
    public async Task A_footer_that_is_gone_is_an_error_or_is_remembered()
    {
        const string Sql = "SELECT RayID FROM http_requests ORDER BY RayID";
        using var bucket = await BucketLake.CopyAsync(_lake);
        await bucket.QueryAsync(Sql);
        var size = new FileInfo(LocalFile(bucket)).Length;
        Zero(bucket, size - 1000, 1000);

        // The engine may remember the footer for a while: then the answer is right, and the error comes later or never.
        for (var attempt = 0; attempt < 3; attempt++)
            if (await Record(() => bucket.QueryAsync(Sql)) is { } answer)
                Assert.Equal(500, answer.Rows.Count);
            else
                Assert.Equal(500, (await bucket.QueryAsync(Sql)).Rows.Count);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_an_error()
    {
        const string Sql = "SELECT RayID FROM http_requests ORDER BY RayID";
        using var bucket = await BucketLake.CopyAsync(_lake);
        await bucket.QueryAsync(Sql);
        File.Delete(LocalFile(bucket));

        Assert.Null(await Record(() => bucket.QueryAsync(Sql)));
        Assert.Equal(500, (await bucket.QueryAsync(Sql)).Rows.Count);
    }

    static string LocalFile(BucketLake bucket) => Directory.GetFiles(bucket.CacheFolder, "*.parquet", SearchOption.AllDirectories).Single();

    static void Zero(BucketLake bucket, long start, long length)
    {
        using var file = File.OpenHandle(LocalFile(bucket), FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, new byte[length], start);
    }

    static async Task<TestAnswer?> Record(Func<Task<TestAnswer>> ask)
    {
        try
        {
            return await ask();
        }
        catch (VarveException fault)
        {
            Assert.Equal((FaultKind.Corrupt, "file_unreadable"), (fault.Kind, fault.Detail?.Code));
            return null;
        }
    }
}
