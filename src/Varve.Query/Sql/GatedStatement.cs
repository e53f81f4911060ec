using System.Text.Json.Nodes;
using Varve.Datasets;

namespace Varve.Query.Sql;

/// <summary>A column of the answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Field">The dataset's field when it is just that, else null.</param>
public sealed record OutputColumn(string Name, string? Field);

/// <summary>A condition that every row of the answer meets: <c>column operator value</c>.</summary>
/// <param name="Column">A column of the dataset.</param>
/// <param name="Operator">One of <c>= &lt; &lt;= &gt; &gt;= in</c>.</param>
/// <param name="Values">Expressions without columns; one, or for <c>in</c> any number.</param>
sealed record Predicate(string Column, string Operator, IReadOnlyList<JsonNode> Values);

/// <summary>A statement that was checked against the allow-lists and rewritten. Only this is ever given to the engine.</summary>
sealed class GatedStatement
{
    /// <summary>The syntax tree.</summary>
    public required JsonObject Root { get; init; }

    /// <summary>The dataset that it reads.</summary>
    public required Dataset Dataset { get; init; }

    /// <summary>The name that the statement calls the dataset by.</summary>
    public required string TableName { get; init; }

    /// <summary>Columns that it needs, by their names in the table.</summary>
    public HashSet<string> Columns { get; } = new(StringComparer.Ordinal);

    /// <summary>Columns of the answer.</summary>
    public List<OutputColumn> Output { get; } = [];

    /// <summary>Conditions that files can be skipped by.</summary>
    public List<Predicate> Predicates { get; } = [];

    /// <summary>The names that the table has beside the dataset's fields.</summary>
    static readonly string[] OwnColumns = [TableLayout.ExtraColumn, TableLayout.IngestedAtColumn, TableLayout.SampleIntervalColumn, TableLayout.DateColumn];

    /// <summary>The table's name of a column that is written in any case, or null.</summary>
    public string? FindColumn(string name) =>
        Dataset.Find(name)?.Name ?? OwnColumns.FirstOrDefault(own => string.Equals(own, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The column that an expression is, when it is nothing but a column of the dataset; else null.</summary>
    public string? ColumnOf(JsonNode? expression) =>
        Ast.Class(expression) == "COLUMN_REF" && expression!["column_names"] is JsonArray { Count: 1 } names ? FindColumn(names[0]!.GetValue<string>()) : null;

    /// <summary>True when the answer was cut to the row limit rather than to a LIMIT of the statement's own.</summary>
    public bool LimitAdded { get; set; }
}
