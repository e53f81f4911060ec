using Varve.Storage.S3;
using Varve.TestKit;

namespace Varve.Storage.Tests.S3;

public sealed class S3RaceTests(CephFixture ceph)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_eight_racing_writers_exactly_one_creates_the_object()
    {
        const int writers = 8;
        var url = $"s3://{await ceph.NewBucketAsync()}/race";
        var options = await ceph.OptionsAsync();
        var stores = Enumerable.Range(0, writers).Select(_ => new S3ObjectStore(url, options)).ToArray();

        for (var round = 0; round < 50; round++)
        {
            var path = $"{round:D20}.json";
            var outcomes = await Task.WhenAll(stores.Select((store, writer) =>
                Task.Run(() => store.PutIfAbsentAsync(path, Enumerable.Repeat((byte)writer, 2000).ToArray(), Token), Token)));

            var winner = Assert.Single(Enumerable.Range(0, writers), writer => outcomes[writer] == PutOutcome.Created);
            Assert.Equal(writers - 1, outcomes.Count(outcome => outcome == PutOutcome.Exists));
            Assert.Equal(Enumerable.Repeat((byte)winner, 2000), await stores[0].ReadAsync(path, Token));
        }

        foreach (var store in stores)
            store.Dispose();
    }

    [Fact]
    public async Task A_put_if_absent_whose_answer_is_lost_is_unknown_and_sent_once()
    {
        await using var proxy = await S3Proxy.StartAsync(await ceph.EndpointAsync(), call => call.Method == "PUT" ? S3Fate.LoseAnswer : S3Fate.Forward);
        using var store = new S3ObjectStore($"s3://{await ceph.NewBucketAsync()}", CephFixture.NewOptions(proxy.Endpoint));
        // The connection is used before, as those of a server that runs are.
        Assert.Null(await store.ReadAsync("a", Token));

        var outcome = await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);

        Assert.Equal(PutOutcome.Unknown, outcome);
        Assert.Single(proxy.Calls, call => call.Method == "PUT");
        Assert.Equal([1], await store.ReadAsync("a", Token));
    }

    [Fact]
    public async Task A_put_if_absent_that_never_arrives_is_unknown_and_sent_once()
    {
        await using var proxy = await S3Proxy.StartAsync(await ceph.EndpointAsync(), call => call.Method == "PUT" ? S3Fate.LoseRequest : S3Fate.Forward);
        using var store = new S3ObjectStore($"s3://{await ceph.NewBucketAsync()}", CephFixture.NewOptions(proxy.Endpoint));
        Assert.Null(await store.ReadAsync("a", Token));

        var outcome = await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);

        Assert.Equal(PutOutcome.Unknown, outcome);
        Assert.Single(proxy.Calls, call => call.Method == "PUT");
        Assert.Null(await store.ReadAsync("a", Token));
    }

    [Fact]
    public async Task The_server_of_the_tests_passes_the_check_and_nothing_stays()
    {
        using var store = new S3ObjectStore($"s3://{await ceph.NewBucketAsync()}", await ceph.OptionsAsync());

        await store.CheckConditionalPutsAsync(Token);

        Assert.Empty(await store.ListAsync("", null, Token).ToListAsync(Token));
    }
}
