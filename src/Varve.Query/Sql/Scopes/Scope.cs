using System.Text.Json.Nodes;

namespace Varve.Query.Sql.Scopes;

/// <summary>The column that a name stands for.</summary>
/// <param name="Relations">Where it comes from: one relation, or those whose columns USING made one.</param>
/// <param name="Column">The column, as the first of them has it.</param>
/// <param name="Parts">How many parts of the name it takes: 2 with the relation's name before it. A key of a map may follow.</param>
sealed record ColumnMatch(IReadOnlyList<Relation> Relations, RelationColumn Column, int Parts);

/// <summary>The names that one SELECT can use: the columns of its FROM, its aliases, and what the SELECT around it can use.</summary>
sealed class Scope(Joined from, Scope? outer)
{
    // A wide SELECT asks for each of its columns several times.
    readonly Dictionary<string, ColumnMatch?> _plain = new(StringComparer.Ordinal);

    public Joined From { get; } = from;

    /// <summary>The select items that have an alias.</summary>
    public Dictionary<string, JsonNode> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The column that a name stands for in this SELECT or around it, or null.</summary>
    public ColumnMatch? Find(IReadOnlyList<string> names, JsonNode at) => FindHere(names, at) ?? outer?.Find(names, at);

    /// <summary>The column of this SELECT's own FROM that a name stands for, or null.</summary>
    public ColumnMatch? FindHere(IReadOnlyList<string> names, JsonNode at)
    {
        if (names.Count > 1)
            return Look(names, at);
        if (!_plain.TryGetValue(names[0], out var known))
            _plain.Add(names[0], known = Look(names, at));
        return known;
    }

    ColumnMatch? Look(IReadOnlyList<string> names, JsonNode at)
    {
        var called = names.Count > 1 ? From.Relations.FirstOrDefault(relation => relation.IsCalled(names[0])) : null;
        if (called?.Find(names[1]) is { } qualified)
            return new ColumnMatch([called], qualified, 2);
        if (From.Find(names[0], at) is { Count: > 0 } owners)
            return new ColumnMatch(owners, Merged([.. owners.Select(owner => owner.Find(names[0])!)]), 1);
        return called is null ? null : throw Refusal.UnknownColumn(names[1], [called], at);
    }

    /// <summary>The column of this SELECT's own FROM that an expression is, when it is nothing but that; else null.</summary>
    public ColumnMatch? ColumnOf(JsonNode? expression) => Whole(expression, FindHere);

    /// <summary>The same, of this SELECT and those around it.</summary>
    public ColumnMatch? AnyColumnOf(JsonNode? expression) => Whole(expression, Find);

    static ColumnMatch? Whole(JsonNode? expression, Func<IReadOnlyList<string>, JsonNode, ColumnMatch?> find)
    {
        if (Ast.Class(expression) != "COLUMN_REF")
            return null;
        var names = Ast.Names(expression!);
        return find(names, expression!) is { } match && match.Parts == names.Count ? match : null;
    }

    static RelationColumn Merged(IReadOnlyList<RelationColumn> columns) => columns.All(column => column.Kind == columns[0].Kind)
        ? columns[0]
        : new RelationColumn(columns[0].Name, ColumnKind.Computed, columns.Max(column => column.BytesMax));
}
