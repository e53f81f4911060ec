using Varve.Delta;
using Varve.Delta.Commits;
using Varve.Storage.S3;
using Varve.TestKit;

namespace Varve.Storage.Tests.S3;

public sealed class DeltaOverS3Tests(CephFixture ceph)
{
    const int Writers = 4;
    const int Commits = 10;

    static readonly DeltaOptions Patient = new() { CommitDeadline = TimeSpan.FromMinutes(5), BackoffMax = TimeSpan.FromMilliseconds(20) };

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commits_of_many_writers_are_all_there_once()
    {
        var url = $"s3://{await ceph.NewBucketAsync()}/tables";

        await CommitAllAsync(url, await ceph.EndpointAsync());
    }

    [Fact]
    public async Task Commits_whose_answers_or_requests_are_lost_are_all_there_once()
    {
        var random = new Random(7);
        var url = $"s3://{await ceph.NewBucketAsync()}/tables";
        await using var proxy = await S3Proxy.StartAsync(await ceph.EndpointAsync(), call =>
        {
            lock (random)
                return call.Method != "PUT" ? S3Fate.Forward : random.Next(5) switch
                {
                    0 => S3Fate.LoseAnswer,
                    1 => S3Fate.LoseRequest,
                    2 => S3Fate.Refuse(503, "SlowDown"),
                    _ => S3Fate.Forward,
                };
        });

        await CommitAllAsync(url, proxy.Endpoint);
    }

    async Task CommitAllAsync(string url, string endpoint)
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                using var store = Open(url, endpoint);
                var table = await TestTable.OpenAsync(store, Token, Patient);
                var mine = new List<long>();
                for (var number = 0; number < Commits; number++)
                    mine.Add(Assert.IsType<CommitOutcome.Committed>(await table.CommitAsync(TestTable.Append($"w{writer}-{number}"), Token)).Version);
                return mine;
            },
            Token)));

        using var store = Open(url, await ceph.EndpointAsync());
        var table = await TestTable.OpenAsync(store, Token);
        Assert.All(versions, mine => Assert.Equal(mine.Order(), mine));
        Assert.Equal(Enumerable.Range(1, Writers * Commits).Select(version => (long)version), versions.SelectMany(mine => mine).Order());
        Assert.Equal(Writers * Commits, table.Latest.Version);
        Assert.Equal(
            Enumerable.Range(0, Writers).SelectMany(writer => Enumerable.Range(0, Commits).Select(number => $"w{writer}-{number}")).Order(StringComparer.Ordinal),
            table.Latest.Files.Keys.Order(StringComparer.Ordinal));
    }

    static RetryingObjectStore Open(string url, string endpoint) => new(
        new S3ObjectStore(url, CephFixture.NewOptions(endpoint)), new RetryOptions { BackoffMin = TimeSpan.FromMilliseconds(5) }, TimeProvider.System, new Random(1).NextDouble);
}
