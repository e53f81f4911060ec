using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;

namespace Varve.Delta.Commits;

/// <summary>How a partition value is compared.</summary>
public enum PartitionComparison
{
    /// <summary>The same value; null is the same as null.</summary>
    Equal,

    /// <summary>Less; null is not.</summary>
    Less,

    /// <summary>Less or the same; null is not.</summary>
    LessOrEqual,

    /// <summary>Greater; null is not.</summary>
    Greater,

    /// <summary>Greater or the same; null is not.</summary>
    GreaterOrEqual,
}

/// <summary>A condition on one partition column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Comparison">How its value is compared with <paramref name="Value"/>.</param>
/// <param name="Value">A value of the column's type as the log writes it; null and empty text are the null value.</param>
public sealed record PartitionTerm(string Column, PartitionComparison Comparison, string? Value);

/// <summary>
/// Files whose partition values meet all terms. Values are compared by their type, not as text. Delta protocol: "Partition Value Serialization".
/// </summary>
/// <param name="Terms">The conditions; none is every file.</param>
public sealed record PartitionFilter(IReadOnlyList<PartitionTerm> Terms)
{
    /// <summary>The files of one partition: a value for each column that is named.</summary>
    public static PartitionFilter Of(IReadOnlyDictionary<string, string?> values) =>
        new([.. values.Select(pair => new PartitionTerm(pair.Key, PartitionComparison.Equal, pair.Value))]);

    /// <summary>False when a file of these partition values does not meet the terms; true also when that cannot be told.</summary>
    public bool MayMatch(IReadOnlyDictionary<string, string?> partitionValues, TableState table)
    {
        foreach (var term in Terms)
        {
            if (!partitionValues.TryGetValue(term.Column, out var value) || !table.Metadata.PartitionColumns.Contains(term.Column))
                continue;
            var type = table.Schema.Fields.FirstOrDefault(field => field.Name == term.Column)?.Type;
            if (type is not null && !MayMatch(value, term, type))
                return false;
        }

        return true;
    }

    static bool MayMatch(string? value, PartitionTerm term, DeltaType type)
    {
        // The empty text reads as null, for every type.
        var (isNull, wantsNull) = (string.IsNullOrEmpty(value), string.IsNullOrEmpty(term.Value));
        if (isNull || wantsNull)
            return term.Comparison == PartitionComparison.Equal && isNull == wantsNull;
        if (Compare(value!, term.Value!, type) is not { } order)
            return true;
        return term.Comparison switch
        {
            PartitionComparison.Less => order < 0,
            PartitionComparison.LessOrEqual => order <= 0,
            PartitionComparison.Greater => order > 0,
            PartitionComparison.GreaterOrEqual => order >= 0,
            _ => order == 0,
        };
    }

    /// <summary>Null when one of the two is no value of the type.</summary>
    static int? Compare(string left, string right, DeltaType type) =>
        PartitionValue.TryRead(left, type) is { } one && PartitionValue.TryRead(right, type) is { } other ? DeltaValue.Compare(one, other) : null;
}
