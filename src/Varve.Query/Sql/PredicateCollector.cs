using System.Text.Json.Nodes;

namespace Varve.Query.Sql;

/// <summary>Finds the conditions of a WHERE that hold for every row of the answer and compare one column with values.</summary>
static class PredicateCollector
{
    public static void Collect(JsonNode condition, GatedStatement statement)
    {
        switch (Ast.Class(condition))
        {
            case "CONJUNCTION" when Ast.Type(condition) == "CONJUNCTION_AND":
                foreach (var part in condition["children"]!.AsArray())
                    Collect(part!, statement);
                break;
            case "COMPARISON":
                CollectComparison(condition, statement);
                break;
            case "BETWEEN":
                Add(statement, condition["input"]!, ">=", condition["lower"]!);
                Add(statement, condition["input"]!, "<=", condition["upper"]!);
                break;
            case "OPERATOR" when Ast.Type(condition) == "COMPARE_IN":
                var operands = condition["children"]!.AsArray();
                if (statement.ColumnOf(operands[0]) is { } column && operands.Skip(1).All(value => IsConstant(value!)))
                    statement.Predicates.Add(new Predicate(column, "in", [.. operands.Skip(1).Select(value => value!)]));
                break;
        }
    }

    static void CollectComparison(JsonNode comparison, GatedStatement statement)
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
        if (!Add(statement, comparison["left"]!, sign, comparison["right"]!))
            Add(statement, comparison["right"]!, mirrored, comparison["left"]!);
    }

    static bool Add(GatedStatement statement, JsonNode column, string sign, JsonNode value)
    {
        if (statement.ColumnOf(column) is not { } name || !IsConstant(value))
            return false;
        statement.Predicates.Add(new Predicate(name, sign, [value]));
        return true;
    }

    /// <summary>True when an expression has one value for the whole statement.</summary>
    static bool IsConstant(JsonNode node)
    {
        if (node is JsonObject
            && (Ast.Class(node) is "COLUMN_REF" || Ast.Text(node, "function_name") is "random"
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
