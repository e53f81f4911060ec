using Varve.Generator.Text;

namespace Varve.Generator.Simulation;

internal static class Methods
{
    public static readonly byte[] Get = Ascii.Bytes("GET");
    public static readonly byte[] Post = Ascii.Bytes("POST");
    public static readonly byte[] Head = Ascii.Bytes("HEAD");
    public static readonly byte[] Propfind = Ascii.Bytes("PROPFIND");
}
