using System.Text.Json.Nodes;
using Varve.Datasets;
using Varve.Query.Sql.Scopes;
using Varve.Storage;

namespace Varve.Query.Sql;

/// <summary>The ways in which a statement is refused: always with what would be accepted instead.</summary>
static class Refusal
{
    public const string WhatIsAllowed = "One SELECT over datasets is allowed, with WITH, JOIN, subqueries, UNION, INTERSECT, EXCEPT and OVER: docs/sql-reference.md has all of it.";

    public static VarveException Syntax(string message, int? position) => New("syntax", $"{Sentence(message)} {WhatIsAllowed}", position);

    public static VarveException NotASelect() => New("not_a_select", $"Only a SELECT can be run here. {WhatIsAllowed}");

    public static VarveException NotAllowed(string what, JsonNode? at = null) => New("not_allowed", $"{what} is not allowed. {WhatIsAllowed}", Ast.Position(at));

    public static VarveException TooComplex(string what, JsonNode? at = null) => New("too_complex", $"{what}. Make the statement smaller.", Ast.Position(at));

    public static VarveException UnknownDataset(string name, string? suggestion, JsonNode? at) => New(
        "unknown_dataset", $"There is no dataset '{name}'.{Hint(suggestion)} `varve dataset list` and GET /api/datasets name all of them.", Ast.Position(at), suggestion);

    public static VarveException UnknownColumn(string name, IReadOnlyList<Relation> relations, JsonNode at)
    {
        var suggestion = Suggestion.Nearest(name, relations.SelectMany(relation => relation.Starred).Select(column => column.Name));
        var titles = relations.Select(relation => relation.Title).ToList();
        var none = titles.Count == 1 ? $"{titles[0]} has no column" : $"Neither {string.Join(" nor ", titles)} has a column";
        return New("unknown_column", $"{none} '{name}'.{Hint(suggestion)}", Ast.Position(at), suggestion);
    }

    public static VarveException AmbiguousColumn(string name, IReadOnlyList<Relation> owners, JsonNode at) => New(
        "ambiguous_column",
        $"'{name}' is a column of {string.Join(" and of ", owners.Select(owner => owner.Title))}. Write {string.Join(" or ", owners.Select(owner => $"{owner.Name}.{name}"))}.",
        Ast.Position(at));

    public static VarveException Parameter(string message, JsonNode? at) => New("parameter", Sentence(message), Ast.Position(at));

    public static VarveException UnknownFunction(string name, string? suggestion, JsonNode? at) => New(
        "unknown_function", $"The function '{name}' is not available.{Hint(suggestion)}", Ast.Position(at), suggestion);

    public static VarveException TypeMismatch(string message, JsonNode? at = null) => New("type_mismatch", Sentence(message), Ast.Position(at));

    static string Hint(string? suggestion) => suggestion is null ? "" : $" Did you mean {suggestion}?";

    static string Sentence(string message)
    {
        var text = message.Trim();
        if (text.Length == 0)
            return text;
        text = char.ToUpperInvariant(text[0]) + text[1..];
        return text.EndsWith('.') || text.EndsWith('!') || text.EndsWith('?') ? text : text + ".";
    }

    static VarveException New(string code, string message, int? position = null, string? suggestion = null) =>
        new(FaultKind.Invalid, message) { Detail = new FaultDetail(code, position, suggestion) };
}
