using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Varve.Ingest.Settings;

/// <summary>
/// Leaves of an IPv4 address the first 24 bits, of an IPv6 address the first 48, the rest zero; of another text its first characters and
/// <c>***</c>, or <c>***</c> alone when it has no more than these. An empty text stays empty.
/// </summary>
sealed class MaskRule(int keep) : FieldRule
{
    const int NetworkBytes6 = 6;
    const int AddressBytes6 = 16;
    const int Address4CharsMax = 15;
    const int Address6CharsMax = 64;

    public override bool Drops => false;

    public override bool TryWrite(ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        if (value.IsEmpty || TryWriteNetwork4(value, output) || TryWriteNetwork6(value, output))
            return true;
        var end = 0;
        for (var characters = 0; end < value.Length && characters < keep; characters++)
            do
                end++;
            while (end < value.Length && (value[end] & 0xC0) == 0x80);
        if (end < value.Length)
            output.Write(value[..end]);
        output.Write("***"u8);
        return true;
    }

    static bool TryWriteNetwork4(ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        if (value.Length > Address4CharsMax)
            return false;
        var (part, parts, digits) = (0, 1, 0);
        foreach (var letter in value)
            if (letter is >= (byte)'0' and <= (byte)'9')
            {
                part = (part * 10) + letter - '0';
                if (++digits > 3 || part > byte.MaxValue)
                    return false;
            }
            else if (letter == '.' && digits > 0)
                (part, parts, digits) = (0, parts + 1, 0);
            else
                return false;

        if (parts != 4 || digits == 0)
            return false;
        output.Write(value[..(value.LastIndexOf((byte)'.') + 1)]);
        output.Write("0"u8);
        return true;
    }

    static bool TryWriteNetwork6(ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        if (value.Length > Address6CharsMax || !value.Contains((byte)':') || value.ContainsAny("[]/"u8)
            || !IPAddress.TryParse(value, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[AddressBytes6];
        address.TryWriteBytes(bytes, out var length);
        bytes = bytes[..length];
        bytes[(length == AddressBytes6 ? NetworkBytes6 : 3)..].Clear();
        new IPAddress(bytes).TryFormat(output.GetSpan(Address6CharsMax), out var written);
        output.Advance(written);
        return true;
    }
}
