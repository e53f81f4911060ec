using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Varve.Ingest;

static class Telemetry
{
    const string Name = "Varve.Ingest";
    static readonly Meter Meter = new(Name);

    public static ActivitySource Activities { get; } = new(Name);

    public static Counter<long> Records { get; } = Meter.CreateCounter<long>("varve.ingest.records", "{record}", "Records stored");

    public static Counter<long> Rejected { get; } = Meter.CreateCounter<long>("varve.ingest.rejected", "{line}", "Lines that could not be stored as records");
}
