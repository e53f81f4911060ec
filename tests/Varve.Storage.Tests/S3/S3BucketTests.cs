using Amazon.S3.Model;
using Varve.Storage.S3;
using Varve.TestKit;

namespace Varve.Storage.Tests.S3;

/// <summary>What only a bucket has: parts, pages, prefixes, keys, other programs' objects.</summary>
public sealed class S3BucketTests(CephFixture ceph)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Large_content_goes_in_parts_and_comes_back_whole()
    {
        await using var proxy = await S3Proxy.StartAsync(await ceph.EndpointAsync(), _ => S3Fate.Forward);
        using var store = new S3ObjectStore($"s3://{await ceph.NewBucketAsync()}", CephFixture.NewOptions(proxy.Endpoint, multipartBytesMin: 6 << 20));
        var content = new byte[(12 << 20) + 17];
        new Random(4).NextBytes(content);

        await store.PutAsync("large", content, Token);

        Assert.True((await store.ReadAsync("large", Token)).AsSpan().SequenceEqual(content));
        Assert.True((await store.ReadRangeAsync("large", (5 << 20) - 3, 10, Token)).AsSpan().SequenceEqual(content.AsSpan((5 << 20) - 3, 10)));
        Assert.Equal(3, proxy.Calls.Count(call => call.Target.Contains("partNumber=", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("partNumber=2")]
    [InlineData("uploadId=")]
    public async Task A_put_in_parts_that_fails_leaves_nothing(string failing)
    {
        await using var proxy = await S3Proxy.StartAsync(await ceph.EndpointAsync(), call =>
            call.Target.Contains(failing, StringComparison.Ordinal) && call.Method is "PUT" or "POST" && !call.Target.EndsWith("?uploads", StringComparison.Ordinal)
                ? S3Fate.Refuse(500, "InternalError") : S3Fate.Forward);
        var bucket = await ceph.NewBucketAsync();
        using var store = new S3ObjectStore($"s3://{bucket}", CephFixture.NewOptions(proxy.Endpoint, multipartBytesMin: 6 << 20));
        using var client = await ceph.ClientAsync();

        var fault = await Assert.ThrowsAsync<VarveException>(() => store.PutAsync("large", new byte[12 << 20], Token));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Null(await store.ReadAsync("large", Token));
        Assert.Empty((await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = bucket }, Token)).MultipartUploads ?? []);
    }

    [Fact]
    public async Task A_large_conditional_put_is_one_request_and_leaves_what_is_there()
    {
        await using var proxy = await S3Proxy.StartAsync(await ceph.EndpointAsync(), _ => S3Fate.Forward);
        using var store = new S3ObjectStore($"s3://{await ceph.NewBucketAsync()}", CephFixture.NewOptions(proxy.Endpoint, multipartBytesMin: 6 << 20));

        Assert.Equal(PutOutcome.Created, await store.PutIfAbsentAsync("large", new byte[7 << 20], Token));
        Assert.Equal(PutOutcome.Exists, await store.PutIfAbsentAsync("large", new byte[8 << 20], Token));

        Assert.Equal(7 << 20, (await store.HeadAsync("large", Token))?.SizeBytes);
        Assert.Equal(2, proxy.Calls.Count(call => call.Method == "PUT"));
    }

    [Fact]
    public async Task A_listing_goes_through_pages_and_many_objects_are_deleted_by_the_thousand()
    {
        await using var proxy = await S3Proxy.StartAsync(await ceph.EndpointAsync(), _ => S3Fate.Forward);
        var url = $"s3://{await ceph.NewBucketAsync()}/p";
        using var direct = new S3ObjectStore(url, await ceph.OptionsAsync());
        using var store = new S3ObjectStore(url, CephFixture.NewOptions(proxy.Endpoint));
        var paths = Enumerable.Range(0, 1203).Select(number => $"t/{number:D6}").ToList();
        await Parallel.ForEachAsync(paths, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token },
            async (path, token) => await direct.PutAsync(path, new byte[] { 1 }, token));

        Assert.Equal(paths, await store.ListAsync("t/", null, Token).Select(info => info.Path).ToListAsync(Token));
        Assert.Equal(2, proxy.Calls.Count);
        Assert.Equal(paths[1199..], await store.ListAsync("t/", "t/001198", Token).Select(info => info.Path).ToListAsync(Token));
        Assert.Equal(paths[150..], await store.ListAsync("t/", "t/000149", Token).Select(info => info.Path).ToListAsync(Token));

        var before = proxy.Calls.Count;
        await store.DeleteManyAsync([.. paths[1..], "t/never-there"], Token);

        Assert.Equal(2, proxy.Calls.Count - before);
        Assert.Equal([paths[0]], await store.ListAsync("", null, Token).Select(info => info.Path).ToListAsync(Token));
    }

    [Fact]
    public async Task A_store_sees_its_prefix_and_nothing_beside_it()
    {
        var bucket = await ceph.NewBucketAsync();
        using var all = new S3ObjectStore($"s3://{bucket}", await ceph.OptionsAsync());
        using var store = new S3ObjectStore($"s3://{bucket}/team a/logs", await ceph.OptionsAsync());
        foreach (var path in (string[])["team a/logs2/x", "team a/log", "other/x"])
            await all.PutAsync(path, new byte[] { 1 }, Token);

        await store.PutAsync("t/1", new byte[] { 2 }, Token);

        Assert.Equal(["t/1"], await store.ListAsync("", null, Token).Select(info => info.Path).ToListAsync(Token));
        Assert.Equal(["t"], await store.ListFoldersAsync("", Token));
        Assert.Equal([2], await all.ReadAsync("team a/logs/t/1", Token));
        var longest = string.Join('/', Enumerable.Repeat(new string('d', 127), 8));
        Assert.Contains("longer than 1024", (await Assert.ThrowsAsync<VarveException>(() => store.ReadAsync(longest, Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_are_no_paths_are_left_out_of_listings()
    {
        var bucket = await ceph.NewBucketAsync();
        using var store = new S3ObjectStore($"s3://{bucket}", await ceph.OptionsAsync());
        using var client = await ceph.ClientAsync();
        foreach (var key in (string[])["folder/", "a//b", "a/b"])
            await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, ContentBody = "", UseChunkEncoding = false }, Token);

        Assert.Equal(["a/b"], await store.ListAsync("", null, Token).Select(info => info.Path).ToListAsync(Token));
    }

    [Theory]
    [InlineData("nobody", CephServer.SecretAccessKey, "Check AWS_ACCESS_KEY_ID")]
    [InlineData(CephServer.AccessKeyId, "wrong", "Check AWS_SECRET_ACCESS_KEY")]
    public async Task Bad_keys_are_refused_by_every_operation(string id, string secret, string advice)
    {
        var options = new S3Options { Endpoint = await ceph.EndpointAsync(), AccessKeyId = id, SecretAccessKey = secret };
        using var store = new S3ObjectStore($"s3://{await ceph.NewBucketAsync()}", options);

        foreach (var operation in Operations(store).Where((_, index) => index != 1))
        {
            var fault = await Assert.ThrowsAsync<VarveException>(operation);
            Assert.Equal(FaultKind.Invalid, fault.Kind);
            Assert.True(fault.Message.Contains(advice, StringComparison.Ordinal), fault.ToString());
        }

        Assert.Contains("access is denied", (await Assert.ThrowsAsync<VarveException>(() => store.HeadAsync("a", Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_told_by_every_operation()
    {
        using var store = new S3ObjectStore("s3://no-such-bucket/p", await ceph.OptionsAsync());

        foreach (var operation in Enumerable.Repeat(Operations(store), 5).SelectMany(operations => operations))
        {
            var fault = await Assert.ThrowsAsync<VarveException>(operation);
            Assert.True(fault.Kind == FaultKind.NotFound, fault.ToString());
            Assert.Contains("there is no bucket 'no-such-bucket'. Make it", fault.Message, StringComparison.Ordinal);
        }
    }

    static IEnumerable<Func<Task>> Operations(S3ObjectStore store) =>
    [
        () => store.ReadAsync("a", Token),
        () => store.HeadAsync("a", Token),
        () => store.ReadRangeAsync("a", 0, 1, Token),
        () => store.PutAsync("a", new byte[] { 1 }, Token),
        () => store.PutIfAbsentAsync("a", new byte[] { 1 }, Token),
        () => store.DeleteAsync("a", Token),
        () => store.DeleteManyAsync(["a"], Token),
        () => store.ListFoldersAsync("", Token),
        () => store.ListAsync("", null, Token).ToListAsync(Token).AsTask(),
        () => store.CheckConditionalPutsAsync(Token),
    ];
}
