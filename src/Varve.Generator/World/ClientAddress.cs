using System.Text;
using Varve.Generator.Text;

namespace Varve.Generator.World;

/// <summary>An IPv4 address, or an IPv6 address of the form 2001:db8:net:site::host.</summary>
internal readonly record struct ClientAddress
{
    const ulong V6Mark = 1UL << 63;

    readonly ulong _bits;

    ClientAddress(ulong bits) => _bits = bits;

    public static ClientAddress V4(int a, int b, int c, int d) => new((uint)(a << 24 | b << 16 | c << 8 | d));

    /// <summary>All three parts are 1 to ffff: then this is the canonical text (RFC 5952).</summary>
    public static ClientAddress V6(int net, int site, int host) =>
        new(V6Mark | (ulong)net << 32 | (ulong)site << 16 | (uint)host);

    public void Write(TextBuffer output)
    {
        if ((_bits & V6Mark) != 0)
        {
            output.Raw("2001:db8:"u8);
            output.Hex(_bits >> 32 & 0xFFFF);
            output.Byte((byte)':');
            output.Hex(_bits >> 16 & 0xFFFF);
            output.Raw("::"u8);
            output.Hex(_bits & 0xFFFF);
            return;
        }

        for (var shift = 24; shift >= 0; shift -= 8)
        {
            output.Number((long)(_bits >> shift & 255));
            if (shift > 0)
                output.Byte((byte)'.');
        }
    }

    public override string ToString()
    {
        var text = new TextBuffer(40);
        Write(text);
        return Encoding.ASCII.GetString(text.Written);
    }
}
