using System.Text.Json.Nodes;
using Varve.Datasets;

namespace Varve.Query.Sql.Scopes;

/// <summary>A condition that every row that matters meets: <c>column operator value</c>. It is not met where the column is null.</summary>
/// <param name="Column">A column of the dataset.</param>
/// <param name="Operator">One of <c>= &lt; &lt;= &gt; &gt;= in</c>.</param>
/// <param name="Values">Expressions without columns; one, or for <c>in</c> any number.</param>
sealed record Predicate(string Column, string Operator, IReadOnlyList<JsonNode> Values);

/// <summary>A condition of a WHERE or an ON, as far as it was understood.</summary>
/// <param name="Expression">The condition.</param>
/// <param name="Predicates">How many predicates of the scan it became.</param>
sealed record ScanCondition(JsonNode Expression, int Predicates)
{
    /// <summary>True when the predicates say all that the condition does.</summary>
    public bool IsWhole => Predicates == (Ast.Class(Expression) == "BETWEEN" ? 2 : 1);
}

/// <summary>A place in the statement that names a dataset: what is read there, and what of it is not needed.</summary>
/// <param name="name">The name that the engine knows it by. It is none that a statement could write: all names in FROM are replaced.</param>
/// <param name="dataset">The dataset.</param>
sealed class Scan(string name, Dataset dataset)
{
    /// <summary>The names that the table has beside the dataset's fields.</summary>
    static readonly string[] OwnColumns = [TableLayout.ExtraColumn, TableLayout.IngestedAtColumn, TableLayout.SampleIntervalColumn, TableLayout.DateColumn];

    public string Name { get; } = name;

    public Dataset Dataset { get; } = dataset;

    /// <summary>Columns that are needed, by their names in the table.</summary>
    public HashSet<string> Columns { get; } = new(StringComparer.Ordinal);

    /// <summary>Conditions that files can be skipped by.</summary>
    public List<Predicate> Predicates { get; } = [];

    /// <summary>The conditions that are joined by AND and may be about it, in the order of <see cref="Predicates"/>.</summary>
    public List<ScanCondition> Conditions { get; } = [];

    /// <summary>The names of the columns that a * stands for.</summary>
    public IEnumerable<string> Starred =>
        Dataset.Fields.Select(each => each.Name).Concat([TableLayout.ExtraColumn, TableLayout.IngestedAtColumn, TableLayout.SampleIntervalColumn]);

    /// <summary>The table's name of a column that is written in any case, or null.</summary>
    public string? FindColumn(string column) =>
        Dataset.Find(column)?.Name ?? OwnColumns.FirstOrDefault(own => string.Equals(own, column, StringComparison.OrdinalIgnoreCase));
}
