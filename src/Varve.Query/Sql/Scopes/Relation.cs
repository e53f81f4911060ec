namespace Varve.Query.Sql.Scopes;

/// <summary>Something in FROM that has a name and columns: a dataset, a query of a WITH, or a subquery.</summary>
abstract class Relation(string name)
{
    /// <summary>The name that the statement calls it by; empty for a subquery without one.</summary>
    public string Name { get; } = name;

    /// <summary>What it is, for messages.</summary>
    public abstract string Title { get; }

    /// <summary>The dataset's files that are read here; null for what is computed from others.</summary>
    public virtual Scan? Scan => null;

    /// <summary>The columns that a * stands for.</summary>
    public abstract IEnumerable<RelationColumn> Starred { get; }

    /// <summary>The column of this name, in any case, or null.</summary>
    public abstract RelationColumn? Find(string column);

    public bool IsCalled(string called) => Name.Length > 0 && Name.Equals(called, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A dataset in FROM.</summary>
sealed class DatasetRelation(string name, Scan scan) : Relation(name)
{
    public override string Title => Name.Equals(scan.Dataset.Name, StringComparison.OrdinalIgnoreCase) ? scan.Dataset.Name : $"{Name} ({scan.Dataset.Name})";

    public override Scan Scan => scan;

    public override IEnumerable<RelationColumn> Starred => scan.Starred.Select(ColumnOf);

    public override RelationColumn? Find(string column) => scan.FindColumn(column) is { } known ? ColumnOf(known) : null;

    RelationColumn ColumnOf(string column) =>
        new(column, ColumnKinds.Of(scan.Dataset, column), SqlLimits.ColumnBytesAssumed) { Dataset = scan.Dataset, Field = column };
}

/// <summary>The rows of a query in FROM.</summary>
sealed class QueryRelation(string name, string title, IReadOnlyList<RelationColumn> columns) : Relation(name)
{
    public override string Title => title;

    public override IEnumerable<RelationColumn> Starred => columns;

    public override RelationColumn? Find(string column) =>
        columns.FirstOrDefault(each => each.Name.Equals(column, StringComparison.OrdinalIgnoreCase));
}
