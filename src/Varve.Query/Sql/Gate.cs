using System.Text;
using System.Text.Json.Nodes;
using Varve.Datasets;

namespace Varve.Query.Sql;

/// <summary>
/// What stands between an analyst's text and the engine: everything that is not on a list is refused, by kind of node, by property and by
/// function. The engine's own settings are only the second line.
/// </summary>
sealed class Gate(SqlParser parser, DatasetRegistry datasets, QueryLimits limits, TimeProvider clock)
{
    /// <summary>Checks and rewrites a statement over one of the account's datasets.</summary>
    /// <exception cref="Storage.VarveException">The statement is refused; the message says what is allowed. Or the store does not answer.</exception>
    public async ValueTask<GatedStatement> CheckAsync(string sql, string account, CancellationToken cancellationToken)
    {
        sql = SourceText.WithPlainSpaces(sql);
        var root = parser.Parse(sql);
        var select = root["statements"]![0]!["node"]!.AsObject();
        RefuseOtherShapes(select);
        var table = TableOf(select);
        var name = Ast.Text(table, "table_name");
        var dataset = await datasets.FindAsync(account, name, cancellationToken)
            ?? throw Refusal.UnknownDataset(name, (await datasets.CatalogAsync(account, cancellationToken)).Suggest(name), table);
        var statement = new GatedStatement { Root = root, Dataset = dataset, TableName = name };
        var expressions = new ExpressionGate(statement, Ast.Text(table, "alias"), Encoding.UTF8.GetBytes(sql), clock.GetUtcNow());

        var items = ExpandStars(select, expressions);
        NameItems(items, root, statement);
        expressions.CheckSelectItems(items);
        if (select["where_clause"] is not null)
        {
            expressions.CheckChild(select, "where_clause");
            PredicateCollector.Collect(select["where_clause"]!, statement);
        }

        expressions.CheckList(select["group_expressions"]!.AsArray());
        expressions.CheckChild(select, "having");
        CheckModifiers(select["modifiers"]!.AsArray(), expressions, statement);
        return statement;
    }

    static void RefuseOtherShapes(JsonObject select)
    {
        if (Ast.Type(select) != "SELECT_NODE")
            throw Refusal.NotAllowed(Ast.Type(select) switch
            {
                "SET_OPERATION_NODE" => "A UNION, INTERSECT or EXCEPT",
                "RECURSIVE_CTE_NODE" or "CTE_NODE" => "WITH",
                var other => other,
            });
        Ast.Only(select, "type", "modifiers", "cte_map", "select_list", "from_table", "where_clause", "group_expressions", "group_sets",
            "aggregate_handling", "having", "sample", "qualify");
        if (!Ast.IsEmpty(select["cte_map"]?["map"]))
            throw Refusal.NotAllowed("WITH");
        if (select["sample"] is not null)
            throw Refusal.NotAllowed("TABLESAMPLE");
        if (select["qualify"] is not null)
            throw Refusal.NotAllowed("QUALIFY");
        if (select["group_sets"]!.AsArray().Count > 1)
            throw Refusal.NotAllowed("GROUPING SETS, ROLLUP and CUBE");
        if (Ast.Text(select, "aggregate_handling") is not ("STANDARD_HANDLING" or "FORCE_AGGREGATES"))
            throw Refusal.NotAllowed(Ast.Text(select, "aggregate_handling"));
        if (select["select_list"]!.AsArray().Count > SqlLimits.SelectItemsMax)
            throw Refusal.TooComplex($"The statement selects more than {SqlLimits.SelectItemsMax} items");
    }

