using System.IO.Hashing;

namespace Varve.Ingest.Lines;

/// <summary>Passes a stream on and hashes what passes.</summary>
sealed class HashingStream(Stream stream) : ReadOnlyStream
{
    /// <summary>The hash of what has passed.</summary>
    public XxHash128 Hash { get; } = new();

    /// <summary>Bytes that have passed.</summary>
    public long Bytes { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await stream.ReadAsync(buffer, cancellationToken);
        Hash.Append(buffer.Span[..read]);
        Bytes += read;
        return read;
    }
}
