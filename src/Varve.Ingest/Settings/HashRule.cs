using System.Buffers;
using System.Security.Cryptography;

namespace Varve.Ingest.Settings;

/// <summary>HMAC-SHA-256 (RFC 2104) as lower case hexadecimal digits. An empty text, which Logpush sends for no value, stays empty.</summary>
sealed class HashRule(byte[] key) : FieldRule
{
    public override bool Drops => false;

    public override bool TryWrite(ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        if (value.IsEmpty)
            return true;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, value, hash);
        const int DigitsPerByte = 2;
        if (!Convert.TryToHexStringLower(hash, output.GetSpan(hash.Length * DigitsPerByte), out var written))
            return false;
        output.Advance(written);
        return true;
    }
}
