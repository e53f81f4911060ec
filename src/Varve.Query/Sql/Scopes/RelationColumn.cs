using Varve.Datasets;

namespace Varve.Query.Sql.Scopes;

/// <summary>A column that a relation gives.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="BytesMax">A bound on the size of a value, in bytes.</param>
sealed record RelationColumn(string Name, ColumnKind Kind, double BytesMax)
{
    /// <summary>The dataset whose field it is, when it is just that.</summary>
    public Dataset? Dataset { get; init; }

    /// <summary>The field that it is, when it is just that.</summary>
    public string? Field { get; init; }
}
