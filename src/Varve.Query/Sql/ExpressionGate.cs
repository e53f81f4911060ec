using System.Text.Json.Nodes;
using Varve.Datasets;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>Checks the expressions of one SELECT, rewrites the dialect, and notes which columns are needed.</summary>
sealed class ExpressionGate(QueryGate queries, StatementContext context, Scope scope, WithScope with)
{
    static readonly string[] OperatorsAllowed =
    [
        "OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_COALESCE", "OPERATOR_NULLIF",
        "ARRAY_EXTRACT", "STRUCT_EXTRACT", "GROUPING_FUNCTION",
    ];

    /// <summary>Checks the select items in order; the alias of each can be used by what comes after it.</summary>
    public void CheckSelectItems(JsonArray items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (Check(items[i]!) is var kept && !ReferenceEquals(kept, items[i]))
                items[i] = kept;
            if (Ast.Text(items[i], "alias") is { Length: > 0 } alias)
                scope.Aliases.TryAdd(alias, items[i]!);
        }
    }

    public void CheckList(JsonArray expressions)
    {
        for (var i = 0; i < expressions.Count; i++)
            if (Check(expressions[i]!) is var kept && !ReferenceEquals(kept, expressions[i]))
                expressions[i] = kept;
    }

    public void CheckChild(JsonObject parent, string property)
    {
        if (parent[property] is { } child && Check(child) is var kept && !ReferenceEquals(kept, child))
            parent[property] = kept;
    }

    /// <summary>The node that stands in the place of an expression once it was checked.</summary>
    JsonNode Check(JsonNode node) => context.Nested(node, CheckNode);

    JsonNode CheckNode(JsonNode node)
    {
        context.CountNode(node);
        var expression = node.AsObject();
        switch (Ast.Class(expression))
        {
            case "CONSTANT":
                Ast.Only(expression, "class", "type", "alias", "query_location", "value");
                return CheckConstant(expression);
            case "COLUMN_REF":
                Ast.Only(expression, "class", "type", "alias", "query_location", "column_names");
                return CheckColumn(expression);
            case "COMPARISON":
                Ast.Only(expression, "class", "type", "alias", "query_location", "left", "right");
                context.CountPredicate(expression);
                CheckChild(expression, "left");
                CheckChild(expression, "right");
                return expression;
            case "CONJUNCTION":
                Ast.Only(expression, "class", "type", "alias", "query_location", "children");
                CheckList(expression["children"]!.AsArray());
                return expression;
            case "BETWEEN":
                Ast.Only(expression, "class", "type", "alias", "query_location", "input", "lower", "upper");
                context.CountPredicate(expression);
                CheckChild(expression, "input");
                CheckChild(expression, "lower");
                CheckChild(expression, "upper");
                return expression;
            case "CASE":
                Ast.Only(expression, "class", "type", "alias", "query_location", "case_checks", "else_expr");
                foreach (var check in expression["case_checks"]!.AsArray())
                {
                    CheckChild(check!.AsObject(), "when_expr");
                    CheckChild(check!.AsObject(), "then_expr");
                }

                CheckChild(expression, "else_expr");
                return expression;
            case "CAST":
                Ast.Only(expression, "class", "type", "alias", "query_location", "child", "cast_type", "try_cast");
                CheckCastType(expression);
                CheckChild(expression, "child");
                return expression;
            case "OPERATOR":
                Ast.Only(expression, "class", "type", "alias", "query_location", "children");
                return CheckOperator(expression);
            case "FUNCTION":
                Ast.Only(expression, "class", "type", "alias", "query_location", "function_name", "schema", "children", "filter", "order_bys",
                    "distinct", "is_operator", "export_state", "catalog");
                return CheckFunction(expression);
            case "STAR":
                throw Refusal.NotAllowed("* inside an expression", expression);
            case "WINDOW":
                return CheckWindow(expression);
            case "SUBQUERY":
                return CheckSubquery(expression);
            case "LAMBDA":
                throw Refusal.NotAllowed("A lambda", expression);
            case "PARAMETER":
                throw Refusal.NotAllowed("A parameter", expression);
            default:
                throw Refusal.NotAllowed($"{Ast.Class(expression)} {Ast.Type(expression)}", expression);
        }
    }

    static JsonObject CheckConstant(JsonObject constant)
    {
        var type = constant["value"]!["type"]!["id"]!.GetValue<string>();
        if (!FunctionList.CastTypes.Contains(type) && type is not ("NULL" or "SQLNULL" or "INTEGER_LITERAL" or "STRING_LITERAL"))
            throw Refusal.NotAllowed($"A constant of type {type}", constant);
        return constant;
    }

    JsonNode CheckColumn(JsonObject column)
    {
        var names = Ast.Names(column);
        if (names.Count == 1 && names[0].Equals("current_date", StringComparison.OrdinalIgnoreCase))
            return Ast.Cast(context.Now(), "DATE", column);
        if (names.Count == 1 && names[0].Equals("current_timestamp", StringComparison.OrdinalIgnoreCase))
            return context.Now(column);
        if (scope.FindHere(names, column) is { } here)
            return Use(column, names, here);
        if (names.Count == 1 && scope.Aliases.ContainsKey(names[0]))
            return column;
        if (scope.Find(names, column) is { } around)
            return Use(column, names, around);
        // The original's documentation writes b = "hello" for a text.
        if (names.Count == 1 && context.SourceAt(column) == '"')
        {
            var text = Ast.Constant(Ast.VarcharType, names[0]);
            text["alias"] = Ast.Text(column, "alias");
            return text;
        }

        throw Refusal.UnknownColumn(names[0], scope.From.Relations, column);
    }

    /// <summary>A column, or what a name reaches in it: <c>requestheaders."x-test"</c> is a key of a map, or a member of a JSON value.</summary>
    static JsonNode Use(JsonObject column, IReadOnlyList<string> names, ColumnMatch match)
    {
        foreach (var relation in match.Relations)
            FromGate.Use(relation, match.Column.Name);
        if (names.Count == match.Parts)
            return column;
        if (names.Count > match.Parts + 1)
            throw Refusal.NotAllowed("A name of so many parts", column);
        return match.Column.Kind switch
        {
            ColumnKind.Map => column,
            ColumnKind.Json => JsonMember(Ast.Column([.. names.Take(match.Parts)]), names[^1], column),
            _ => throw Refusal.TypeMismatch($"{match.Column.Name} has no members: it is a plain value", column),
        };
    }

    JsonObject CheckSubquery(JsonObject expression)
    {
        Ast.Only(expression, "class", "type", "alias", "query_location", "subquery_type", "subquery", "child", "comparison_type");
        var type = Ast.Text(expression, "subquery_type");
        if (type is not ("SCALAR" or "EXISTS" or "NOT_EXISTS" or "ANY"))
            throw Refusal.NotAllowed($"A subquery of the kind {type}", expression);
        if (type == "ANY")
        {
            context.CountPredicate(expression);
            CheckChild(expression, "child");
        }

        var columns = queries.CheckNested(expression["subquery"]!, with, scope, expression);
        if (type is "SCALAR" or "ANY" && columns.Count != 1)
            throw Refusal.TypeMismatch($"A subquery that stands for a value has to give one column; this one gives {columns.Count}", expression);
        context.SubqueryBytes[expression] = columns[0].BytesMax;
        return expression;
    }

    JsonObject CheckWindow(JsonObject window)
    {
        Ast.Only(window, "class", "type", "alias", "query_location", "function_name", "schema", "catalog", "children", "partitions", "orders", "start",
            "end", "start_expr", "end_expr", "offset_expr", "default_expr", "ignore_nulls", "filter_expr", "exclude_clause", "distinct", "arg_orders");
        var name = Ast.Text(window, "function_name");
        if (Ast.Text(window, "schema") is not ("" or "main") || Ast.Text(window, "catalog").Length > 0)
            throw Refusal.NotAllowed($"A schema before the function {name}", window);
        if (FunctionList.Renamed.TryGetValue(name, out var renamed))
            window["function_name"] = name = renamed;
        if (!FunctionList.Windows.Contains(name) && !FunctionList.WindowAggregates.Contains(name))
            throw FunctionList.Names.Contains(name, StringComparer.OrdinalIgnoreCase)
                ? Refusal.NotAllowed($"{name} with OVER", window)
                : Refusal.UnknownFunction(name, Suggestion.Nearest(name, FunctionList.Windows.Concat(FunctionList.WindowAggregates)), window);
        if (Ast.Flag(window, "distinct") || !Ast.IsEmpty(window["arg_orders"]))
            throw Refusal.NotAllowed("DISTINCT or ORDER BY among the arguments of a function with OVER", window);
        RefuseRows(name, window["children"]!.AsArray(), window);
        CheckList(window["children"]!.AsArray());
        CheckList(window["partitions"]!.AsArray());
        foreach (var order in window["orders"]!.AsArray())
        {
            Ast.Only(order!.AsObject(), "type", "null_order", "expression");
            CheckChild(order!.AsObject(), "expression");
        }

        foreach (var part in new[] { "start_expr", "end_expr", "offset_expr", "default_expr", "filter_expr" })
            CheckChild(window, part);
        return window;
    }

    JsonNode CheckOperator(JsonObject expression)
    {
        var type = Ast.Type(expression);
        var children = expression["children"]!.AsArray();
        if (!OperatorsAllowed.Contains(type))
            throw Refusal.NotAllowed($"The operator {type}", expression);
        if (type is "COMPARE_IN" or "COMPARE_NOT_IN" or "OPERATOR_IS_NULL" or "OPERATOR_IS_NOT_NULL")
            context.CountPredicate(expression);
        if (children.Count > SqlLimits.InListMax + 1)
            throw Refusal.TooComplex($"A list has more than {SqlLimits.InListMax} values", expression);
        if (type is "ARRAY_EXTRACT" or "STRUCT_EXTRACT" && scope.AnyColumnOf(children[0]) is { Column.Kind: ColumnKind.Json } && Ast.TextConstant(children[1]) is { } member)
            return JsonMember(Check(children[0]!).DeepClone(), member, expression);

        // a !~ b comes as NOT full_match(a, b), with the position of the ! on the NOT.
        if (type == "OPERATOR_NOT" && Ast.Text(children[0], "function_name") == "regexp_full_match" && context.SourceAt(expression) == '!')
            children[0]!["function_name"] = "regexp_matches";
        CheckList(children);
        return expression;
    }

    JsonNode CheckFunction(JsonObject function)
    {
        var name = Ast.Text(function, "function_name");
        if (Ast.Text(function, "schema") is not ("" or "main") || Ast.Text(function, "catalog").Length > 0 || Ast.Flag(function, "export_state"))
            throw Refusal.NotAllowed($"A schema before the function {name}", function);
        if (!Ast.IsEmpty(function["order_bys"]?["orders"]))
            throw Refusal.NotAllowed("ORDER BY inside a function", function);
        var arguments = function["children"]!.AsArray();
        foreach (var argument in arguments)
            if (Ast.Text(argument, "alias").Length > 0)
                throw Refusal.NotAllowed("A named argument", function);
        if (name.ToLowerInvariant() is "now" or "get_current_timestamp" && arguments.Count == 0)
            return context.Now(function);
        if (name.Equals("today", StringComparison.OrdinalIgnoreCase) && arguments.Count == 0)
            return Ast.Cast(context.Now(), "DATE", function);
        if (new FunctionDialect(context, scope).Rewrite(function, name, arguments) is { } replacement)
            return Check(replacement);
        return CheckCall(function, Ast.Text(function, "function_name"), arguments);
    }

    JsonObject CheckCall(JsonObject function, string name, JsonArray arguments)
    {
        var isAggregate = FunctionList.Aggregates.Contains(name);
        if (!isAggregate && FunctionList.Windows.Contains(name))
            throw Refusal.NotAllowed($"{name} without OVER", function);
        if (!isAggregate && !FunctionList.Scalars.Contains(name))
            throw Refusal.UnknownFunction(name, Suggestion.Nearest(name, FunctionList.Names), function);
        if (!isAggregate && (Ast.Flag(function, "distinct") || function["filter"] is not null))
            throw Refusal.NotAllowed("DISTINCT or FILTER on a function that is no aggregate", function);
        if (name is "~~" or "!~~" or "~~*" or "!~~*" || name.EndsWith("like_escape", StringComparison.OrdinalIgnoreCase))
            context.CountPredicate(function);
        CheckChild(function, "filter");
        CheckList(arguments);
        if (name.StartsWith("regexp_", StringComparison.OrdinalIgnoreCase))
            CheckPattern(function, arguments);
        if (name.Equals("approx_quantile", StringComparison.OrdinalIgnoreCase) && Ast.Class(arguments[^1]) != "CONSTANT")
            throw Refusal.NotAllowed("A fraction that is not a number", function);
        RefuseRows(name, arguments, function);
        if (name.ToLowerInvariant() is "replace" or "concat" or "||" or "list_value" && GrowthBound.Of(function, scope, context) > SqlLimits.ResultBytesMax)
            throw Refusal.TooComplex($"What {name} makes may be larger than {SqlLimits.ResultBytesMax >> 20} MiB", function);
        return function;
    }

    static void RefuseRows(string name, JsonArray arguments, JsonObject at)
    {
        if (name.ToLowerInvariant() is "arg_min" or "arg_max" or "min" or "max" or "min_by" or "max_by" && arguments.Count > (name.Length == 3 ? 1 : 2))
            throw Refusal.NotAllowed($"{name} with a number of rows", at);
    }

    void CheckPattern(JsonObject function, JsonArray arguments)
    {
        context.CountPredicate(function);
        FunctionDialect.RequirePattern(function, arguments);
    }

    static void CheckCastType(JsonObject cast)
    {
        var type = cast["cast_type"]!;
        var id = Ast.Text(type, "id");
        var name = Ast.Text(type["type_info"], "name").ToUpperInvariant();
        if (id == "UNBOUND" && name == "UTF8")
            cast["cast_type"] = new JsonObject { ["id"] = Ast.VarcharType, ["type_info"] = null };
        else if (!FunctionList.CastTypes.Contains(id == "UNBOUND" ? name : id))
            throw Refusal.NotAllowed($"A cast to {(id == "UNBOUND" ? name : id)}", cast);
    }

    static JsonObject JsonMember(JsonNode column, string member, JsonNode like)
    {
        if (member.Contains('"') || member.Contains('\\'))
            throw Refusal.NotAllowed("A quote or a backslash in the name of a member", like);
        return Ast.Function("json_extract_string", like, column, Ast.Constant(Ast.VarcharType, $"$.\"{member}\""));
    }
}
