using System.Text.Json.Nodes;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>The columns that a * stands for.</summary>
static class Stars
{
    public static IEnumerable<JsonObject> Expand(JsonObject star, Scope scope)
    {
        Ast.Only(star, "class", "type", "alias", "query_location", "relation_name", "exclude_list", "replace_list", "columns", "expr",
            "qualified_exclude_list", "rename_list");
        if (Ast.Flag(star, "columns") || star["expr"] is not null || !Ast.IsEmpty(star["replace_list"]) || !Ast.IsEmpty(star["rename_list"])
            || !Ast.IsEmpty(star["qualified_exclude_list"]))
            throw Refusal.NotAllowed("* with anything but EXCLUDE", star);
        var relations = RelationsOf(star, scope);
        var excluded = Ast.Texts(star["exclude_list"]);
        foreach (var name in excluded)
            if (relations.All(relation => relation.Find(name) is null))
                throw Refusal.UnknownColumn(name, relations, star);
        return Columns(relations, scope.From, isWhole: Ast.Text(star, "relation_name").Length == 0, excluded);
    }

    static IReadOnlyList<Relation> RelationsOf(JsonObject star, Scope scope)
    {
        var called = Ast.Text(star, "relation_name");
        if (called.Length == 0)
            return scope.From.Relations;
        return scope.From.Relations.FirstOrDefault(relation => relation.IsCalled(called)) is { } one ? [one] : throw Refusal.UnknownDataset(called, null, star);
    }

    static IEnumerable<JsonObject> Columns(IReadOnlyList<Relation> relations, Joined from, bool isWhole, IReadOnlyList<string> excluded)
    {
        var given = new HashSet<MergedColumn>();
        foreach (var relation in relations)
            foreach (var column in relation.Starred)
            {
                if (excluded.Contains(column.Name, StringComparer.OrdinalIgnoreCase))
                    continue;
                var merged = isWhole ? from.Merged.FirstOrDefault(each => each.Relations.Contains(relation) && each.Name.Equals(column.Name, StringComparison.OrdinalIgnoreCase)) : null;
                if (merged is not null && !given.Add(merged))
                    continue;
                yield return merged is not null || from.Relations.Count == 1 ? Ast.Column(column.Name) : Ast.Column(relation.Name, column.Name);
            }
    }
}
