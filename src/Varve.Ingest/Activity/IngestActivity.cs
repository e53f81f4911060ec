using System.Collections.Concurrent;
using System.Diagnostics;
using Varve.Datasets;
using Varve.Storage;

namespace Varve.Ingest.Activity;

/// <summary>What this process has taken and refused, by table. Safe to use from many threads.</summary>
public sealed class IngestActivity(TimeProvider clock, ActivityLimits? limits = null)
{
    const int TagReasonsMax = 50;
    const int TagDatasetsMax = 200;
    const int TagSourcesMax = 16;

    // The meter is the process's, and so are the bounds on its tags.
    static readonly BoundedNames TagReasons = new(TagReasonsMax);
    static readonly BoundedNames TagDatasets = new(TagDatasetsMax);
    static readonly BoundedNames TagSources = new(TagSourcesMax);

    readonly ActivityLimits _limits = limits ?? new ActivityLimits();
    readonly ConcurrentDictionary<TableName, TableActivity> _tables = new();
    readonly Lock _growing = new();

    /// <summary>The clock that the times are of.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>When counting began.</summary>
    public DateTimeOffset Since { get; } = clock.GetUtcNow();

    /// <summary>What ingest holds at this moment.</summary>
    public IngestGauges Gauges { get; } = new();

    /// <summary>Tables that figures are kept of.</summary>
    public int TableCount => _tables.Count;

    /// <summary>The figures of every table, of one account when that is named, the one seen last first.</summary>
    public IReadOnlyList<TableFigures> Tables(string? account = null)
    {
        var now = Clock.GetUtcNow();
        return
        [
            .. _tables.Where(each => account is null || each.Key.Account == account).OrderByDescending(each => each.Value.LastSeenTicks)
                .Select(each => each.Value.Figures(now)),
        ];
    }

    /// <summary>One table with its reasons and errors; all counts are 0 when nothing of it was seen.</summary>
    public TableDetail Table(TableName name)
    {
        var now = Clock.GetUtcNow();
        if (_tables.TryGetValue(name, out var known))
            return known.Detail(now);
        var nothing = new TableActivity(name.Account, name.Zone, name.Dataset, now, _limits).Detail(now);
        return nothing with { Table = nothing.Table with { FirstSeen = null, LastSeen = null } };
    }

    /// <summary>An upload came that only tries the way: it was answered, and not stored.</summary>
    public void TestUpload(IngestTarget target)
    {
        if (CanBe(NameOf(target)))
            Find(target).TestUpload(Clock.GetUtcNow());
    }

    /// <summary>A batch was answered with success.</summary>
    /// <param name="target">Where it went.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="newest">The newest timestamp among its records, or null when none was accepted.</param>
    /// <param name="elapsed">From its first byte to its answer.</param>
    internal void Stored(IngestTarget target, IngestOutcome outcome, DateTimeOffset? newest, TimeSpan elapsed)
    {
        var now = Clock.GetUtcNow();
        var kind = SourceKind.Of(target.Source);
        // A sender's clock may be ahead; that is no lag.
        TimeSpan? lag = newest is not { } time ? null : time > now ? TimeSpan.Zero : now - time;
        Find(target).Stored(outcome, lag, elapsed, kind, now);

        var tags = TagsOf(target, kind);
        Telemetry.BatchDuration.Record(elapsed.TotalSeconds, tags);
        if (outcome.Repeated)
        {
            Telemetry.Repeated.Add(1, tags);
            return;
        }

        Telemetry.Records.Add(outcome.Accepted, tags);
        Telemetry.Bytes.Add(outcome.Bytes, tags);
        Telemetry.Batches.Add(1, tags);
        Telemetry.Filtered.Add(outcome.Filtered, tags);
        if (lag is { } age)
            Telemetry.Lag.Record(age.TotalSeconds, tags);
    }

    /// <summary>A line was rejected.</summary>
    /// <param name="target">Where it was to go.</param>
    /// <param name="reason">Why, as the outcome says it.</param>
    /// <param name="line">Its number, from 1; null when it is not known.</param>
    internal void Rejected(IngestTarget target, string reason, long? line = null)
    {
        Find(target).Rejected(reason, target.Source, line, Clock.GetUtcNow());
        Telemetry.Rejected.Add(
            1, new("dataset", TagDatasets.Admit(target.Dataset.Name)), new("reason", TagReasons.Admit(ReasonText.Key(ReasonText.Shown(reason)))));
    }

    /// <summary>A batch was refused, or failed.</summary>
    internal void Failed(IngestTarget target, Exception fault)
    {
        var kind = SourceKind.Of(target.Source);
        // A name that no table can have gets no figures: a sender that makes names up would push others out.
        if (CanBe(NameOf(target)))
            Find(target).Failed(fault, kind, Clock.GetUtcNow());
        var tags = TagsOf(target, kind);
        tags.Add("fault", fault is VarveException known ? known.Kind.ToString().ToLowerInvariant() : fault is OperationCanceledException ? "cancelled" : "internal");
        Telemetry.Failures.Add(1, tags);
    }

    static TagList TagsOf(IngestTarget target, string kind) =>
        new() { { "dataset", TagDatasets.Admit(target.Dataset.Name) }, { "source", TagSources.Admit(kind) } };

    static TableName NameOf(IngestTarget target) =>
        new(target.Account, target.Dataset.Scope == DatasetScope.Account ? null : target.Zone, target.Dataset.Name);

    static bool CanBe(TableName name) => TableLayout.IsScopeName(name.Account) && (name.Zone is null || TableLayout.IsScopeName(name.Zone));

    TableActivity Find(IngestTarget target)
    {
        var name = NameOf(target);
        if (_tables.TryGetValue(name, out var known))
            return known;
        // Rare, and as dear as a look at every table: a table's first batch also makes the table.
        lock (_growing)
        {
            if (!_tables.ContainsKey(name) && _tables.Count >= _limits.TablesMax)
                _tables.TryRemove(_tables.MinBy(each => each.Value.LastSeenTicks).Key, out _);
            return _tables.GetOrAdd(name, static (key, own) => new TableActivity(key.Account, key.Zone, key.Dataset, own.Clock.GetUtcNow(), own._limits), this);
        }
    }
}
