namespace Varve.Ingest.Activity;

/// <summary>What became of the batches for one table. Safe to use from many threads.</summary>
sealed class TableActivity(string account, string? zone, string dataset, DateTimeOffset firstSeen, ActivityLimits limits)
{
    static readonly TimeSpan SecondsWidth = TimeSpan.FromSeconds(5);
    static readonly TimeSpan MinutesWidth = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    readonly Lock _gate = new();
    readonly RateRing _minute = new(SecondsWidth, 12);
    readonly RateRing _hour = new(MinutesWidth, 60);
    readonly Dictionary<string, SourceFigures> _sources = new(StringComparer.Ordinal);
    readonly ReasonCounts _reasons = new(limits.ReasonsMax);
    readonly ErrorCounts _errors = new(limits.ErrorsMax);
    ActivityCounts _total = new(0, 0, 0, 0, 0, 0, 0);
    BatchFigures? _lastBatch;
    TestUploadFigures _testUploads = new(0, null);
    TimeSpan? _lastLag;
    long _lastSeenTicks = firstSeen.UtcTicks;

    /// <summary>When something of it was seen last, in ticks of UTC.</summary>
    public long LastSeenTicks => Interlocked.Read(ref _lastSeenTicks);

    public void Stored(IngestOutcome outcome, TimeSpan? lag, TimeSpan elapsed, string kind, DateTimeOffset now)
    {
        lock (_gate)
        {
            See(now);
            _lastBatch = new BatchFigures(
                now, outcome.Accepted, outcome.Rejected, outcome.Filtered, outcome.Repeated, outcome.Bytes, elapsed.TotalMilliseconds, kind);
            var source = Source(kind) with { LastSeen = now };
            _sources[source.Kind] = source;
            if (outcome.Repeated)
            {
                _total = _total with { Repeated = _total.Repeated + 1 };
                return;
            }

            _total = _total with
            {
                Records = _total.Records + outcome.Accepted,
                Bytes = _total.Bytes + outcome.Bytes,
                Batches = _total.Batches + 1,
                Rejected = _total.Rejected + outcome.Rejected,
                Filtered = _total.Filtered + outcome.Filtered,
            };
            _sources[source.Kind] = source with
            {
                Records = source.Records + outcome.Accepted,
                Bytes = source.Bytes + outcome.Bytes,
                Batches = source.Batches + 1,
                Rejected = source.Rejected + outcome.Rejected,
            };
            _lastLag = lag ?? _lastLag;
            var arrivals = new Arrivals(outcome.Accepted, outcome.Bytes, outcome.Rejected, lag ?? TimeSpan.Zero);
            _minute.Add(now, arrivals);
            _hour.Add(now, arrivals);
        }
    }

    public void Rejected(string reason, string source, long? line, DateTimeOffset now)
    {
        lock (_gate)
            _reasons.Add(reason, source, line, now);
    }

    public void Failed(Exception fault, string kind, DateTimeOffset now)
    {
        lock (_gate)
        {
            See(now);
            _errors.Add(fault, now);
            _total = _total with { Failed = _total.Failed + 1 };
            var source = Source(kind);
            _sources[source.Kind] = source with { Failed = source.Failed + 1, LastSeen = now };
        }
    }

    public void TestUpload(DateTimeOffset now)
    {
        lock (_gate)
        {
            See(now);
            _testUploads = new TestUploadFigures(_testUploads.Count + 1, now);
        }
    }

    public TableDetail Detail(DateTimeOffset now)
    {
        lock (_gate)
            return new TableDetail(Figures(now), _reasons.List(), _errors.List());
    }

    public TableFigures Figures(DateTimeOffset now)
    {
        lock (_gate)
        {
            var hour = _hour.Buckets(now);
            var age = now - firstSeen;
            var lastHour = _hour.Sum(now);
            return new TableFigures(
                account, zone, dataset, firstSeen, new DateTimeOffset(LastSeenTicks, TimeSpan.Zero), _total,
                RateOf(_minute.Sum(now), MinutesWidth), RateOf(lastHour, age < MinutesWidth ? MinutesWidth : age > Hour ? Hour : age),
                _lastLag is { } lag ? new ActivityLag(lag.TotalSeconds, lastHour.LagMax.TotalSeconds) : null,
                _lastBatch, _testUploads, _errors.Latest,
                new ActivityHistory((int)MinutesWidth.TotalSeconds, [.. hour.Select(each => each.Records)], [.. hour.Select(each => each.Rejected)]),
                [.. _sources.Values.OrderByDescending(each => each.LastSeen)]);
        }
    }

    void See(DateTimeOffset now) => Interlocked.Exchange(ref _lastSeenTicks, now.UtcTicks);

    SourceFigures Source(string kind)
    {
        if (!_sources.ContainsKey(kind) && _sources.Keys.Count(each => each != ReasonText.Other) >= limits.SourcesMax)
            kind = ReasonText.Other;
        return _sources.GetValueOrDefault(kind) ?? new SourceFigures(kind, 0, 0, 0, 0, 0, firstSeen);
    }

    static ActivityRate RateOf(Arrivals sum, TimeSpan window) =>
        new(sum.Records, sum.Bytes, sum.Rejected, sum.Records / window.TotalSeconds, sum.Bytes / window.TotalSeconds);
}
