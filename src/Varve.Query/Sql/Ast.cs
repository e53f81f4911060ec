using System.Text.Json.Nodes;

namespace Varve.Query.Sql;

/// <summary>DuckDB's syntax tree as JSON: reading and building its nodes.</summary>
static class Ast
{
    public const string VarcharType = "VARCHAR";
    public const string TimestampType = "TIMESTAMP WITH TIME ZONE";

    /// <summary>A text property, or the empty text when it is absent.</summary>
    public static string Text(JsonNode? node, string property) => node?[property]?.GetValue<string>() ?? "";

    public static string Class(JsonNode? node) => Text(node, "class");

    public static string Type(JsonNode? node) => Text(node, "type");

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

    public static JsonObject Column(string name, string alias = "") => new()
    {
        ["class"] = "COLUMN_REF",
        ["type"] = "COLUMN_REF",
        ["alias"] = alias,
        ["query_location"] = ulong.MaxValue,
        ["column_names"] = new JsonArray(name),
    };

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

    /// <summary>A statement of one expression, as the parser would give it.</summary>
    public static JsonObject SelectOf(JsonNode statement, IEnumerable<JsonNode> expressions)
    {
        var root = (JsonObject)statement.DeepClone();
        var select = root["statements"]![0]!["node"]!;
        select["select_list"] = new JsonArray([.. expressions.Select(expression => expression.DeepClone())]);
        select["modifiers"] = new JsonArray();
        select["where_clause"] = null;
        select["having"] = null;
        select["group_expressions"] = new JsonArray();
        select["group_sets"] = new JsonArray();
        select["aggregate_handling"] = "STANDARD_HANDLING";
        select["from_table"] = new JsonObject { ["type"] = "EMPTY", ["alias"] = "", ["sample"] = null, ["query_location"] = ulong.MaxValue };
        return root;
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
