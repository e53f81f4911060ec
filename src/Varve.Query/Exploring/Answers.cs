using Varve.Datasets;

namespace Varve.Query.Exploring;

/// <summary>Rows over time.</summary>
/// <param name="From">The beginning of the first bucket; null when there are no rows.</param>
/// <param name="To">The end of the time that was asked for.</param>
/// <param name="StepSeconds">The length of a bucket.</param>
/// <param name="Total">All rows.</param>
/// <param name="Series">One of all rows, or one for each of the most frequent values and one of the others.</param>
public sealed record Hits(DateTimeOffset? From, DateTimeOffset? To, long StepSeconds, long Total, IReadOnlyList<HitSeries> Series);

/// <summary>The rows of one value over time.</summary>
/// <param name="Value">The value; null for rows without one, and where it is no value's.</param>
/// <param name="IsOther">True for the rows of all values that have no series.</param>
/// <param name="Counts">Rows of each bucket.</param>
public sealed record HitSeries(string? Value, bool IsOther, long[] Counts);

/// <summary>The fields of rows.</summary>
/// <param name="Rows">How many of the newest rows were looked at.</param>
/// <param name="Fields">The fields.</param>
public sealed record Facets(long Rows, IReadOnlyList<FieldFacet> Fields);

/// <summary>A field of rows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Present">How many of the rows have a value.</param>
/// <param name="Distinct">How many different ones; null for lists, maps and JSON.</param>
/// <param name="Top">The most frequent values, of all rows that meet the conditions; null when they were not asked for.</param>
public sealed record FieldFacet(string Name, FieldType Type, long Present, long? Distinct, TopValues? Top);

/// <summary>The most frequent values of a field.</summary>
/// <param name="Field">The field.</param>
/// <param name="Rows">All rows that meet the conditions.</param>
/// <param name="Values">The values, the most frequent first.</param>
public sealed record TopValues(string Field, long Rows, IReadOnlyList<ValueCount> Values);

/// <summary>A value and how many rows have it.</summary>
/// <param name="Value">The value as text; null for rows without one.</param>
/// <param name="Count">The rows.</param>
public sealed record ValueCount(string? Value, long Count);

/// <summary>Records that were committed since the last look.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The records, the oldest first.</param>
/// <param name="IsCut">True when there were more: these are the newest.</param>
public sealed record TailRows(IReadOnlyList<ResultColumn> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, bool IsCut)
{
    /// <summary>Nothing was committed.</summary>
    public static TailRows None { get; } = new([], [], IsCut: false);
}
