using Varve.Delta.Schema;

namespace Varve.Delta.Pruning;

/// <summary>How a column compares with a value.</summary>
public enum Comparison
{
    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>&lt;&gt;</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,
}

/// <summary>
/// A condition on the columns of a row, with SQL's three truths: a comparison with null is unknown, and only rows for which the whole is
/// true match. Columns have the names of the table's schema.
/// </summary>
public abstract record Predicate
{
    private Predicate() { }

    /// <summary>Every row.</summary>
    public static Predicate True { get; } = new Constant(true);

    /// <summary>No row.</summary>
    public static Predicate False { get; } = new Constant(false);

    /// <summary>What a comparison with null is.</summary>
    public static Predicate Unknown { get; } = new Constant(null);

    /// <summary>True, false, or null for unknown.</summary>
    public sealed record Constant(bool? Value) : Predicate
    {
        /// <inheritdoc/>
        public override string ToString() => Value switch { true => "TRUE", false => "FALSE", null => "NULL" };
    }

    /// <summary>A column against a value.</summary>
    public sealed record Compare(ColumnPath Column, Comparison Operator, DeltaValue Value) : Predicate
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Column} {Signs[(int)Operator]} {Value}";
    }

    /// <summary>True when the column equals one of the values.</summary>
    public sealed record In(ColumnPath Column, IReadOnlyList<DeltaValue> Values) : Predicate
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Column} IN ({string.Join(", ", Values)})";
    }

    /// <summary>True when the column is null, else false.</summary>
    public sealed record IsNull(ColumnPath Column) : Predicate
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Column} IS NULL";
    }

    /// <summary>False when the column is null, else true.</summary>
    public sealed record IsNotNull(ColumnPath Column) : Predicate
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Column} IS NOT NULL";
    }

    /// <summary>All of them.</summary>
    public sealed record And(params IReadOnlyList<Predicate> Parts) : Predicate
    {
        /// <inheritdoc/>
        public override string ToString() => Parts.Count == 0 ? "TRUE" : $"({string.Join(" AND ", Parts)})";
    }

    /// <summary>One of them or more.</summary>
    public sealed record Or(params IReadOnlyList<Predicate> Parts) : Predicate
    {
        /// <inheritdoc/>
        public override string ToString() => Parts.Count == 0 ? "FALSE" : $"({string.Join(" OR ", Parts)})";
    }

    /// <summary>The opposite; of unknown, unknown.</summary>
    public sealed record Not(Predicate Part) : Predicate
    {
        /// <inheritdoc/>
        public override string ToString() => $"(NOT {Part})";
    }

    /// <summary>Whether the schema has every column, and every value compares with its column.</summary>
    public bool Suits(TableSchema schema) => this switch
    {
        Compare compare => Suits(schema, compare.Column, [compare.Value]),
        In set => Suits(schema, set.Column, set.Values),
        IsNull isNull => PredicateColumn.Resolve(isNull.Column, schema) is not null,
        IsNotNull isNotNull => PredicateColumn.Resolve(isNotNull.Column, schema) is not null,
        And and => and.Parts.All(part => part.Suits(schema)),
        Or or => or.Parts.All(part => part.Suits(schema)),
        Not not => not.Part.Suits(schema),
        _ => true,
    };

    static bool Suits(TableSchema schema, ColumnPath column, IReadOnlyList<DeltaValue> values) =>
        PredicateColumn.Resolve(column, schema) is { } fields && DeltaValueKinds.Of(fields[^1].Type) is { } kind
        && values.All(value => DeltaValue.AreComparable(kind, value.Kind));

    static readonly string[] Signs = ["=", "<>", "<", "<=", ">", ">="];
}
