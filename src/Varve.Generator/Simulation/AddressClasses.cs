using Varve.Generator.Text;

namespace Varve.Generator.Simulation;

internal static class AddressClasses
{
    public static readonly byte[] NoRecord = Ascii.Bytes("noRecord");
    public static readonly byte[] SearchEngine = Ascii.Bytes("searchEngine");
    public static readonly byte[] MonitoringService = Ascii.Bytes("monitoringService");
    public static readonly byte[] BadHost = Ascii.Bytes("badHost");
    public static readonly byte[] Scan = Ascii.Bytes("scan");
}
