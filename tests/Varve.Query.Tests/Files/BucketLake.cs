using Varve.Query.Files;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Files;

/// <summary>The tables of a lake, copied into a store that is no folder, and an engine over it.</summary>
sealed class BucketLake : IDisposable
{
    /// <summary>No file is small: even those of a few rows are read in parts.</summary>
    public static readonly RangeCacheLimits InParts = new() { TailBytes = 16, GapBytesMax = 0, FirstLookBytesMin = long.MaxValue };

    /// <summary>Every statement that can begin with a first look does.</summary>
    public static readonly RangeCacheLimits Looking = InParts with { FirstLookBytesMin = long.MinValue };

    readonly TemporaryFolder _folder = new();

    BucketLake(IObjectStore store, TestLake lake, RangeCacheLimits? cacheLimits, QueryLimits? limits)
    {
        Store = new WatchedStore(store);
        Engine = new QueryEngine(
            Store, lake.Datasets, limits ?? TestLake.NoAnswersKept, _folder.At("temporary"), TimeProvider.System, cacheFolder: CacheFolder, cacheLimits: cacheLimits ?? InParts);
    }

    public WatchedStore Store { get; }

    public QueryEngine Engine { get; }

    public string CacheFolder => _folder.At("cache");

    public static async Task<BucketLake> CopyAsync(TestLake lake, RangeCacheLimits? cacheLimits = null, QueryLimits? limits = null)
    {
        var token = TestContext.Current.CancellationToken;
        var store = new MemoryObjectStore();
        await foreach (var found in lake.Store.ListAsync("", null, token))
            await store.PutAsync(found.Path, (await lake.Store.ReadAsync(found.Path, token))!, token);
        return new BucketLake(store, lake, cacheLimits, limits);
    }

    public Task<TestAnswer> QueryAsync(string sql) => QueryAsync(new QueryRequest(sql, TestLake.Account, TestLake.Zone));

    public async Task<TestAnswer> QueryAsync(QueryRequest request)
    {
        await using var run = await Engine.RunAsync(request, TestContext.Current.CancellationToken);
        var rows = new List<object?[]>();
        await foreach (var block in run.ReadAsync(TestContext.Current.CancellationToken))
            for (var row = 0; row < block.Count; row++)
                rows.Add([.. block.Columns.Select(column => column[row])]);
        return new TestAnswer(run.Plan, run.Columns, rows, run.IsTruncated);
    }

    public void Dispose()
    {
        Engine.Dispose();
        _folder.Dispose();
    }
}
