using System.Text.Json.Nodes;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>Checks queries: a SELECT, a set operation, those of a WITH, and those inside of others.</summary>
sealed class QueryGate(SqlParser parser, StatementContext context)
{
    /// <summary>The columns of the statement's own query, which keep their names.</summary>
    public IReadOnlyList<RelationColumn> CheckOutermost(JsonObject query) => Check(query, new WithScope(outer: null), outer: null, isInner: false);

    /// <summary>The columns of a query inside of another.</summary>
    /// <param name="statement">It, as the parser wraps it.</param>
    /// <param name="with">The queries that it can name.</param>
    /// <param name="outer">The columns around it that it can use.</param>
    /// <param name="at">Where it stands.</param>
    public IReadOnlyList<RelationColumn> CheckNested(JsonNode statement, WithScope with, Scope? outer, JsonNode at)
    {
        Ast.Only(statement.AsObject(), "node", "named_param_map");
        return context.NestedQuery(at, () => Check(statement["node"]!.AsObject(), with, outer, isInner: true));
    }

    IReadOnlyList<RelationColumn> Check(JsonObject query, WithScope with, Scope? outer, bool isInner)
    {
        switch (Ast.Type(query))
        {
            case "SELECT_NODE":
                return CheckSelect(query, CheckWith(query, with), outer, isInner);
            case "SET_OPERATION_NODE":
                return CheckSetOperation(query, CheckWith(query, with), outer);
            case "RECURSIVE_CTE_NODE":
                throw Refusal.NotAllowed("WITH RECURSIVE");
            default:
                throw Refusal.NotAllowed(Ast.Type(query));
        }
    }

    /// <summary>Checks the queries of a WITH, each of which can name those before it.</summary>
    WithScope CheckWith(JsonObject query, WithScope outer)
    {
        var with = new WithScope(outer);
        Ast.Only(query["cte_map"]!.AsObject(), "map");
        foreach (var entry in query["cte_map"]!["map"]!.AsArray())
        {
            Ast.Only(entry!.AsObject(), "key", "value");
            var named = entry!["value"]!.AsObject();
            Ast.Only(named, "aliases", "query", "materialized", "key_targets", "payload_aggregates");
            var name = Ast.Text(entry, "key");
            if (Ast.Text(named, "materialized") is not ("" or "CTE_MATERIALIZE_DEFAULT"))
                throw Refusal.NotAllowed("AS [NOT] MATERIALIZED (the engine chooses)");
            if (!Ast.IsEmpty(named["key_targets"]) || !Ast.IsEmpty(named["payload_aggregates"]))
                throw Refusal.NotAllowed("USING KEY");
            if (with.Has(name))
                throw Refusal.NotAllowed($"Two queries called {name} in one WITH");
            entry["key"] = context.NextNamedQuery(entry);
            IReadOnlyList<RelationColumn> columns = [];
            var tables = context.CountAlone(() => columns = CheckNested(named["query"]!, with, outer: null, named));
            with.Add(new NamedQuery(name, Ast.Text(entry, "key"), FromGate.Renamed(columns, named["aliases"], named), tables));
        }

        return with;
    }

    IReadOnlyList<RelationColumn> CheckSetOperation(JsonObject query, WithScope with, Scope? outer)
    {
        Ast.Only(query, "type", "modifiers", "cte_map", "setop_type", "setop_all", "left", "right", "children");
        if (Ast.Text(query, "setop_type") is not ("UNION" or "INTERSECT" or "EXCEPT"))
            throw Refusal.NotAllowed(Ast.Text(query, "setop_type").Replace('_', ' '));
        var parts = new[] { query["left"], query["right"] }.Concat((IEnumerable<JsonNode?>?)query["children"]?.AsArray() ?? []).OfType<JsonObject>()
            .Select(part => Check(part, with, outer, isInner: true)).ToList();
        if (parts.Count < 2)
            throw Refusal.NotAllowed($"A {Ast.Text(query, "setop_type")} of one part");
        if (parts.Find(part => part.Count != parts[0].Count) is { } other)
            throw Refusal.TypeMismatch($"The parts of a {Ast.Text(query, "setop_type")} have {parts[0].Count} and {other.Count} columns");
        CheckModifiers(query["modifiers"]!.AsArray(), [.. parts[0].Select(column => column.Name)], expressions: null);
        return [.. parts[0].Select((column, index) => Together(column, [.. parts.Select(part => part[index])]))];
    }

