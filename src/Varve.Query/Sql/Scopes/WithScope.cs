namespace Varve.Query.Sql.Scopes;

/// <summary>A query that a WITH names.</summary>
/// <param name="Name">Its name in the statement.</param>
/// <param name="EngineName">The name that the engine knows it by.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Tables">The times that it reads a dataset, those of the queries that it uses included.</param>
sealed record NamedQuery(string Name, string EngineName, IReadOnlyList<RelationColumn> Columns, int Tables);

/// <summary>The queries of a WITH, and of those around it.</summary>
sealed class WithScope(WithScope? outer)
{
    readonly Dictionary<string, NamedQuery> _queries = new(StringComparer.OrdinalIgnoreCase);

    public bool Has(string name) => _queries.ContainsKey(name);

    public void Add(NamedQuery query) => _queries.Add(query.Name, query);

    /// <summary>The query of this name, in any case, or null.</summary>
    public NamedQuery? Find(string name) => _queries.GetValueOrDefault(name) ?? outer?.Find(name);
}
