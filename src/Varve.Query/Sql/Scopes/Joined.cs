using System.Text.Json.Nodes;

namespace Varve.Query.Sql.Scopes;

/// <summary>A column that USING makes one of several relations' columns.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Relations">The relations that have it.</param>
sealed record MergedColumn(string Name, IReadOnlyList<Relation> Relations);

/// <summary>The relations of a FROM, or of one side of a join, in the order in which they are written.</summary>
sealed record Joined(IReadOnlyList<Relation> Relations, IReadOnlyList<MergedColumn> Merged)
{
    public static Joined Of(Relation relation) => new([relation], []);

    /// <summary>Both sides of a join, with the columns that USING makes one.</summary>
    public static Joined Of(Joined left, Joined right, IEnumerable<string> shared, JsonNode at)
    {
        var relations = left.Relations.Concat(right.Relations).ToList();
        foreach (var relation in right.Relations)
            if (left.Relations.Any(other => other.IsCalled(relation.Name)))
                throw Refusal.NotAllowed($"Two tables called {relation.Name} in one FROM (give one of them another name: … AS other)", at);
        var merged = left.Merged.Concat(right.Merged).ToList();
        foreach (var name in shared)
        {
            var owners = left.OwnersOf(name, at).Concat(right.OwnersOf(name, at)).ToList();
            merged.RemoveAll(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && column.Relations.Any(owners.Contains));
            merged.Add(new MergedColumn(name, owners));
        }

        return new Joined(relations, merged);
    }

    /// <summary>The relations that have the column of an unqualified name: several when USING made theirs one; none when it is no column.</summary>
    public IReadOnlyList<Relation> Find(string column, JsonNode at)
    {
        var owners = Relations.Where(relation => relation.Find(column) is not null).ToList();
        if (owners.Count < 2)
            return owners;
        return Merged.FirstOrDefault(merged => merged.Name.Equals(column, StringComparison.OrdinalIgnoreCase) && owners.All(merged.Relations.Contains)) is { } one
            ? one.Relations
            : throw Refusal.AmbiguousColumn(column, [.. owners], at);
    }

    IReadOnlyList<Relation> OwnersOf(string column, JsonNode at) => Find(column, at) is { Count: > 0 } owners
        ? owners
        : throw Refusal.UnknownColumn(column, Relations, at);
}
