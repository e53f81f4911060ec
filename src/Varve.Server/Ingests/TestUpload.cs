using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace Varve.Server;

/// <summary>The file that Cloudflare uploads when a Logpush job is made. It is answered with success and not stored.</summary>
static class TestUpload
{
    const int BytesMax = 128;

    /// <summary>True when the body is a test upload. What was looked at stays in the reader.</summary>
    public static async Task<bool> IsOneAsync(PipeReader body, CancellationToken cancellationToken)
    {
        var read = await body.ReadAtLeastAsync(BytesMax + 1, cancellationToken);
        var isOne = read.Buffer.Length <= BytesMax && IsOne(read.Buffer.ToArray());
        body.AdvanceTo(read.Buffer.Start);
        return isOne;
    }

    static bool IsOne(byte[] body)
    {
        if (body is [0x1f, 0x8b, ..])
        {
            var plain = new byte[BytesMax];
            try
            {
                using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
                body = plain[..gzip.ReadAtLeast(plain, BytesMax, throwOnEndOfStream: false)];
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }

        var text = body.AsSpan().Trim(" \t\r\n"u8);
        return text.SequenceEqual("""{"content":"tests"}"""u8) || text.SequenceEqual("""{"content":"test"}"""u8);
    }
}
