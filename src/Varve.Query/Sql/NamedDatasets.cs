using System.Text.Json.Nodes;
using Varve.Datasets;

namespace Varve.Query.Sql;

/// <summary>The datasets that a statement names, looked up before it is checked: the only tables that it can reach are the account's own.</summary>
sealed class NamedDatasets
{
    readonly Dictionary<string, Dataset> _found = new(StringComparer.OrdinalIgnoreCase);
    DatasetCatalog _catalog = DatasetCatalog.BuiltIn;

    /// <summary>The dataset of this name, in any case, or null.</summary>
    public Dataset? Find(string name) => _found.GetValueOrDefault(name);

    /// <summary>The dataset whose name is nearest to a wrong one, or null.</summary>
    public string? Suggest(string name) => _catalog.Suggest(name);

    /// <summary>Looks up every name that stands in a FROM of the tree.</summary>
    public static async ValueTask<NamedDatasets> FindAsync(JsonNode root, DatasetRegistry registry, string account, CancellationToken cancellationToken)
    {
        var datasets = new NamedDatasets();
        foreach (var name in NamesIn(root))
            if (await registry.FindAsync(account, name, cancellationToken) is { } dataset)
                datasets._found[name] = dataset;
            else
                datasets._catalog = await registry.CatalogAsync(account, cancellationToken);
        return datasets;
    }

    static HashSet<string> NamesIn(JsonNode root)
    {
        // A statement that passes names no more than these; looking up a name may ask the store.
        const int NamesMax = SqlLimits.TablesMax + SqlLimits.NamedQueriesMax;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var table in Ast.ObjectsIn(root))
            if (Ast.TypeIs(table, "BASE_TABLE") && names.Add(Ast.Text(table, "table_name")) && names.Count > NamesMax)
                throw Refusal.TooComplex($"The statement names more than {NamesMax} tables", table);
        return names;
    }
}
