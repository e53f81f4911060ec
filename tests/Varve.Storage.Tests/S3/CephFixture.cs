using Amazon.S3;
using Varve.Storage.S3;
using Varve.TestKit;

[assembly: AssemblyFixture(typeof(Varve.Storage.Tests.S3.CephFixture))]

namespace Varve.Storage.Tests.S3;

/// <summary>One S3 server for all tests of the assembly. A test that asks for it where there is none is skipped, and fails in CI.</summary>
public sealed class CephFixture : IAsyncDisposable
{
    readonly CephServer _server = new();
    int _buckets;

    /// <summary>Settings that reach the server.</summary>
    public async Task<S3Options> OptionsAsync() => NewOptions(await EndpointAsync());

    /// <summary>Settings for the server's keys at this address.</summary>
    public static S3Options NewOptions(string endpoint, int multipartBytesMin = 64 << 20, TimeSpan? timeout = null) => new()
    {
        Endpoint = endpoint,
        AccessKeyId = CephServer.AccessKeyId,
        SecretAccessKey = CephServer.SecretAccessKey,
        MultipartBytesMin = multipartBytesMin,
        PartBytes = 5 << 20,
        RequestTimeout = timeout ?? TimeSpan.FromSeconds(30),
    };

    /// <summary>The server's address.</summary>
    public Task<string> EndpointAsync()
    {
        if (CephServer.Missing is { } missing)
            Refuse(missing);
        return _server.EndpointAsync();
    }

    /// <summary>The name of a new empty bucket.</summary>
    public async Task<string> NewBucketAsync()
    {
        await EndpointAsync();
        var bucket = $"bucket-{Interlocked.Increment(ref _buckets)}";
        await _server.MakeBucketAsync(bucket, TestContext.Current.CancellationToken);
        return bucket;
    }

    /// <summary>The SDK's own client, to look past the store.</summary>
    public Task<AmazonS3Client> ClientAsync() => _server.ClientAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    static void Refuse(string missing)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(missing);
        Assert.Skip(missing);
    }
}
