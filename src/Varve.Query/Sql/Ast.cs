using System.Text.Json.Nodes;

namespace Varve.Query.Sql;

/// <summary>DuckDB's syntax tree as JSON: reading and building its nodes.</summary>
static class Ast
{
    public const string VarcharType = "VARCHAR";
    public const string TimestampType = "TIMESTAMP WITH TIME ZONE";

    /// <summary>A text property, or the empty text when it is absent.</summary>
    public static string Text(JsonNode? node, string property) => node?[property]?.GetValue<string>() ?? "";

    /// <summary>The texts of a list, or none when it is absent.</summary>
    public static IReadOnlyList<string> Texts(JsonNode? list) => list is JsonArray items ? [.. items.Select(item => item!.GetValue<string>())] : [];

    /// <summary>The parts of a column's name.</summary>
    public static IReadOnlyList<string> Names(JsonNode column) => Texts(column["column_names"]);

    public static string Class(JsonNode? node) => Text(node, "class");

    public static string Type(JsonNode? node) => Text(node, "type");

    /// <summary>True for the type of a node; types of values, which are objects, are none.</summary>
    public static bool TypeIs(JsonObject node, string type) => node["type"] is JsonValue value && value.TryGetValue(out string? text) && text == type;

    public static bool Flag(JsonNode? node, string property) => node?[property]?.GetValue<bool>() ?? false;

    public static bool IsEmpty(JsonNode? node) => node is null || node is JsonArray { Count: 0 };

    /// <summary>Refuses a node with a property that is not known: what a new version of the engine adds is not let through unseen.</summary>
    public static void Only(JsonObject node, params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in node)
            if (!known.Contains(name))
                throw Refusal.NotAllowed($"{Class(node)}{Type(node)} with {name}", node);
    }

    /// <summary>The byte offset of a node in the statement; null when the parser made the node up.</summary>
    public static int? Position(JsonNode? node) =>
        node is JsonObject && node["query_location"] is JsonValue value && value.TryGetValue(out ulong offset) && offset <= int.MaxValue ? (int)offset : null;

    public static JsonObject Constant(string type, JsonNode? value) => new()
    {
        ["class"] = "CONSTANT",
        ["type"] = "VALUE_CONSTANT",
        ["alias"] = "",
        ["query_location"] = ulong.MaxValue,
        ["value"] = new JsonObject
        {
            ["type"] = new JsonObject { ["id"] = type, ["type_info"] = null },
            ["is_null"] = false,
            ["value"] = value,
        },
    };

    public static JsonObject Null() => new()
    {
        ["class"] = "CONSTANT",
        ["type"] = "VALUE_CONSTANT",
        ["alias"] = "",
        ["query_location"] = ulong.MaxValue,
        ["value"] = new JsonObject { ["type"] = new JsonObject { ["id"] = "NULL", ["type_info"] = null }, ["is_null"] = true },
    };

    public static JsonObject Cast(JsonNode child, string type, JsonNode? like = null) => new()
    {
        ["class"] = "CAST",
        ["type"] = "OPERATOR_CAST",
        ["alias"] = Text(like, "alias"),
        ["query_location"] = like?["query_location"]?.DeepClone() ?? ulong.MaxValue,
        ["child"] = child,
        ["cast_type"] = new JsonObject { ["id"] = type, ["type_info"] = null },
        ["try_cast"] = false,
    };

    public static JsonObject Column(params ReadOnlySpan<string> names)
    {
        var parts = new JsonArray();
        foreach (var name in names)
            parts.Add(name);
        return new JsonObject
        {
            ["class"] = "COLUMN_REF",
            ["type"] = "COLUMN_REF",
            ["alias"] = "",
            ["query_location"] = ulong.MaxValue,
            ["column_names"] = parts,
        };
    }

    public static JsonObject Not(JsonNode child, JsonNode like) => new()
    {
        ["class"] = "OPERATOR",
        ["type"] = "OPERATOR_NOT",
        ["alias"] = Text(like, "alias"),
        ["query_location"] = like["query_location"]?.DeepClone(),
        ["children"] = new JsonArray(child),
    };

    public static JsonObject Function(string name, JsonNode like, params ReadOnlySpan<JsonNode> arguments)
    {
        var children = new JsonArray();
        foreach (var argument in arguments)
            children.Add(argument);
        return new JsonObject
        {
            ["class"] = "FUNCTION",
            ["type"] = "FUNCTION",
            ["alias"] = Text(like, "alias"),
            ["query_location"] = like["query_location"]?.DeepClone(),
            ["function_name"] = name,
            ["schema"] = "",
            ["children"] = children,
            ["filter"] = null,
            ["order_bys"] = new JsonObject { ["type"] = "ORDER_MODIFIER", ["orders"] = new JsonArray() },
            ["distinct"] = false,
            ["is_operator"] = false,
            ["export_state"] = false,
            ["catalog"] = "",
        };
    }

    public static JsonObject NotEqual(JsonNode left, JsonNode right, JsonNode like) => new()
    {
        ["class"] = "COMPARISON",
        ["type"] = "COMPARE_NOTEQUAL",
        ["alias"] = Text(like, "alias"),
        ["query_location"] = like["query_location"]?.DeepClone(),
        ["left"] = left,
        ["right"] = right,
    };

    /// <summary>A statement that computes expressions, as the parser would give it.</summary>
    public static JsonObject SelectOf(IEnumerable<JsonNode> expressions) => new()
    {
        ["error"] = false,
        ["statements"] = new JsonArray(new JsonObject
        {
            ["node"] = new JsonObject
            {
                ["type"] = "SELECT_NODE",
                ["modifiers"] = new JsonArray(),
                ["cte_map"] = new JsonObject { ["map"] = new JsonArray() },
                ["select_list"] = new JsonArray([.. expressions.Select(expression => expression.DeepClone())]),
                ["from_table"] = new JsonObject { ["type"] = "EMPTY", ["alias"] = "", ["sample"] = null, ["query_location"] = ulong.MaxValue },
                ["where_clause"] = null,
                ["group_expressions"] = new JsonArray(),
                ["group_sets"] = new JsonArray(),
                ["aggregate_handling"] = "STANDARD_HANDLING",
                ["having"] = null,
                ["sample"] = null,
                ["qualify"] = null,
            },
            ["named_param_map"] = new JsonArray(),
        }),
    };

    /// <summary>Every object of a tree, from the outside in.</summary>
    public static IEnumerable<JsonObject> ObjectsIn(JsonNode root)
    {
        var left = new Stack<JsonNode>([root]);
        while (left.TryPop(out var node))
        {
            if (node is JsonObject found)
                yield return found;
            IEnumerable<JsonNode?> children = node switch { JsonObject parent => parent.Select(member => member.Value), JsonArray items => items, _ => [] };
            foreach (var child in children.Reverse())
                if (child is JsonObject or JsonArray)
                    left.Push(child);
        }
    }

    /// <summary>The value of a text constant, or null.</summary>
    public static string? TextConstant(JsonNode? node) =>
        Class(node) == "CONSTANT" && node!["value"]!["type"]!["id"]!.GetValue<string>() == VarcharType && !Flag(node["value"], "is_null")
            ? node["value"]!["value"]!.GetValue<string>()
            : null;

    /// <summary>The value of a whole-number constant, or null.</summary>
    public static long? WholeConstant(JsonNode? node) =>
        Class(node) == "CONSTANT" && node!["value"]!["type"]!["id"]!.GetValue<string>() is "INTEGER" or "BIGINT" && !Flag(node["value"], "is_null")
            ? node["value"]!["value"]!.GetValue<long>()
            : null;
}
