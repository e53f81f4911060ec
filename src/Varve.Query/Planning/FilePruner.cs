using Varve.Datasets;
using Varve.Delta.Pruning;

namespace Varve.Query.Planning;

/// <summary>Leaves out files that cannot hold a row of the answer. What is not known of a file keeps it.</summary>
static class FilePruner
{
    static readonly ColumnPath Date = new(TableLayout.DateColumn);

    /// <summary>The files that may hold an answer, newest first.</summary>
    public static List<KeptFile> Keep(ScopeTable table, IReadOnlyList<BoundPredicate> predicates, string timestampColumn)
    {
        var times = new FileTimes(table.Snapshot, timestampColumn);
        var kept = new List<KeptFile>();
        var (plan, isWhole) = Judge(table, predicates, timestampColumn);
        foreach (var file in plan.Files)
        {
            var (oldest, newest, _) = times.Of(file);
            kept.Add(new KeptFile(table, file, newest)
            {
                Oldest = oldest,
                MatchingRows = isWhole ? file.Verdict.Rows : null,
                HasAllTimes = times.HasAllTimes,
            });
        }

        // The newest first: what most questions ask for is found before the rest is read.
        kept.Sort(static (a, b) => b.Newest.GetValueOrDefault(DateTimeOffset.MaxValue).CompareTo(a.Newest.GetValueOrDefault(DateTimeOffset.MaxValue)));
        return kept;
    }

    /// <summary>What becomes of the table's files.</summary>
    /// <returns>The plan, and whether it is by all predicates: those about columns that the table does not have, or has with another type, are not looked at.</returns>
    public static (ScanPlan Plan, bool IsWhole) Judge(ScopeTable table, IReadOnlyList<BoundPredicate> predicates, string timestampColumn)
    {
        var schema = table.Snapshot.Schema;
        var conditions = predicates.SelectMany(predicate => ConditionsOf(predicate, timestampColumn)).ToList();
        var suitable = conditions.Where(part => part.Suits(schema)).ToList();
        return (new Delta.Pruning.FilePruner(table.Snapshot, new Predicate.And(suitable), trustsWriter: true).Plan(), suitable.Count == conditions.Count);
    }

    static IEnumerable<Predicate> ConditionsOf(BoundPredicate predicate, string timestampColumn)
    {
        yield return ConditionOf(predicate.Operator, new ColumnPath(predicate.Column), [.. predicate.Values.Select(ValueOf)]);
        if (predicate.Column != timestampColumn || !predicate.Values.All(value => value is DateTimeOffset))
            yield break;
        // The partition is the day of the timestamp, so it bounds it. Days are coarser than instants: less is less or equal.
        var days = predicate.Values.Select(value => ValueOf(DateOnly.FromDateTime(((DateTimeOffset)value).UtcDateTime))).ToList();
        var sign = predicate.Operator switch { "<" => "<=", ">" => ">=", var same => same };
        yield return new Predicate.Or(ConditionOf(sign, Date, days), new Predicate.IsNull(Date));
    }

    static Predicate ConditionOf(string sign, ColumnPath column, IReadOnlyList<DeltaValue> values)
    {
        Comparison? comparison = sign switch
        {
            "<" => Comparison.Less,
            "<=" => Comparison.LessOrEqual,
            ">" => Comparison.Greater,
            ">=" => Comparison.GreaterOrEqual,
            _ => null,
        };
        if (comparison is { } known)
            return new Predicate.Or([.. values.Select(value => new Predicate.Compare(column, known, value))]);
        return sign is "=" or "in" ? new Predicate.In(column, values) : new Predicate.IsNotNull(column);
    }

    static DeltaValue ValueOf(object value) => value switch
    {
        long whole => DeltaValue.Of(whole),
        double real => DeltaValue.Of(real),
        string text => DeltaValue.Of(text),
        DateOnly day => DeltaValue.OfDate(day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber),
        DateTimeOffset instant => DeltaValue.OfTimestamp((instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "A value of a type that predicates do not have."),
    };
}