    static RelationColumn Together(RelationColumn column, IReadOnlyList<RelationColumn> parts) =>
        parts.All(part => part.Kind == column.Kind && part.Field == column.Field && part.Dataset == column.Dataset)
        ? column
        : new RelationColumn(column.Name, ColumnKind.Computed, parts.Max(part => part.BytesMax));

    IReadOnlyList<RelationColumn> CheckSelect(JsonObject select, WithScope with, Scope? outer, bool isInner)
    {
        RefuseOtherShapes(select);
        var scope = new Scope(new FromGate(this, context, with, outer).Check(select["from_table"]!.AsObject()), outer);
        var expressions = new ExpressionGate(this, context, scope, with);
        var items = ExpandStars(select, scope);
        var names = NamesOf(items, scope, isInner || scope.From.Relations.Count > 1);
        expressions.CheckSelectItems(items);
        List<RelationColumn> columns = [.. items.Select((item, index) => ColumnOf(item!, names[index], scope))];
        if (isInner)
            for (var i = 0; i < items.Count; i++)
                items[i]!["alias"] = names[i];
        if (select["where_clause"] is not null)
        {
            expressions.CheckChild(select, "where_clause");
            PredicateCollector.Collect(select["where_clause"]!, scope, scope.From.Relations);
        }

        expressions.CheckList(select["group_expressions"]!.AsArray());
        expressions.CheckChild(select, "having");
        expressions.CheckChild(select, "qualify");
        CheckModifiers(select["modifiers"]!.AsArray(), scope.From.Relations.Count > 1 ? names : [], expressions);
        return columns;
    }

    static void RefuseOtherShapes(JsonObject select)
    {
        Ast.Only(select, "type", "modifiers", "cte_map", "select_list", "from_table", "where_clause", "group_expressions", "group_sets",
            "aggregate_handling", "having", "sample", "qualify");
        if (select["sample"] is not null)
            throw Refusal.NotAllowed("TABLESAMPLE");
        if (select["group_sets"]!.AsArray().Count > SqlLimits.GroupSetsMax)
            throw Refusal.TooComplex($"GROUPING SETS, ROLLUP or CUBE give more than {SqlLimits.GroupSetsMax} groupings");
        if (Ast.Text(select, "aggregate_handling") is not ("STANDARD_HANDLING" or "FORCE_AGGREGATES"))
            throw Refusal.NotAllowed(Ast.Text(select, "aggregate_handling"));
        if (select["select_list"]!.AsArray().Count > SqlLimits.SelectItemsMax)
            throw Refusal.TooComplex($"The statement selects more than {SqlLimits.SelectItemsMax} items");
    }

    static JsonArray ExpandStars(JsonObject select, Scope scope)
    {
        var items = new JsonArray();
        foreach (var item in select["select_list"]!.AsArray())
            if (Ast.Class(item) != "STAR")
                items.Add(item!.DeepClone());
            else
                foreach (var column in Stars.Expand(item!.AsObject(), scope))
                {
                    if (items.Count == SqlLimits.NodesMax)
                        throw Refusal.TooComplex($"The stars stand for more than {SqlLimits.NodesMax} columns", item);
                    items.Add(column);
                }

        select["select_list"] = items;
        return items;
    }

