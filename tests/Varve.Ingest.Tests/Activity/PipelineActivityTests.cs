using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest.Activity;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests.Activity;

/// <summary>The pipeline tells what it did.</summary>
public sealed class PipelineActivityTests : IDisposable
{
    static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    readonly TemporaryFolder _folder = new();
    readonly FakeTimeProvider _clock = new(Start);
    readonly IngestActivity _activity;
    readonly IngestPipeline _pipeline;

    public PipelineActivityTests()
    {
        _activity = new IngestActivity(_clock);
        _pipeline = new IngestPipeline(
            new LocalObjectStore(_folder.FullPath), DatasetCatalog.BuiltIn, new IngestLimits { BodyBytesMax = 500 }, new DeltaOptions { Clock = _clock }, activity: _activity);
    }

    [Fact]
    public async Task A_batch_with_bad_lines_is_seen_with_its_reasons_and_lag()
    {
        await IngestAsync("{\"EdgeStartTimestamp\":\"2026-11-22T11:59:30Z\"}\nnonsense\n{\"EdgeStartTimestamp\":\"2026-11-22T11:59:10Z\"}\n[1]\n");

        var detail = _activity.Table(new TableName("acme", "shop", "dns_logs"));

        Assert.Equal((2, 1, 2), (detail.Table.Total.Records, detail.Table.Total.Batches, detail.Table.Total.Rejected));
        Assert.Equal(2, detail.Reasons.Sum(reason => reason.Count));
        Assert.Contains(detail.Reasons, reason => reason is { Reason: "not a JSON object", ExampleLine: 4, ExampleSource: "http 7" });
        Assert.Equal(0, _activity.Gauges.InFlight);
    }

    [Fact]
    public async Task The_lag_is_that_of_the_newest_record()
    {
        await IngestAsync("{\"Timestamp\":\"2026-11-22T11:59:30Z\"}\n{\"Timestamp\":\"2026-11-22T11:59:10Z\"}\n");

        Assert.Equal(new ActivityLag(30, 30), Assert.Single(_activity.Tables()).Lag);
    }

    [Fact]
    public async Task A_batch_that_fails_is_seen_as_failed()
    {
        await Assert.ThrowsAsync<VarveException>(() => IngestAsync(string.Concat(Enumerable.Repeat("{\"QueryName\":\"example.com\"}\n", 40))));

        var detail = _activity.Table(new TableName("acme", "shop", "dns_logs"));

        Assert.Equal((0, 1, 0), (detail.Table.Total.Records, detail.Table.Total.Failed, _activity.Gauges.InFlight));
        Assert.Contains("500", Assert.Single(detail.Errors).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_told_of_records_bytes_batches_rejects_lag_and_duration()
    {
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == "Varve.Ingest")
                own.EnableMeasurementEvents(instrument);
        };
        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var isOurs = instrument.Name is "varve.ingest.memory" or "varve.ingest.inflight";
            foreach (var tag in tags)
                isOurs |= tag is { Key: "dataset", Value: "dns_logs" };
            if (isOurs)
                seen.AddOrUpdate(instrument.Name, value, (_, before) => before + value);
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();

        await IngestAsync("{\"Timestamp\":\"2026-11-22T11:59:30Z\"}\nnonsense\n");

        // Other tests may add to the same meter at the same time.
        foreach (var (name, least) in new[] { ("records", 1d), ("batches", 1), ("rejected", 1), ("bytes", 40), ("lag", 30) })
            Assert.True(seen.GetValueOrDefault($"varve.ingest.{name}") >= least, name);
        Assert.True(seen.ContainsKey("varve.ingest.batch.duration"));
    }

    public void Dispose() => _folder.Dispose();

    Task<IngestOutcome> IngestAsync(string ndjson) => _pipeline.IngestAsync(
        new IngestTarget("acme", "shop", DatasetCatalog.BuiltIn.Find("dns_logs")!, "http 7"),
        new MemoryStream(Encoding.UTF8.GetBytes(ndjson)), TestContext.Current.CancellationToken);
}
