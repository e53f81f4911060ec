using Varve.Storage.S3;

namespace Varve.Storage;

/// <summary>Opens a store by its address.</summary>
public static class ObjectStores
{
    /// <summary>
    /// Opens <c>file:///folder</c> or <c>s3://bucket/prefix</c>. Any other scheme is <see cref="FaultKind.Invalid"/> with a message that says
    /// what is accepted. How a bucket is reached is in the environment, as <see cref="S3Options"/> describes.
    /// </summary>
    /// <param name="url">The address.</param>
    /// <param name="environment">How a variable is read; null stands for this process's environment.</param>
    public static IObjectStore Open(string url, Func<string, string?>? environment = null)
    {
        if (url.StartsWith("s3://", StringComparison.OrdinalIgnoreCase))
            return new RetryingObjectStore(
                new S3ObjectStore(url, environment is null ? null : new S3Options { Environment = environment }), new RetryOptions(), TimeProvider.System, new Random().NextDouble);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
            throw Refuse(url, "it is not an address");
        return address.Scheme switch
        {
            "file" when url.Contains('?') || url.Contains('#') => throw Refuse(url, "it has a '?' or a '#': write %3F or %23 in the name of a folder"),
            "file" when address.Host.Length == 0 => new LocalObjectStore(address.LocalPath),
            "file" => throw Refuse(url, "a file address has three slashes: file:///folder"),
            "s3" => throw Refuse(url, "an S3 address has two slashes: s3://bucket/prefix"),
            _ => throw Refuse(url, $"the scheme '{address.Scheme}' is not known"),
        };
    }

    static VarveException Refuse(string url, string why) =>
        new(FaultKind.Invalid, $"The store '{url}' cannot be used: {why}. Use file:///path/of/a/folder or s3://bucket/prefix.");
}