    /// <summary>The name of each item: its alias, its column, or its text.</summary>
    List<string> NamesOf(JsonArray items, Scope scope, bool areUnique)
    {
        var names = new List<string>();
        foreach (var item in items)
        {
            var alias = Ast.Text(item, "alias");
            var name = alias.Length > 0 ? alias : scope.ColumnOf(item)?.Column.Name ?? TextOf(item!);
            names.Add(areUnique ? Unique(name, names) : name);
        }

        return names;
    }

    static string Unique(string name, List<string> taken)
    {
        var unique = name;
        for (var number = 1; taken.Contains(unique, StringComparer.OrdinalIgnoreCase); number++)
            unique = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}_{number}");
        return unique;
    }

    string TextOf(JsonNode item)
    {
        var text = parser.Render(Ast.SelectOf([item]));
        const string Select = "SELECT ";
        return text[Select.Length..].Replace("main.", "", StringComparison.Ordinal).Replace("count_star()", "count(*)", StringComparison.Ordinal)
            .Replace(XorWord.Operator, "XOR", StringComparison.Ordinal);
    }

    RelationColumn ColumnOf(JsonNode item, string name, Scope scope) => scope.ColumnOf(item) is { } match
        ? match.Column with { Name = name }
        : new RelationColumn(name, ColumnKind.Computed, GrowthBound.Of(item, scope, context));

    /// <summary>Checks ORDER BY, DISTINCT, LIMIT and OFFSET.</summary>
    /// <param name="modifiers">They.</param>
    /// <param name="names">Names of the answer's columns that stand for them in ORDER BY, before any other column of that name.</param>
    /// <param name="expressions">What checks expressions; null where there can be none.</param>
    static void CheckModifiers(JsonArray modifiers, List<string> names, ExpressionGate? expressions)
    {
        foreach (var modifier in modifiers)
            switch (Ast.Type(modifier))
            {
                case "ORDER_MODIFIER":
                    foreach (var order in modifier!["orders"]!.AsArray())
                        CheckOrder(order!.AsObject(), names, expressions);
                    break;
                case "DISTINCT_MODIFIER" when Ast.IsEmpty(modifier!["distinct_on_targets"]):
                    break;
                case "DISTINCT_MODIFIER":
                    throw Refusal.NotAllowed("DISTINCT ON");
                case "LIMIT_MODIFIER":
                    CheckLimit(modifier!);
                    break;
                default:
                    throw Refusal.NotAllowed(Ast.Type(modifier));
            }
    }

    static void CheckOrder(JsonObject order, List<string> names, ExpressionGate? expressions)
    {
        Ast.Only(order, "type", "null_order", "expression");
        var expression = order["expression"]!;
        var index = Ast.Class(expression) == "COLUMN_REF" && Ast.Names(expression) is [var name]
            ? names.FindIndex(each => each.Equals(name, StringComparison.OrdinalIgnoreCase))
            : -1;
        if (index >= 0)
            order["expression"] = Ast.Constant("INTEGER", index + 1);
        else if (expressions is not null)
            expressions.CheckChild(order, "expression");
        else if (Ast.WholeConstant(expression) is null)
            throw Refusal.NotAllowed("ORDER BY after UNION, INTERSECT or EXCEPT by anything but the name or the number of a column", expression);
    }

    static void CheckLimit(JsonNode limit)
    {
        if (limit["limit"] is { } rows)
            WholeNumber(rows, "LIMIT");
        if (limit["offset"] is { } offset && WholeNumber(offset, "OFFSET") > SqlLimits.OffsetMax)
            throw Refusal.TooComplex($"OFFSET is over {SqlLimits.OffsetMax}; narrow the time range instead", offset);
    }

    /// <summary>The number of rows of a LIMIT or OFFSET.</summary>
    public static long WholeNumber(JsonNode node, string clause) =>
        Ast.WholeConstant(node) is >= 0 and var value ? value : throw Refusal.NotAllowed($"{clause} with anything but a whole number", node);
}
