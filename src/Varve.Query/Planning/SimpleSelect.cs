using System.Text.Json.Nodes;
using Varve.Query.Sql;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Planning;

/// <summary>A statement that is one SELECT from one dataset, whose clauses can be looked through.</summary>
/// <param name="Node">The SELECT, checked and rewritten.</param>
/// <param name="Scan">What it reads.</param>
sealed record SimpleSelect(JsonObject Node, Scan Scan)
{
    // Whatever else a statement may hold, it is not looked through.
    static readonly string[] Classes = ["CONSTANT", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "BETWEEN", "CASE", "CAST", "OPERATOR", "FUNCTION"];

    /// <summary>The WHERE, or null.</summary>
    public JsonNode? Condition => Node["where_clause"];

    /// <summary>The statement as such a SELECT, or null when it is none.</summary>
    public static SimpleSelect? Of(GatedStatement statement) =>
        statement.Scans is [var scan] && !statement.HasWith && statement.Root["statements"]![0]!["node"] is JsonObject node
            && Ast.Type(node) == "SELECT_NODE" && Ast.Type(node["from_table"]) == "BASE_TABLE"
            ? new SimpleSelect(node, scan)
            : null;

    /// <summary>LIMIT and OFFSET together, when the answer is rows of the dataset, those with the newest timestamps; else null.</summary>
    public long? NewestRowsWanted()
    {
        if (!GivesRows())
            return null;
        var timestamp = Scan.Dataset.TimestampField.Name;
        var items = Node["select_list"]!.AsArray();
        var modifiers = Node["modifiers"]!.AsArray();
        // An alias of that name would stand for something else in ORDER BY.
        if (items.Any(item => string.Equals(Ast.Text(item, "alias"), timestamp, StringComparison.OrdinalIgnoreCase) && ColumnOf(item) != timestamp))
            return null;
        var order = modifiers.FirstOrDefault(modifier => Ast.Type(modifier) == "ORDER_MODIFIER")?["orders"]?[0];
        var limit = modifiers.FirstOrDefault(modifier => Ast.Type(modifier) == "LIMIT_MODIFIER");
        if (order is null || Ast.Type(order) != "DESCENDING" || Ast.Text(order, "null_order") is not ("ORDER_DEFAULT" or "NULLS_LAST" or "NULLS LAST")
            || ColumnOf(order["expression"]) != timestamp || Ast.WholeConstant(limit?["limit"]) is not { } rows)
            return null;
        return limit!["offset"] is not { } offset ? rows : Ast.WholeConstant(offset) is { } skipped ? rows + skipped : null;
    }

