using System.Text.Json.Nodes;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>
/// Finds the conditions that every row meets that a WHERE or an ON lets through, and that compare one column of a dataset with values. Null
/// meets none of them, so a row that an outer join filled up with nulls because a file was left out is let through no more than the rows of
/// that file would have been.
/// </summary>
static class PredicateCollector
{
    /// <param name="condition">The condition, checked.</param>
    /// <param name="scope">What its names stand for.</param>
    /// <param name="prunable">The relations of which rows that do not meet it can be left out.</param>
    public static void Collect(JsonNode condition, Scope scope, IReadOnlyList<Relation> prunable)
    {
        if (Ast.Class(condition) == "CONJUNCTION" && Ast.Type(condition) == "CONJUNCTION_AND")
        {
            foreach (var part in condition["children"]!.AsArray())
                Collect(part!, scope, prunable);
            return;
        }

        var scans = prunable.Select(relation => relation.Scan).OfType<Scan>().ToList();
        var before = scans.ConvertAll(scan => scan.Predicates.Count);
        CollectPart(condition, scope, prunable);
        for (var i = 0; i < scans.Count; i++)
            scans[i].Conditions.Add(new ScanCondition(condition, scans[i].Predicates.Count - before[i]));
    }

    static void CollectPart(JsonNode condition, Scope scope, IReadOnlyList<Relation> prunable)
    {
        switch (Ast.Class(condition))
        {
            case "COMPARISON":
                CollectComparison(condition, scope, prunable);
                break;
            case "BETWEEN":
                Add(scope, prunable, condition["input"]!, ">=", [condition["lower"]!]);
                Add(scope, prunable, condition["input"]!, "<=", [condition["upper"]!]);
                break;
            case "OPERATOR" when Ast.Type(condition) == "COMPARE_IN":
                var operands = condition["children"]!.AsArray();
                Add(scope, prunable, operands[0]!, "in", [.. operands.Skip(1).Select(value => value!)]);
                break;
        }
    }

    static void CollectComparison(JsonNode comparison, Scope scope, IReadOnlyList<Relation> prunable)
    {
        var (sign, mirrored) = Ast.Type(comparison) switch
        {
            "COMPARE_EQUAL" => ("=", "="),
            "COMPARE_LESSTHAN" => ("<", ">"),
            "COMPARE_GREATERTHAN" => (">", "<"),
            "COMPARE_LESSTHANOREQUALTO" => ("<=", ">="),
            "COMPARE_GREATERTHANOREQUALTO" => (">=", "<="),
            _ => ("", ""),
        };
        if (sign.Length == 0)
            return;
        Add(scope, prunable, comparison["left"]!, sign, [comparison["right"]!]);
        Add(scope, prunable, comparison["right"]!, mirrored, [comparison["left"]!]);
    }

    static void Add(Scope scope, IReadOnlyList<Relation> prunable, JsonNode operand, string sign, IReadOnlyList<JsonNode> values)
    {
        if (scope.ColumnOf(operand) is not { } match || !values.All(IsConstant))
            return;
        // Columns that USING makes one have equal values in a row, but values of several types can be equal without comparing alike.
        if (match.Column.Kind == ColumnKind.Computed && match.Relations.Count > 1)
            return;
        foreach (var relation in match.Relations)
            if (relation.Scan is { } scan && prunable.Contains(relation))
                scan.Predicates.Add(new Predicate(scan.FindColumn(match.Column.Name)!, sign, values));
    }

    /// <summary>True when an expression has one value for the whole statement.</summary>
    static bool IsConstant(JsonNode node)
    {
        if (node is JsonObject
            && (Ast.Class(node) is "COLUMN_REF" or "SUBQUERY" or "WINDOW" || Ast.Text(node, "function_name") is "random"
                || FunctionList.Aggregates.Contains(Ast.Text(node, "function_name"))))
            return false;
        return node switch
        {
            JsonObject parent => parent.All(member => member.Value is null or JsonValue || IsConstant(member.Value)),
            JsonArray items => items.All(item => item is null or JsonValue || IsConstant(item)),
            _ => true,
        };
    }
}
