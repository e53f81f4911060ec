using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Varve.Datasets;

namespace Varve.Query.Sql;

/// <summary>Checks the expressions of one statement, rewrites the dialect, and notes which columns are needed.</summary>
sealed class ExpressionGate(GatedStatement statement, string tableAlias, byte[] source, DateTimeOffset now)
{
    static readonly string[] OperatorsAllowed =
    [
        "OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_COALESCE", "OPERATOR_NULLIF",
        "ARRAY_EXTRACT", "STRUCT_EXTRACT",
    ];

    readonly Dictionary<string, JsonNode> _aliases = new(StringComparer.OrdinalIgnoreCase);
    int _nodes;
    int _depth;
    int _predicates;

    /// <summary>Checks the select items in order; the alias of each can be used by what comes after it.</summary>
    public void CheckSelectItems(JsonArray items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (Check(items[i]!) is var kept && !ReferenceEquals(kept, items[i]))
                items[i] = kept;
            if (Ast.Text(items[i], "alias") is { Length: > 0 } alias)
                _aliases.TryAdd(alias, items[i]!);
        }
    }

    /// <summary>The columns that a * stands for.</summary>
    public IEnumerable<string> Expand(JsonObject star)
    {
        Ast.Only(star, "class", "type", "alias", "query_location", "relation_name", "exclude_list", "replace_list", "columns", "expr",
            "qualified_exclude_list", "rename_list");
        if (Ast.Flag(star, "columns") || star["expr"] is not null || !Ast.IsEmpty(star["replace_list"]) || !Ast.IsEmpty(star["rename_list"])
            || !Ast.IsEmpty(star["qualified_exclude_list"]))
            throw Refusal.NotAllowed("* with anything but EXCLUDE", star);
        if (Ast.Text(star, "relation_name") is { Length: > 0 } relation && !IsTable(relation))
            throw Refusal.UnknownDataset(relation, null, star);
        List<string> left =
        [
            .. statement.Dataset.Fields.Select(field => field.Name), TableLayout.ExtraColumn, TableLayout.IngestedAtColumn, TableLayout.SampleIntervalColumn,
        ];
        foreach (var excluded in star["exclude_list"]!.AsArray())
            left.Remove(Known(excluded!.GetValue<string>(), star));
        return left;
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
    JsonNode Check(JsonNode node)
    {
        if (++_depth > SqlLimits.NestingMax)
            throw Refusal.TooComplex($"Expressions are nested deeper than {SqlLimits.NestingMax}", node);
        var kept = CheckNode(node);
        _depth--;
        return kept;
    }

    JsonNode CheckNode(JsonNode node)
    {
        if (++_nodes > SqlLimits.NodesMax)
            throw Refusal.TooComplex($"The statement has more than {SqlLimits.NodesMax} parts", node);
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
                CountPredicate(expression);
                CheckChild(expression, "left");
                CheckChild(expression, "right");
                return expression;
            case "CONJUNCTION":
                Ast.Only(expression, "class", "type", "alias", "query_location", "children");
                CheckList(expression["children"]!.AsArray());
                return expression;
            case "BETWEEN":
                Ast.Only(expression, "class", "type", "alias", "query_location", "input", "lower", "upper");
                CountPredicate(expression);
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
                throw Refusal.NotAllowed("A window function (OVER)", expression);
            case "SUBQUERY":
                throw Refusal.NotAllowed("A subquery", expression);
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
        var names = column["column_names"]!.AsArray().Select(name => name!.GetValue<string>()).ToList();
        if (names.Count == 1 && names[0].Equals("current_date", StringComparison.OrdinalIgnoreCase))
            return Ast.Cast(Now(), "DATE", column);
        if (names.Count == 1 && names[0].Equals("current_timestamp", StringComparison.OrdinalIgnoreCase))
            return Now(column);
        if (names.Count > 1 && IsTable(names[0]) && statement.FindColumn(names[0]) is null)
            names.RemoveAt(0);
        if (statement.FindColumn(names[0]) is { } known)
        {
            statement.Columns.Add(known);
            return names.Count == 1 ? column : CheckPath(column, known, names);
        }

        if (names.Count == 1 && _aliases.ContainsKey(names[0]))
            return column;
        // The original's documentation writes b = "hello" for a text.
        if (names.Count == 1 && IsQuotedInSource(column))
        {
            var text = Ast.Constant(Ast.VarcharType, names[0]);
            text["alias"] = Ast.Text(column, "alias");
            return text;
        }

        Known(names[0], column);
        return column;
    }

    /// <summary><c>requestheaders."x-test"</c>: a key of a map, or a member of a JSON value.</summary>
    JsonObject CheckPath(JsonObject column, string known, List<string> names)
    {
        if (names.Count > 2)
            throw Refusal.NotAllowed("A name of more than two parts", column);
        if (IsMap(known))
            return column;
        return IsJson(known) ? JsonMember(known, names[1], column) : throw Refusal.TypeMismatch($"{known} has no members: it is a plain value", column);
    }

    JsonNode CheckOperator(JsonObject expression)
    {
        var type = Ast.Type(expression);
        var children = expression["children"]!.AsArray();
        if (!OperatorsAllowed.Contains(type))
            throw Refusal.NotAllowed($"The operator {type}", expression);
        if (type is "COMPARE_IN" or "COMPARE_NOT_IN" or "OPERATOR_IS_NULL" or "OPERATOR_IS_NOT_NULL")
            CountPredicate(expression);
        if (children.Count > SqlLimits.InListMax + 1)
            throw Refusal.TooComplex($"A list has more than {SqlLimits.InListMax} values", expression);
        if (type is "ARRAY_EXTRACT" or "STRUCT_EXTRACT" && statement.ColumnOf(children[0]) is { } column && IsJson(column)
            && Ast.TextConstant(children[1]) is { } member)
        {
            statement.Columns.Add(column);
            return JsonMember(column, member, expression);
        }

        // a !~ b comes as NOT full_match(a, b), with the position of the ! on the NOT.
        if (type == "OPERATOR_NOT" && Ast.Text(children[0], "function_name") == "regexp_full_match" && SourceAt(expression) == '!')
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
            return Now(function);
        if (name.Equals("today", StringComparison.OrdinalIgnoreCase) && arguments.Count == 0)
            return Ast.Cast(Now(), "DATE", function);
        if (Rewrite(function, name, arguments) is { } replacement)
            return Check(replacement);
        return CheckCall(function, Ast.Text(function, "function_name"), arguments);
    }

    /// <summary>Other engines' functions in terms of this one's; null when the call stays (perhaps under another name).</summary>
    JsonNode? Rewrite(JsonObject function, string name, JsonArray arguments)
    {
        switch (name.ToLowerInvariant())
        {
            // SIMILAR TO gives the same node as ~; the source tells them apart.
            case "regexp_full_match" when SourceAt(function) == '~':
                function["function_name"] = "regexp_matches";
                return null;
            case "~*" or "!~*" when arguments.Count == 2:
                var matches = Ast.Function("regexp_matches", function, arguments[0]!.DeepClone(), arguments[1]!.DeepClone(), Ast.Constant(Ast.VarcharType, "i"));
                if (name[0] != '!')
                    return matches;
                matches["alias"] = "";
                return Ast.Not(matches, function);
            case "~~" or "!~~" or "~~*" or "!~~*" or "like_escape" or "not_like_escape" or "ilike_escape" or "not_ilike_escape":
                return RewriteLike(function, name.ToLowerInvariant(), arguments);
            case "approx_distinct":
                function["function_name"] = "count";
                function["distinct"] = true;
                return null;
            case "approx_median" when arguments.Count == 1:
                return Ast.Function("approx_quantile", function, arguments[0]!.DeepClone(), Ast.Constant("DOUBLE", 0.5));
            case "approx_percentile_cont" when arguments.Count == 2:
                return Ast.Function("approx_quantile", function, arguments[0]!.DeepClone(), arguments[1]!.DeepClone());
            case "to_timestamp" when arguments.Count == 1 && Ast.TextConstant(arguments[0]) is not null:
                return Ast.Cast(arguments[0]!.DeepClone(), Ast.TimestampType, function);
            default:
                if (FunctionList.Renamed.TryGetValue(name, out var renamed))
                    function["function_name"] = renamed;
                return null;
        }
    }

    /// <summary>
    /// The engine tries every place for every % in turn, and cannot be stopped meanwhile: a pattern with several goes to the regular
    /// expressions, whose time grows with the text alone. Null when the call stays.
    /// </summary>
    static JsonNode? RewriteLike(JsonObject function, string name, JsonArray arguments)
    {
        RequirePattern(function, arguments);
        var escape = arguments.Count > 2 ? Ast.TextConstant(arguments[2]) ?? throw Refusal.NotAllowed("ESCAPE with anything but a text between quotes", function) : "";
        var pattern = Ast.TextConstant(arguments[1])!;
        if (LikePattern.IsQuick(pattern))
            return null;
        var ignoresCase = name.Contains("~~*", StringComparison.Ordinal) || name.Contains("ilike", StringComparison.Ordinal);
        var matches = Ast.Function("regexp_full_match", function, arguments[0]!.DeepClone(),
            Ast.Constant(Ast.VarcharType, LikePattern.ToRegex(pattern, escape)), Ast.Constant(Ast.VarcharType, ignoresCase ? "si" : "s"));
        // Its place in the source tells a ~ from SIMILAR TO; this is neither.
        matches["query_location"] = ulong.MaxValue;
        if (name[0] is not ('!' or 'n'))
            return matches;
        matches["alias"] = "";
        var not = Ast.Not(matches, function);
        not["query_location"] = ulong.MaxValue;
        return not;
    }

    JsonObject CheckCall(JsonObject function, string name, JsonArray arguments)
    {
        var isAggregate = FunctionList.Aggregates.Contains(name);
        if (!isAggregate && !FunctionList.Scalars.Contains(name))
            throw Refusal.UnknownFunction(name, Suggestion.Nearest(name, FunctionList.Names), function);
        if (!isAggregate && (Ast.Flag(function, "distinct") || function["filter"] is not null))
            throw Refusal.NotAllowed("DISTINCT or FILTER on a function that is no aggregate", function);
        if (name is "~~" or "!~~" or "~~*" or "!~~*" || name.EndsWith("like_escape", StringComparison.OrdinalIgnoreCase))
            CountPredicate(function);
        CheckChild(function, "filter");
        CheckList(arguments);
        if (name.StartsWith("regexp_", StringComparison.OrdinalIgnoreCase))
            CheckPattern(function, arguments);
        if (name.Equals("approx_quantile", StringComparison.OrdinalIgnoreCase) && Ast.Class(arguments[^1]) != "CONSTANT")
            throw Refusal.NotAllowed("A fraction that is not a number", function);
        if (name.ToLowerInvariant() is "arg_min" or "arg_max" or "min" or "max" && arguments.Count > (name.Length == 3 ? 1 : 2))
            throw Refusal.NotAllowed($"{name} with a number of rows", function);
        if (name.ToLowerInvariant() is "replace" or "concat" or "||" or "list_value" && GrowthBound.Of(function, statement, _aliases) > SqlLimits.ResultBytesMax)
            throw Refusal.TooComplex($"What {name} makes may be larger than {SqlLimits.ResultBytesMax >> 20} MiB", function);
        return function;
    }

    void CheckPattern(JsonObject function, JsonArray arguments)
    {
        CountPredicate(function);
        RequirePattern(function, arguments);
    }

    static void RequirePattern(JsonObject function, JsonArray arguments)
    {
        if (arguments.Count < 2 || Ast.TextConstant(arguments[1]) is not { } pattern)
            throw Refusal.NotAllowed("A pattern that is not a text between quotes", function);
        if (Encoding.UTF8.GetByteCount(pattern) > SqlLimits.PatternBytesMax)
            throw Refusal.TooComplex($"A pattern is longer than {SqlLimits.PatternBytesMax} bytes", function);
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

    void CountPredicate(JsonNode at)
    {
        if (++_predicates > SqlLimits.PredicatesMax)
            throw Refusal.TooComplex($"The statement has more than {SqlLimits.PredicatesMax} conditions", at);
    }

    static JsonObject JsonMember(string column, string member, JsonNode like)
    {
        if (member.Contains('"') || member.Contains('\\'))
            throw Refusal.NotAllowed("A quote or a backslash in the name of a member", like);
        return Ast.Function("json_extract_string", like, Ast.Column(column), Ast.Constant(Ast.VarcharType, $"$.\"{member}\""));
    }

    /// <summary>The time of the statement as a constant: what is planned by and what runs see the same instant.</summary>
    JsonObject Now(JsonNode? like = null) => Ast.Cast(
        Ast.Constant(Ast.VarcharType, now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", CultureInfo.InvariantCulture)), Ast.TimestampType, like);

    string Known(string name, JsonNode at) => statement.FindColumn(name)
        ?? throw Refusal.UnknownColumn(name, statement.Dataset.Name, Suggestion.Nearest(name, statement.Dataset.Fields.Select(field => field.Name)), at);

    bool IsTable(string name) =>
        name.Equals(statement.TableName, StringComparison.OrdinalIgnoreCase) || (tableAlias.Length > 0 && name.Equals(tableAlias, StringComparison.OrdinalIgnoreCase));

    bool IsMap(string column) => statement.Dataset.Find(column)?.Type == FieldType.Map;

    bool IsJson(string column) => column == TableLayout.ExtraColumn || statement.Dataset.Find(column)?.Type == FieldType.Json;

    bool IsQuotedInSource(JsonNode node) => SourceAt(node) == '"';

    char SourceAt(JsonNode node) => Ast.Position(node) is { } position && position < source.Length ? (char)source[position] : '\0';
}
