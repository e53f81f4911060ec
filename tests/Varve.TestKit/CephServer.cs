using System.Diagnostics;
using Amazon.S3;

namespace Varve.TestKit;

/// <summary>A real S3 server on this machine, started when it is first asked for and stopped when it is disposed.</summary>
public sealed class CephServer : IAsyncDisposable
{
    /// <summary>The access key.</summary>
    public const string AccessKeyId = "varve";

    /// <summary>The secret of the access key.</summary>
    public const string SecretAccessKey = "varvesecret";

    readonly TemporaryFolder _folder = new();
    readonly Lazy<Task<string>> _endpoint;

    /// <summary>Starts nothing yet.</summary>
    public CephServer() => _endpoint = new(() => RunAsync("up", _folder.FullPath, "0", $"{Environment.ProcessId}"));

    /// <summary>Why there is none: what to install; null when it can be started.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>Its address. The first call starts it.</summary>
    public Task<string> EndpointAsync() => _endpoint.Value;

    /// <summary>The SDK's own client, to look past the store.</summary>
    public async Task<AmazonS3Client> ClientAsync() => new(
        AccessKeyId, SecretAccessKey, new AmazonS3Config { ServiceURL = await EndpointAsync(), AuthenticationRegion = "us-east-1", ForcePathStyle = true });

    /// <summary>Makes an empty bucket.</summary>
    public async Task MakeBucketAsync(string bucket, CancellationToken cancellationToken)
    {
        using var client = await ClientAsync();
        await client.PutBucketAsync(bucket, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_endpoint.IsValueCreated)
            await RunAsync("down", _folder.FullPath);
        _folder.Dispose();
    }

    static string? FindMissing()
    {
        string[] programs = ["ceph-mon", "ceph-osd", "radosgw"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var missing = programs.Where(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToList();
        return missing.Count == 0 ? null : $"There is no S3 server to test with: install {string.Join(", ", missing)} (make setup).";
    }

    static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(RepositoryFolders.Root, "eng", "ceph.sh"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"eng/ceph.sh {arguments[0]} failed: {await errors}");
        return (await output).Trim();
    }
}
