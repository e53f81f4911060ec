using Varve.Ingest.Lines;

namespace Varve.Ingest.Formats;

/// <summary>What a body is before its form matters.</summary>
public static class PlainBody
{
    /// <summary>
    /// The body, decompressed when its first two bytes are those of gzip. Reading gzip that is damaged or cut off throws
    /// <see cref="InvalidDataException"/>. The size of what comes out is for the caller to bound.
    /// </summary>
    public static Task<Stream> OpenAsync(Stream body, CancellationToken cancellationToken) => Gzip.DecompressAsync(body, cancellationToken);
}
