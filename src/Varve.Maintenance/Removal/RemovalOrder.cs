using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Pruning;
using Varve.Maintenance.Rules;

namespace Varve.Maintenance.Removal;

/// <summary>Records that are to go.</summary>
/// <param name="Rows">Which.</param>
/// <param name="Text">The condition for the history.</param>
sealed record RemovalOrder(Predicate Rows, string Text)
{
    /// <summary>Why, for the history.</summary>
    public required string Cause { get; init; }

    /// <summary>Who asked for it; null: the retention.</summary>
    public Actor? By { get; init; }

    /// <summary>The time before which records go.</summary>
    public DateTimeOffset? CutOff { get; init; }

    /// <summary>Whether files are written anew when only some of their rows go; else they stay whole.</summary>
    public bool Rewrites { get; init; } = true;

    /// <summary>Whether records under a hold stop all of it, rather than stay.</summary>
    public bool IsRefusedByHolds { get; init; }

    /// <summary>Whether the table's protection stops all of it.</summary>
    public bool IsRefusedByProtection { get; init; }

    /// <summary>Only tells what would go.</summary>
    public bool DryRun { get; init; }

    /// <summary>Records of a table before a time, or of days before it.</summary>
    public static RemovalOrder Before(DateTimeOffset cutOff, RetentionRule rule, Dataset dataset, bool dryRun)
    {
        var isByDate = rule.By == RetentionUnit.Date;
        Predicate rows = isByDate
            ? new Predicate.Compare(new ColumnPath(TableLayout.DateColumn), Comparison.Less, DeltaValue.OfDate(DateOnly.FromDateTime(cutOff.UtcDateTime).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber))
            : new Predicate.Compare(new ColumnPath(dataset.TimestampField.Name), Comparison.Less, TimeOf(cutOff));
        return new RemovalOrder(rows, rows.ToString()!) { Cause = $"retention {rule}", CutOff = cutOff, Rewrites = !isByDate, DryRun = dryRun };
    }

    /// <summary>The records that a hold covers.</summary>
    public static Predicate Covered(LegalHold hold, Snapshot snapshot, Dataset dataset)
    {
        var time = new ColumnPath(dataset.TimestampField.Name);
        var parts = new List<Predicate>();
        if (hold.From is { } from)
            parts.Add(new Predicate.Compare(time, Comparison.GreaterOrEqual, TimeOf(from)));
        if (hold.To is { } to)
            parts.Add(new Predicate.Compare(time, Comparison.Less, TimeOf(to)));
        if (hold.Where is { } where)
            parts.Add(PredicateText.Parse(where, snapshot.Schema));
        return new Predicate.And(parts);
    }

    static DeltaValue TimeOf(DateTimeOffset time) => DeltaValue.OfTimestamp((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
}
