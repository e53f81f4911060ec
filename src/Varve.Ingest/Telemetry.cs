using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Varve.Ingest;

/// <summary>Traces and metrics, named like the project. docs/operations.md lists the metrics.</summary>
static class Telemetry
{
    const string Name = "Varve.Ingest";
    static readonly Meter Meter = new(Name);
    static readonly double[] Seconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
    static readonly double[] LagSeconds = [1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 21_600, 86_400];

    public static ActivitySource Activities { get; } = new(Name);

    public static Counter<long> Records { get; } = Meter.CreateCounter<long>("varve.ingest.records", "{record}", "Records stored");

    public static Counter<long> Bytes { get; } = Meter.CreateCounter<long>("varve.ingest.bytes", "By", "Bytes read in batches that were stored, after decompression");

    public static Counter<long> Batches { get; } = Meter.CreateCounter<long>("varve.ingest.batches", "{batch}", "Batches stored");

    public static Counter<long> Rejected { get; } = Meter.CreateCounter<long>("varve.ingest.rejected", "{line}", "Lines that could not be stored as records");

    public static Counter<long> Filtered { get; } = Meter.CreateCounter<long>("varve.ingest.filtered", "{record}", "Records that an ingest filter left out");

    public static Counter<long> Repeated { get; } = Meter.CreateCounter<long>("varve.ingest.repeated", "{batch}", "Batches that had been stored before");

    public static Counter<long> Failures { get; } = Meter.CreateCounter<long>("varve.ingest.failures", "{batch}", "Batches that were refused, or failed");

    public static Counter<long> Refused { get; } = Meter.CreateCounter<long>("varve.ingest.refused", "{batch}", "Batches that were refused since there was no room");

    public static Counter<long> IndexFailures { get; } = Meter.CreateCounter<long>("varve.ingest.index.failures", "{file}", "Data files stored without their side index, since the store did not take it");

    public static Counter<long> PackFailures { get; } = Meter.CreateCounter<long>("varve.ingest.pack.failures", "{pack}", "Times that side indexes could not be grouped into packs");

    public static UpDownCounter<long> Memory { get; } = Meter.CreateUpDownCounter<long>("varve.ingest.memory", "By", "Bytes that batches on their way hold");

    public static UpDownCounter<long> InFlight { get; } = Meter.CreateUpDownCounter<long>("varve.ingest.inflight", "{batch}", "Batches that are not answered yet");

    public static Histogram<double> BatchDuration { get; } = Meter.CreateHistogram(
        "varve.ingest.batch.duration", "s", "From a batch's first byte to its answer", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });

    public static Histogram<double> Lag { get; } = Meter.CreateHistogram(
        "varve.ingest.lag", "s", "Age of a batch's newest record when it was answered", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LagSeconds });
}