    /// <summary>
    /// The items that are nothing but columns that the files do not have, when the answer is a row for each row of the dataset: their values are null, and
    /// the engine need not be asked for them. One item is left to it.
    /// </summary>
    /// <param name="isThere">Whether the files have a column of the dataset.</param>
    public IReadOnlyList<int> ItemsWithoutValues(Predicate<string> isThere)
    {
        var items = Node["select_list"]!.AsArray();
        var absent = new List<int>();
        for (var item = 0; item < items.Count; item++)
            if (ColumnOf(items[item]) is { } column && !isThere(column) && IsCalledAs(items[item], column))
                absent.Add(item);
        if (absent.Count == 0 || !GivesRows() || !OrdersByColumns())
            return [];
        return absent.Count < items.Count ? absent : absent[1..];

        // Under another name it might be what an ORDER BY is about.
        static bool IsCalledAs(JsonNode? item, string column)
        {
            var alias = Ast.Text(item, "alias");
            return alias.Length == 0 || alias.Equals(column, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>The statement's tree without some of its items.</summary>
    public static JsonObject Without(GatedStatement statement, IReadOnlyList<int> items)
    {
        var (statements, node) = (statement.Root["statements"]!, statement.Root["statements"]![0]!["node"]!.AsObject());
        var kept = new JsonArray();
        var all = node["select_list"]!.AsArray();
        for (var (item, next) = (0, 0); item < all.Count; item++)
            if (next < items.Count && items[next] == item)
                next++;
            else
                kept.Add(all[item]!.DeepClone());
        var select = new JsonObject();
        foreach (var (name, value) in node)
            select[name] = name == "select_list" ? kept : value?.DeepClone();
        var one = new JsonObject();
        foreach (var (name, value) in statements[0]!.AsObject())
            one[name] = name == "node" ? select : value?.DeepClone();
        var root = new JsonObject();
        foreach (var (name, value) in statement.Root)
            root[name] = name == "statements" ? new JsonArray(one) : value?.DeepClone();
        return root;
    }

    /// <summary>The columns that the statement needs when some of its items are left out; null when it names something that is none.</summary>
    public HashSet<string>? ColumnsBeside(IReadOnlyList<int> itemsLeftOut)
    {
        var columns = new HashSet<string>(StringComparer.Ordinal);
        var items = Node["select_list"]!.AsArray().Where((_, item) => !itemsLeftOut.Contains(item));
        return items.All(item => Collect(item, columns)) && Collect(Condition, columns) && Collect(Node["modifiers"], columns) ? columns : null;
    }

    /// <summary>True when the answer is a row for each row of the dataset that meets the conditions, in some order and up to some number.</summary>
    bool GivesRows()
    {
        var items = Node["select_list"]!.AsArray();
        var modifiers = Node["modifiers"]!.AsArray();
        return Ast.IsEmpty(Node["group_expressions"]) && Node["having"] is null && Node["qualify"] is null
            && Ast.Text(Node, "aggregate_handling") == "STANDARD_HANDLING"
            && modifiers.All(modifier => Ast.Type(modifier) is "ORDER_MODIFIER" or "LIMIT_MODIFIER") && IsPlain(items) && IsPlain(modifiers)
            && !HasAggregate(items) && !HasAggregate(modifiers);
    }

    /// <summary>True when no ORDER BY counts the items, or takes all of them.</summary>
    bool OrdersByColumns() => Node["modifiers"]!.AsArray().Where(modifier => Ast.Type(modifier) == "ORDER_MODIFIER")
        .All(modifier => modifier!["orders"]!.AsArray().All(order => ColumnOf(order!["expression"]) is not null));

    /// <summary>
    /// What is asked when the answer is one row of nothing but count(*), and of the least or greatest timestamp; else null. count(*) alone needs no
    /// bounds.
    /// </summary>
    public LogQuestion? OfTheLog()
    {
        var items = Node["select_list"]!.AsArray();
        if (!Ast.IsEmpty(Node["group_expressions"]) || Node["having"] is not null || Node["qualify"] is not null || items.Count == 0
            || Ast.Text(Node, "aggregate_handling") != "STANDARD_HANDLING"
            || Node["modifiers"]!.AsArray().Any(modifier => Ast.Type(modifier) != "LIMIT_MODIFIER"))
            return null;
        var question = new LogQuestion(NeedsLeast: false, NeedsGreatest: false);
        foreach (var item in items)
            switch (AggregateOf(item))
            {
                case "count_star":
                    break;
                case "min":
                    question = question with { NeedsLeast = true };
                    break;
                case "max":
                    question = question with { NeedsGreatest = true };
                    break;
                default:
                    return null;
            }

        return question;
    }

    /// <summary>The statement's tree, cut down to its FROM and WHERE, with other items.</summary>
    public static JsonObject Only(GatedStatement statement, params JsonNode[] items)
    {
        var root = (JsonObject)statement.Root.DeepClone();
        var select = root["statements"]![0]!["node"]!;
        select["select_list"] = new JsonArray(items);
        select["modifiers"] = new JsonArray();
        select["having"] = null;
        select["qualify"] = null;
        select["group_expressions"] = new JsonArray();
        select["group_sets"] = new JsonArray();
        select["aggregate_handling"] = "STANDARD_HANDLING";
        return root;
    }

    /// <summary>The statement's tree with a number added to each count(*).</summary>
    public static JsonObject WithCounted(GatedStatement statement, long rows)
    {
        var root = (JsonObject)statement.Root.DeepClone();
        var items = root["statements"]![0]!["node"]!["select_list"]!.AsArray();
        for (var i = 0; i < items.Count; i++)
            if (Ast.Text(items[i], "function_name") == "count_star")
            {
                var counted = (JsonObject)items[i]!.DeepClone();
                counted["alias"] = "";
                var sum = Ast.Function("+", items[i]!, counted, Ast.Constant("BIGINT", rows));
                sum["is_operator"] = true;
                items[i] = sum;
            }

        return root;
    }

    /// <summary><c>count_star</c>, or <c>min</c> or <c>max</c> of the timestamp; null for anything else.</summary>
    string? AggregateOf(JsonNode? item)
    {
        if (item is not JsonObject function || Ast.Class(function) != "FUNCTION" || function["filter"] is not null || Ast.Flag(function, "distinct")
            || !Ast.IsEmpty(function["order_bys"]?["orders"]))
            return null;
        var arguments = function["children"]!.AsArray();
        return Ast.Text(function, "function_name") switch
        {
            "count_star" when arguments.Count == 0 => "count_star",
            var name and ("min" or "max") when arguments is [var argument] && ColumnOf(argument) == Scan.Dataset.TimestampField.Name => name,
            _ => null,
        };
    }

    /// <summary>The column that an expression is, when it is nothing but that; else null.</summary>
    public string? ColumnOf(JsonNode? expression)
    {
        if (Ast.Class(expression) != "COLUMN_REF")
            return null;
        var names = Ast.Names(expression!);
        return names switch
        {
            [var name] => Scan.FindColumn(name),
            [var table, var name] when IsCalled(table) => Scan.FindColumn(name),
            _ => null,
        };
    }

    /// <summary>Notes the columns of an expression; false when it names something that is none, such as an alias.</summary>
    public bool Collect(JsonNode? node, HashSet<string> columns)
    {
        switch (node)
        {
            case JsonObject reference when Ast.Class(reference) == "COLUMN_REF":
                var names = Ast.Names(reference);
                // The table's name, or its alias, may stand before the column's, and a key of a map after it.
                var column = (names.Count > 1 && IsCalled(names[0]) ? Scan.FindColumn(names[1]) : null) ?? Scan.FindColumn(names[0]);
                return column is not null && (columns.Add(column) || true);
            case JsonObject expression:
                return expression.All(member => Collect(member.Value, columns));
            case JsonArray items:
                return items.All(item => Collect(item, columns));
            default:
                return true;
        }
    }

    /// <summary>True when every expression is of a kind that has one value for a row, and the same each time.</summary>
    public static bool IsPlain(JsonNode? node) => node switch
    {
        JsonObject column when Ast.Class(column) == "COLUMN_REF" => true,
        JsonObject expression => (!expression.ContainsKey("class") || Classes.Contains(Ast.Class(expression))) && Ast.Text(expression, "function_name") != "random"
            && expression.All(member => member.Value is null or JsonValue || IsPlain(member.Value)),
        JsonArray items => items.All(IsPlain),
        _ => true,
    };

    static bool HasAggregate(JsonNode? node) => node switch
    {
        JsonObject column when Ast.Class(column) == "COLUMN_REF" => false,
        JsonObject expression => FunctionList.Aggregates.Contains(Ast.Text(expression, "function_name")) || expression.Any(member => HasAggregate(member.Value)),
        JsonArray items => items.Any(HasAggregate),
        _ => false,
    };

    bool IsCalled(string name) => string.Equals(Ast.Text(Node["from_table"], "alias"), name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A question about the number of rows and the bounds of their timestamps.</summary>
/// <param name="NeedsLeast">The least timestamp is asked for.</param>
/// <param name="NeedsGreatest">The greatest is.</param>
sealed record LogQuestion(bool NeedsLeast, bool NeedsGreatest);
