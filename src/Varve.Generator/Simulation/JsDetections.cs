using Varve.Generator.Text;

namespace Varve.Generator.Simulation;

internal static class JsDetections
{
    public static readonly byte[] Passed = Ascii.Bytes("passed");
    public static readonly byte[] Failed = Ascii.Bytes("failed");
    public static readonly byte[] Missing = Ascii.Bytes("missing");
}
