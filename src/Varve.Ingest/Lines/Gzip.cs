using System.IO.Compression;

namespace Varve.Ingest.Lines;

/// <summary>Plain bytes out of a stream that may be gzip: told by its first two bytes, since Logpush sends files without saying so.</summary>
static class Gzip
{
    // The decompressor asks for little at a time.
    const int CompressedBytes = 256 << 10;

    /// <summary>The stream itself, or its decompressed content; reading damaged or cut-off gzip throws <see cref="InvalidDataException"/>.</summary>
    public static async Task<Stream> DecompressAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[2];
        var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        head = head[..read];
        return head is [0x1F, 0x8B]
            ? new CompleteGzipStream(new BufferedStream(
                new ChainedStream(new MemoryStream(head), stream, new MemoryStream(CompleteGzipStream.EndMember)), CompressedBytes))
            : new ChainedStream(new MemoryStream(head), stream);
    }

    /// <summary>Streams read one after the other.</summary>
    sealed class ChainedStream(params Stream[] parts) : ReadOnlyStream
    {
        int _part;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (; _part < parts.Length; _part++)
                if (await parts[_part].ReadAsync(buffer, cancellationToken) is > 0 and var read)
                    return read;
            return 0;
        }
    }

    /// <summary>
    /// GZipStream takes the end of its input for the end of the data and says nothing of a file that was cut off. So a member with a known
    /// content is put after the input: only when all before it was complete does the output end with just that.
    /// </summary>
    sealed class CompleteGzipStream(Stream compressed) : ReadOnlyStream
    {
        static readonly byte[] EndContent = "varve: the end of a gzip stream that was not cut off"u8.ToArray();

        readonly GZipStream _gzip = new(compressed, CompressionMode.Decompress);
        readonly byte[] _pending = new byte[(64 << 10) + EndContent.Length];
        int _start;
        int _end;

        public static byte[] EndMember { get; } = Compress(EndContent);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // What might be the end is held back until it is known to be followed by more.
            while (_end - _start <= EndContent.Length)
            {
                _pending.AsSpan(_start, _end - _start).CopyTo(_pending);
                (_start, _end) = (0, _end - _start);
                var read = await _gzip.ReadAsync(_pending.AsMemory(_end), cancellationToken);
                if (read > 0)
                {
                    _end += read;
                    continue;
                }

                if (!_pending.AsSpan(0, _end).SequenceEqual(EndContent))
                    throw new InvalidDataException("The data ends before it is complete.");
                return 0;
            }

            var count = Math.Min(buffer.Length, _end - _start - EndContent.Length);
            _pending.AsMemory(_start, count).CopyTo(buffer);
            _start += count;
            return count;
        }

        static byte[] Compress(byte[] content)
        {
            using var stream = new MemoryStream();
            using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(content);
            return stream.ToArray();
        }
    }
}