    static JsonObject TableOf(JsonObject select)
    {
        var table = select["from_table"]!.AsObject();
        switch (Ast.Type(table))
        {
            case "BASE_TABLE":
                break;
            case "EMPTY":
                throw Refusal.NotAllowed("A SELECT without FROM");
            case "JOIN":
                throw Refusal.NotAllowed("A join", table);
            case "SUBQUERY":
                throw Refusal.NotAllowed("A subquery", table);
            case "TABLE_FUNCTION":
                throw Refusal.NotAllowed("A table function", table);
            default:
                throw Refusal.NotAllowed($"{Ast.Type(table)} in FROM", table);
        }

        Ast.Only(table, "type", "alias", "sample", "query_location", "schema_name", "table_name", "column_name_alias", "catalog_name", "at_clause");
        if (Ast.Text(table, "schema_name").Length > 0 || Ast.Text(table, "catalog_name").Length > 0)
            throw Refusal.NotAllowed("A schema or catalog before the dataset", table);
        if (table["sample"] is not null || table["at_clause"] is not null || !Ast.IsEmpty(table["column_name_alias"]))
            throw Refusal.NotAllowed("TABLESAMPLE, AT or a list of column aliases after the dataset", table);
        return table;
    }

    static JsonArray ExpandStars(JsonObject select, ExpressionGate expressions)
    {
        var items = new JsonArray();
        foreach (var item in select["select_list"]!.AsArray())
            if (Ast.Class(item) == "STAR")
                foreach (var name in expressions.Expand(item!.AsObject()))
                    items.Add(Ast.Column(name));
            else
                items.Add(item!.DeepClone());
        select["select_list"] = items;
        return items;
    }

    /// <summary>Notes the name that the answer shows for each item: its alias, its field, or its text.</summary>
    void NameItems(JsonArray items, JsonObject root, GatedStatement statement)
    {
        foreach (var item in items)
        {
            var field = statement.ColumnOf(item);
            var alias = Ast.Text(item, "alias");
            statement.Output.Add(new OutputColumn(alias.Length > 0 ? alias : field ?? TextOf(root, item!.AsObject()), field));
        }
    }

    string TextOf(JsonObject root, JsonObject item)
    {
        var text = parser.Render(Ast.SelectOf(root, [item]));
        const string Select = "SELECT ";
        return text[Select.Length..].Replace("main.", "", StringComparison.Ordinal).Replace("count_star()", "count(*)", StringComparison.Ordinal);
    }

    void CheckModifiers(JsonArray modifiers, ExpressionGate expressions, GatedStatement statement)
    {
        JsonObject? limit = null;
        foreach (var modifier in modifiers)
            switch (Ast.Type(modifier))
            {
                case "ORDER_MODIFIER":
                    foreach (var order in modifier!["orders"]!.AsArray())
                        expressions.CheckChild(order!.AsObject(), "expression");
                    break;
                case "DISTINCT_MODIFIER" when Ast.IsEmpty(modifier!["distinct_on_targets"]):
                    break;
                case "DISTINCT_MODIFIER":
                    throw Refusal.NotAllowed("DISTINCT ON");
                case "LIMIT_MODIFIER":
                    limit = modifier!.AsObject();
                    break;
                default:
                    throw Refusal.NotAllowed(Ast.Type(modifier));
            }

        if (limit is null)
            modifiers.Add(limit = new JsonObject { ["type"] = "LIMIT_MODIFIER", ["limit"] = null, ["offset"] = null });
        Clamp(limit, statement);
    }

    /// <summary>One row more than the limit is asked for, so that a cut answer is known to be cut.</summary>
    void Clamp(JsonObject limit, GatedStatement statement)
    {
        var asked = limit["limit"] is { } given ? WholeNumber(given, "LIMIT") : long.MaxValue;
        statement.LimitAdded = asked > limits.RowsMax;
        if (statement.LimitAdded)
            limit["limit"] = Ast.Constant("BIGINT", limits.RowsMax + 1L);
        if (limit["offset"] is { } offset && WholeNumber(offset, "OFFSET") > SqlLimits.OffsetMax)
            throw Refusal.TooComplex($"OFFSET is over {SqlLimits.OffsetMax}; narrow the time range instead", offset);
    }

    static long WholeNumber(JsonNode node, string clause) =>
        Ast.WholeConstant(node) is >= 0 and var value ? value : throw Refusal.NotAllowed($"{clause} with anything but a whole number", node);
}
