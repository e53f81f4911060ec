using Varve.Generator.Text;

namespace Varve.Generator.Simulation;

internal static class CacheStatuses
{
    public static readonly byte[] Unknown = Ascii.Bytes("unknown");
    public static readonly byte[] Hit = Ascii.Bytes("hit");
    public static readonly byte[] Miss = Ascii.Bytes("miss");
    public static readonly byte[] Expired = Ascii.Bytes("expired");
    public static readonly byte[] Revalidated = Ascii.Bytes("revalidated");
    public static readonly byte[] Dynamic = Ascii.Bytes("dynamic");
    public static readonly byte[] Bypass = Ascii.Bytes("bypass");
}
