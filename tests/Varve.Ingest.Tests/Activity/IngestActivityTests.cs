using Microsoft.Extensions.Time.Testing;
using Varve.Datasets;
using Varve.Ingest.Activity;
using Varve.Storage;

namespace Varve.Ingest.Tests.Activity;

public sealed class IngestActivityTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider _clock = new(Start);

    [Fact]
    public void Stored_batches_are_summed_by_table_and_by_way()
    {
        var activity = new IngestActivity(_clock);
        activity.Stored(Target("http 1"), Outcome(100, rejected: 2, bytes: 5000) with { Filtered = 3 }, Start.AddSeconds(-20), TimeSpan.FromMilliseconds(40));
        _clock.Advance(TimeSpan.FromSeconds(10));
        activity.Stored(Target("logpush 2"), Outcome(50, bytes: 1000), Start.AddSeconds(5), TimeSpan.FromMilliseconds(30));

        var table = Assert.Single(activity.Tables());

        Assert.Equal(("acme", "shop", "http_requests", Start, Start.AddSeconds(10)), (table.Account, table.Zone, table.Dataset, table.FirstSeen, table.LastSeen));
        Assert.Equal(new ActivityCounts(150, 6000, 2, 2, 3, 0, 0), table.Total);
        Assert.Equal(new ActivityRate(150, 6000, 2, 2.5, 100), table.LastMinute);
        Assert.Equal(new ActivityRate(150, 6000, 2, 2.5, 100), table.LastHour);
        Assert.Equal(new ActivityLag(5, 20), table.Lag);
        Assert.Equal(new BatchFigures(Start.AddSeconds(10), 50, 0, 0, false, 1000, 30, "logpush"), table.LastBatch);
        Assert.Equal((60, 150, 150), (table.History.Records.Count, table.History.Records[^1], table.History.Records.Sum()));
        Assert.Equal([("logpush", 50), ("http", 100)], table.Sources.Select(source => (source.Kind, source.Records)));
    }

    [Fact]
    public void Rates_fade_and_totals_stay()
    {
        var activity = new IngestActivity(_clock);
        activity.Stored(Target(), Outcome(7200), Start.AddSeconds(-9), TimeSpan.Zero);

        _clock.Advance(TimeSpan.FromMinutes(30));
        var half = Assert.Single(activity.Tables());
        _clock.Advance(TimeSpan.FromMinutes(30));
        var whole = Assert.Single(activity.Tables());

        Assert.Equal((0, 4, 9), (half.LastMinute.RecordsPerSecond, half.LastHour.RecordsPerSecond, half.Lag!.MaxSeconds));
        Assert.Equal((7200, 0, 9, 0), (whole.Total.Records, whole.LastHour.RecordsPerSecond, whole.Lag!.LastSeconds, whole.Lag.MaxSeconds));
    }

    [Fact]
    public void A_repeated_batch_counts_as_one_and_adds_no_record()
    {
        var activity = new IngestActivity(_clock);
        activity.Stored(Target(), Outcome(10), Start, TimeSpan.Zero);
        activity.Stored(Target(), Outcome(10) with { Repeated = true }, Start, TimeSpan.Zero);

        var table = Assert.Single(activity.Tables());

        Assert.Equal((10, 1, 1, true, 10), (table.Total.Records, table.Total.Batches, table.Total.Repeated, table.LastBatch!.Repeated, table.LastHour.Records));
    }

    [Fact]
    public void A_record_of_the_future_has_no_lag_and_a_batch_without_records_keeps_the_last()
    {
        var activity = new IngestActivity(_clock);
        activity.Stored(Target(), Outcome(1), Start.AddHours(1), TimeSpan.Zero);
        activity.Stored(Target(zone: "other"), Outcome(1), Start.AddSeconds(-3), TimeSpan.Zero);
        activity.Stored(Target(zone: "other"), Outcome(0, rejected: 4), null, TimeSpan.Zero);
        activity.Stored(Target(zone: "empty"), Outcome(0), null, TimeSpan.Zero);

        var byZone = activity.Tables().ToDictionary(table => table.Zone!);

        Assert.Equal((new ActivityLag(0, 0), new ActivityLag(3, 3), null), (byZone["shop"].Lag, byZone["other"].Lag, byZone["empty"].Lag));
    }

    [Fact]
    public void A_dataset_of_account_scope_has_no_zone()
    {
        var activity = new IngestActivity(_clock);
        activity.Stored(new IngestTarget("acme", "any", DatasetCatalog.BuiltIn.Find("audit_logs")!, "http 1"), Outcome(1), Start, TimeSpan.Zero);
        activity.Stored(new IngestTarget("acme", "-", DatasetCatalog.BuiltIn.Find("audit_logs")!, "http 1"), Outcome(1), Start, TimeSpan.Zero);

        var table = Assert.Single(activity.Tables("acme"));

        Assert.Equal((null, 2), (table.Zone, table.Total.Records));
        Assert.Empty(activity.Tables("other"));
    }

    [Fact]
    public void Reasons_are_counted_without_the_content_of_lines()
    {
        var activity = new IngestActivity(_clock);
        activity.Rejected(Target("http a"), "longer than 10 bytes", 1);
        activity.Rejected(Target("http a"), "not JSON: 's3cret' is no value", 2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        activity.Rejected(Target("http b"), "longer than 20 bytes", 30);
        activity.Rejected(Target("http b"), "not a JSON object");

        var reasons = activity.Table(Name()).Reasons;

        Assert.Equal(
        [
            new ReasonFigures("longer than n bytes", 2, Start, Start.AddSeconds(1), "http b", 30),
            new ReasonFigures("not JSON: '…' is no value", 1, Start, Start, "http a", 2),
            new ReasonFigures("not a JSON object", 1, Start.AddSeconds(1), Start.AddSeconds(1), "http b", null),
        ], reasons);
    }

    [Theory]
    [InlineData(50, 50, 0)]
    [InlineData(51, 51, 1)]
    [InlineData(500, 51, 450)]
    public void Past_the_most_reasons_the_rest_is_other(int different, int shown, int others)
    {
        var activity = new IngestActivity(_clock);
        foreach (var k in Enumerable.Range(0, different))
            activity.Rejected(Target(), $"reason {Letters(k)}");

        var reasons = activity.Table(Name()).Reasons;

        Assert.Equal((shown, others), (reasons.Count, reasons.Where(reason => reason.Reason == "other").Sum(reason => reason.Count)));
        Assert.Equal(different, reasons.Sum(reason => reason.Count));
    }

    [Theory]
    [InlineData(20, 20, true)]
    [InlineData(21, 20, false)]
    public void Past_the_most_errors_the_oldest_is_forgotten(int different, int shown, bool hasFirst)
    {
        var activity = new IngestActivity(_clock);
        foreach (var k in Enumerable.Range(0, different))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            activity.Failed(Target(), new VarveException(FaultKind.Unavailable, $"the store {Letters(k)} does not answer"));
        }

        var detail = activity.Table(Name());

        Assert.Equal((shown, different), (detail.Errors.Count, detail.Table.Total.Failed));
        Assert.Equal(hasFirst, detail.Errors.Any(error => error.Text == $"the store {Letters(0)} does not answer"));
        Assert.Equal(detail.Errors[0], detail.Table.LastError);
    }

    [Fact]
    public void Errors_of_one_kind_are_one_and_those_of_others_say_nothing_of_the_body()
    {
        var activity = new IngestActivity(_clock);
        activity.Failed(Target(), new VarveException(FaultKind.LimitExceeded, "over 100 bytes"));
        _clock.Advance(TimeSpan.FromSeconds(5));
        activity.Failed(Target(), new VarveException(FaultKind.LimitExceeded, "over 200 bytes"));
        activity.Failed(Target(), new InvalidOperationException("s3cret"));
        activity.Failed(Target(), new OperationCanceledException());

        var errors = activity.Table(Name()).Errors;

        Assert.Equal(new ErrorFigures("over 200 bytes", 2, Start, Start.AddSeconds(5)), errors.Single(error => error.Text.StartsWith("over", StringComparison.Ordinal)));
        Assert.Equal(3, errors.Count);
        Assert.DoesNotContain(errors, error => error.Text.Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Past_the_most_tables_the_quietest_is_forgotten(int different, bool hasQuietest)
    {
        var activity = new IngestActivity(_clock, new ActivityLimits { TablesMax = 3 });
        foreach (var k in Enumerable.Range(0, different))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            activity.TestUpload(Target(zone: $"z{k}"));
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (k == 1)
                activity.TestUpload(Target(zone: "z0"));
        }

        var zones = activity.Tables().Select(table => table.Zone).ToList();

        Assert.Equal((3, 3), (zones.Count, activity.TableCount));
        Assert.Contains("z0", zones);
        Assert.Equal(hasQuietest, zones.Contains("z1"));
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(9, 9)]
    [InlineData(30, 9)]
    public void Past_the_most_ways_the_rest_is_other(int different, int shown)
    {
        var activity = new IngestActivity(_clock);
        foreach (var k in Enumerable.Range(0, different))
            activity.Stored(Target($"way-{Letters(k)} x"), Outcome(1), Start, TimeSpan.Zero);

        var sources = Assert.Single(activity.Tables()).Sources;

        Assert.Equal((shown, different), (sources.Count, sources.Sum(source => source.Records)));
        Assert.Equal(different > 8, sources.Any(source => source.Kind == "other"));
    }

    [Fact]
    public void A_test_upload_is_no_batch_and_a_table_that_was_never_seen_is_all_zeros()
    {
        var activity = new IngestActivity(_clock);
        activity.TestUpload(Target());

        var seen = activity.Table(Name()).Table;
        var unseen = activity.Table(Name("other"));

        Assert.Equal((1, Start, 0), (seen.TestUploads.Count, seen.TestUploads.Last, seen.Total.Batches));
        Assert.Equal((null, 0, 0, 60), (unseen.Table.FirstSeen, unseen.Table.Total.Batches, unseen.Reasons.Count, unseen.Table.History.Records.Count));
        Assert.Equal(1, activity.TableCount);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("../x")]
    public void A_name_that_no_table_can_have_gets_no_figures(string zone)
    {
        var activity = new IngestActivity(_clock);
        activity.Failed(Target(zone: zone), new VarveException(FaultKind.Invalid, "no name"));
        activity.TestUpload(Target(zone: zone));

        Assert.Equal(0, activity.TableCount);
    }

    [Fact]
    public void Many_threads_lose_no_count()
    {
        var activity = new IngestActivity(_clock, new ActivityLimits { TablesMax = 4 });

        Parallel.For(0, 8, worker =>
        {
            for (var k = 0; k < 2000; k++)
            {
                using var flight = activity.Gauges.Enter();
                var target = Target(zone: $"z{k % 4}");
                activity.Rejected(target, $"reason {Letters(k % 3)}", k);
                activity.Stored(target, Outcome(3, rejected: 1), Start, TimeSpan.Zero);
            }
        });

        var tables = activity.Tables();
        Assert.Equal((4, 48_000, 16_000), (tables.Count, tables.Sum(table => table.Total.Records), tables.Sum(table => table.Total.Batches)));
        Assert.Equal(4000, activity.Table(Name("z1")).Reasons.Sum(reason => reason.Count));
        Assert.Equal(0, activity.Gauges.InFlight);
    }

    [Fact]
    public void Gauges_follow_what_is_held()
    {
        var gauges = new IngestActivity(_clock).Gauges;
        gauges.Limit(1000);
        gauges.Hold(400);
        gauges.Wait(2);
        gauges.Refuse();
        var flight = gauges.Enter();

        Assert.Equal((400, 1000, 2, 1, 1), (gauges.BytesHeld, gauges.BytesLimit, gauges.Waiting, gauges.Refused429, gauges.InFlight));

        gauges.Hold(-400);
        gauges.Wait(-2);
        flight.Dispose();
        Assert.Equal((0, 0, 1, 0), (gauges.BytesHeld, gauges.Waiting, gauges.Refused429, gauges.InFlight));
    }

    // Letters, since numbers in texts count as one.
    static string Letters(int number) => string.Concat(number.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(digit => (char)('a' + digit - '0')));

    static IngestTarget Target(string source = "http 1", string zone = "shop") => new("acme", zone, DatasetCatalog.BuiltIn.Find("http_requests")!, source);

    static TableName Name(string zone = "shop") => new("acme", zone, "http_requests");

    static IngestOutcome Outcome(long accepted, long rejected = 0, long bytes = 0) => new(accepted, rejected, 1, bytes, []);
}
