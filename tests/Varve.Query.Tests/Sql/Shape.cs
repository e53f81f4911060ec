using System.Text;
using System.Text.Json.Nodes;
using Varve.Query.Sql;

namespace Varve.Query.Tests.Sql;

/// <summary>The queries, joins and tables of a tree, and how they lie in each other.</summary>
static class Shape
{
    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    static void Write(JsonNode? node, StringBuilder text)
    {
        if (node is JsonArray items)
            foreach (var item in items)
                Write(item, text);
        if (node is not JsonObject parent)
            return;
        var isShown = parent["type"] is JsonValue && Ast.Type(parent) is "JOIN" or "BASE_TABLE" or "SUBQUERY" or "SELECT_NODE" or "SET_OPERATION_NODE" or "TABLE_FUNCTION";
        if (isShown)
            text.Append(Ast.Type(parent)).Append(' ').Append(Ast.Text(parent, "join_type")).Append(Ast.Text(parent, "setop_type")).Append(Ast.Text(parent, "table_name")).Append('(');
        foreach (var (_, child) in parent)
            Write(child, text);
        if (isShown)
            text.Append(')');
    }
}
