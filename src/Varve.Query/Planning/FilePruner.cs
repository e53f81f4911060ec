using System.Globalization;
using System.Runtime.CompilerServices;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Files;

namespace Varve.Query.Planning;

/// <summary>Leaves out files that cannot hold a row of the answer. What is not known of a file keeps it.</summary>
static class FilePruner
{
    // Statistics are parsed once for each add action, however many queries look at it.
    static readonly ConditionalWeakTable<AddFile, FileStatistics> Parsed = [];

    /// <summary>The files that may hold an answer, newest first.</summary>
    public static List<KeptFile> Keep(ScopeTable table, IReadOnlyList<BoundPredicate> predicates, string timestampColumn)
    {
        var kept = new List<KeptFile>();
        foreach (var (key, file) in table.Snapshot.Files)
        {
            var statistics = StatisticsOf(file, table.Snapshot);
            if (predicates.All(predicate => MayMatch(predicate, file, statistics, timestampColumn)))
                kept.Add(new KeptFile(table, key, file, BoundsOf(timestampColumn, file, statistics, timestampColumn).Max as DateTimeOffset?));
        }

        // The newest first: what most questions ask for is found before the rest is read.
        kept.Sort(static (a, b) => b.Newest.GetValueOrDefault(DateTimeOffset.MaxValue).CompareTo(a.Newest.GetValueOrDefault(DateTimeOffset.MaxValue)));
        return kept;
    }

    /// <summary>The oldest and newest instant in a file, as far as its statistics or its partition tell.</summary>
    public static (DateTimeOffset? Oldest, DateTimeOffset? Newest) TimesOf(AddFile file, Snapshot snapshot, string timestampColumn)
    {
        var bounds = BoundsOf(timestampColumn, file, StatisticsOf(file, snapshot), timestampColumn);
        return (bounds.Min as DateTimeOffset?, bounds.Max as DateTimeOffset?);
    }

    /// <summary>The file's rows, when its statistics tell.</summary>
    public static long? RowsOf(AddFile file, Snapshot snapshot) => StatisticsOf(file, snapshot).NumRecords;

    static FileStatistics StatisticsOf(AddFile file, Snapshot snapshot) => Parsed.GetValue(file, add => FileStatistics.Parse(add.Stats, snapshot.Schema));

    static bool MayMatch(BoundPredicate predicate, AddFile file, FileStatistics statistics, string timestampColumn)
    {
        var bounds = BoundsOf(predicate.Column, file, statistics, timestampColumn);
        if (bounds.NullCount is { } nulls && nulls == statistics.NumRecords)
            return false;
        return predicate.Values.Any(value => MayCompare(predicate.Operator, value, bounds.Min, bounds.Max));
    }

    static bool MayCompare(string sign, object value, object? min, object? max) => sign switch
    {
        "=" or "in" => (min is null || Compare(min, value) is null or <= 0) && (max is null || Compare(max, value) is null or >= 0),
        "<" => min is null || Compare(min, value) is null or < 0,
        "<=" => min is null || Compare(min, value) is null or <= 0,
        ">" => max is null || Compare(max, value) is null or > 0,
        ">=" => max is null || Compare(max, value) is null or >= 0,
        _ => true,
    };

    static ColumnStatistics BoundsOf(string column, AddFile file, FileStatistics statistics, string timestampColumn)
    {
        if (column == TableLayout.DateColumn)
            return PartitionDay(file) is { } day ? new ColumnStatistics(day, day, 0) : Unknown;
        if (statistics.Columns.TryGetValue(column, out var known) && (known.Min is not null || known.NullCount is not null))
            return known;
        // The partition is the day of the timestamp, so it bounds it.
        return column == timestampColumn && PartitionDay(file) is { } whole
            ? new ColumnStatistics(Midnight(whole), Midnight(whole.AddDays(1)).AddTicks(-1), null)
            : Unknown;
    }

    static readonly ColumnStatistics Unknown = new(null, null, null);

    static DateOnly? PartitionDay(AddFile file) =>
        file.PartitionValues.TryGetValue(TableLayout.DateColumn, out var text)
        && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <summary>Compares as the engine does; null when the types do not compare.</summary>
    static int? Compare(object bound, object value) => (bound, value) switch
    {
        (long a, long b) => a.CompareTo(b),
        (double a, double b) => a.CompareTo(b),
        (string a, string b) => Utf8Order.Compare(a, b),
        (DateOnly a, DateOnly b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        _ => null,
    };
}
