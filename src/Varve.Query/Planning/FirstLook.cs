using System.Text.Json.Nodes;
using Varve.Query.Sql;

namespace Varve.Query.Planning;

/// <summary>
/// A question that needs few columns and tells which files hold rows of the answer, so that the other columns of the other files need not be
/// fetched: those with rows that meet the WHERE, and of these, when only the newest rows are wanted, those that hold them.
/// </summary>
/// <param name="Root">The statement's tree, cut down to its FROM and WHERE: it selects <see cref="FileColumn"/> and the timestamp.</param>
/// <param name="Columns">The columns of the WHERE.</param>
/// <param name="RowsWanted">How many of the newest rows the statement reads; null when it may read all that meet the WHERE.</param>
sealed record FirstLook(JsonObject Root, IReadOnlySet<string> Columns, long? RowsWanted)
{
    /// <summary>The column of the engine's scan that has the path of the file.</summary>
    public const string FileColumn = "_file";

    // Whatever else a statement may hold, it is not looked through.
    static readonly string[] Classes = ["CONSTANT", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "BETWEEN", "CASE", "CAST", "OPERATOR", "FUNCTION"];

    /// <summary>The first look for a statement; null when none is of use, or when it is not certain that it tells.</summary>
    public static FirstLook? For(GatedStatement statement)
    {
        if (statement.Root["statements"] is not JsonArray { Count: 1 } statements || statements[0]!["node"] is not JsonObject select
            || Ast.Type(select) != "SELECT_NODE" || Ast.Type(select["from_table"]) != "BASE_TABLE" || !Ast.IsEmpty(select["cte_map"]?["map"]))
            return null;
        var columns = new HashSet<string>(StringComparer.Ordinal);
        var condition = select["where_clause"];
        var rowsWanted = RowsWantedBy(select, statement);
        if ((condition is null && rowsWanted is null) || !IsPlain(condition) || !Collect(condition, statement, columns))
            return null;
        columns.Add(statement.Dataset.TimestampField.Name);
        return statement.Columns.IsSubsetOf(columns) ? null : new FirstLook(RootOf(statement), columns, rowsWanted);
    }

    /// <summary>The files to keep.</summary>
    /// <param name="found">Of each file with rows that meet the WHERE: how many of them have a timestamp, the oldest and the newest.</param>
    public HashSet<string> Choose(IReadOnlyList<(string File, long Instants, DateTime? Oldest, DateTime? Newest)> found)
    {
        var bound = DateTime.MinValue;
        if (RowsWanted is { } wanted)
        {
            // So many rows are as new as this or newer, so what is older is not wanted. Rows without a timestamp come last.
            var counted = 0L;
            foreach (var file in found.Where(file => file.Oldest is not null).OrderByDescending(file => file.Oldest))
                if ((counted += file.Instants) >= wanted)
                {
                    bound = file.Oldest!.Value;
                    break;
                }
        }

        return [.. found.Where(file => bound == DateTime.MinValue || file.Newest >= bound).Select(file => file.File)];
    }

    static JsonObject RootOf(GatedStatement statement)
    {
        var root = (JsonObject)statement.Root.DeepClone();
        var select = root["statements"]![0]!["node"]!;
        select["select_list"] = new JsonArray(Ast.Column(FileColumn), Ast.Column(statement.Dataset.TimestampField.Name));
        select["modifiers"] = new JsonArray();
        select["having"] = null;
        select["group_expressions"] = new JsonArray();
        select["group_sets"] = new JsonArray();
        select["aggregate_handling"] = "STANDARD_HANDLING";
        return root;
    }

    /// <summary>LIMIT and OFFSET of a statement whose answer is the rows with the newest timestamps; else null.</summary>
    static long? RowsWantedBy(JsonObject select, GatedStatement statement)
    {
        var timestamp = statement.Dataset.TimestampField.Name;
        var items = select["select_list"]!.AsArray();
        var modifiers = select["modifiers"]!.AsArray();
        if (!Ast.IsEmpty(select["group_expressions"]) || select["having"] is not null || Ast.Text(select, "aggregate_handling") != "STANDARD_HANDLING"
            || modifiers.Any(modifier => Ast.Type(modifier) is not ("ORDER_MODIFIER" or "LIMIT_MODIFIER")) || !IsPlain(items) || !IsPlain(modifiers)
            || HasAggregate(items) || HasAggregate(modifiers))
            return null;
        // An alias of that name would stand for something else in ORDER BY.
        if (items.Any(item => string.Equals(Ast.Text(item, "alias"), timestamp, StringComparison.OrdinalIgnoreCase) && statement.ColumnOf(item) != timestamp))
            return null;
        var order = modifiers.FirstOrDefault(modifier => Ast.Type(modifier) == "ORDER_MODIFIER")?["orders"]?[0];
        var limit = modifiers.FirstOrDefault(modifier => Ast.Type(modifier) == "LIMIT_MODIFIER");
        if (order is null || Ast.Type(order) != "DESCENDING" || Ast.Text(order, "null_order") is not ("ORDER_DEFAULT" or "NULLS_LAST" or "NULLS LAST")
            || statement.ColumnOf(order["expression"]) != timestamp || Ast.WholeConstant(limit?["limit"]) is not { } rows)
            return null;
        return limit!["offset"] is not { } offset ? rows : Ast.WholeConstant(offset) is { } skipped ? rows + skipped : null;
    }

    /// <summary>True when every expression is of a kind that has one value for a row, and the same each time.</summary>
    static bool IsPlain(JsonNode? node) => node switch
    {
        JsonObject expression => (!expression.ContainsKey("class") || Classes.Contains(Ast.Class(expression))) && Ast.Text(expression, "function_name") != "random"
            && expression.All(member => member.Value is null or JsonValue || IsPlain(member.Value)),
        JsonArray items => items.All(IsPlain),
        _ => true,
    };

    static bool HasAggregate(JsonNode? node) => node switch
    {
        JsonObject expression => FunctionList.Aggregates.Contains(Ast.Text(expression, "function_name")) || expression.Any(member => HasAggregate(member.Value)),
        JsonArray items => items.Any(HasAggregate),
        _ => false,
    };

    /// <summary>Notes the columns of an expression; false when it names something that is none, such as an alias.</summary>
    static bool Collect(JsonNode? node, GatedStatement statement, HashSet<string> columns)
    {
        switch (node)
        {
            case JsonObject reference when Ast.Class(reference) == "COLUMN_REF":
                var names = reference["column_names"]!.AsArray().Select(name => name!.GetValue<string>()).ToList();
                // The table's name, or its alias, may stand before the column's.
                var column = statement.FindColumn(names[0]) ?? (names.Count > 1 ? statement.FindColumn(names[1]) : null);
                return column is not null && (columns.Add(column) || true);
            case JsonObject expression:
                return expression.All(member => Collect(member.Value, statement, columns));
            case JsonArray items:
                return items.All(item => Collect(item, statement, columns));
            default:
                return true;
        }
    }
}
