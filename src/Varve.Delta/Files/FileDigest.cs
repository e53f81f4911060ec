using System.Security.Cryptography;
using Varve.Delta.Actions;

namespace Varve.Delta.Files;

/// <summary>The SHA-256 of a data file's bytes, which the action that adds it keeps as a tag: whoever reads the file can tell that it is the one that was stored.</summary>
public static class FileDigest
{
    /// <summary>The tag's name.</summary>
    public const string Tag = "varve.sha256";

    /// <summary>The digest that the log has of a file; null when it has none, as of other writers.</summary>
    public static string? Of(AddFile file) => file.Tags?.GetValueOrDefault(Tag);

    /// <summary>The digest of bytes, in hexadecimal digits.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>The digest of a file of this machine.</summary>
    public static async Task<string> OfFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
