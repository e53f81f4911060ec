using System.Text;
using System.Text.Json.Nodes;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>Functions and operators that other engines have, in terms of this one's.</summary>
sealed class FunctionDialect(StatementContext context, Scope scope)
{
    /// <summary>Other engines' functions in terms of this one's; null when the call stays (perhaps under another name).</summary>
    public JsonNode? Rewrite(JsonObject function, string name, JsonArray arguments)
    {
        switch (name.ToLowerInvariant())
        {
            // SIMILAR TO gives the same node as ~; the source tells them apart.
            case "regexp_full_match" when context.SourceAt(function) == '~':
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
                function["function_name"] = "approx_quantile";
                arguments.Add(Ast.Constant("DOUBLE", 0.5));
                return null;
            case "approx_percentile_cont" when arguments.Count == 2:
                function["function_name"] = "approx_quantile";
                return null;
            case "to_timestamp" when arguments.Count == 1 && Ast.TextConstant(arguments[0]) is not null:
                return Ast.Cast(arguments[0]!.DeepClone(), Ast.TimestampType, function);
            case "date_trunc" when arguments.Count == 2 && StepOf(arguments[0]) is { } step && IsInstant(arguments[1]):
                return Truncated(function, AsInstant(arguments[1]!), step);
            case "date_trunc" or "date_part" or "datepart" when arguments.Count == 2:
                arguments[1] = AsInstant(arguments[1]!);
                return null;
            case "date_diff" or "datediff" when arguments.Count == 3:
                (arguments[1], arguments[2]) = (AsInstant(arguments[1]!), AsInstant(arguments[2]!));
                return null;
            // The engine counts its buckets from another day; the original counts from 1970.
            case "date_bin" when arguments.Count is 2 or 3:
                return Ast.Function("time_bucket", function,
                    Ast.TextConstant(arguments[0]) is null ? arguments[0]!.DeepClone() : Ast.Cast(arguments[0]!.DeepClone(), "INTERVAL"),
                    AsInstant(arguments[1]!), AsInstant(arguments.Count == 3 ? arguments[2]! : Ast.Constant(Ast.VarcharType, "1970-01-01T00:00:00Z")));
            case XorWord.Operator when arguments.Count == 2:
                return Ast.NotEqual(Ast.Cast(arguments[0]!.DeepClone(), "BOOLEAN"), Ast.Cast(arguments[1]!.DeepClone(), "BOOLEAN"), function);
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
    JsonNode? RewriteLike(JsonObject function, string name, JsonArray arguments)
    {
        RequirePattern(function, arguments);
        if (scope.AnyColumnOf(arguments[0]) is { Column.Kind: ColumnKind.Whole or ColumnKind.Real or ColumnKind.Truth or ColumnKind.Instant or ColumnKind.Day })
            arguments[0] = Ast.Cast(arguments[0]!.DeepClone(), Ast.VarcharType);
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

    /// <summary>Refuses a pattern that is not known before the statement runs: its cost cannot be bounded.</summary>
    public static void RequirePattern(JsonObject function, JsonArray arguments)
    {
        if (arguments.Count < 2 || Ast.TextConstant(arguments[1]) is not { } pattern)
            throw Refusal.NotAllowed("A pattern that is not a text between quotes", function);
        if (Encoding.UTF8.GetByteCount(pattern) > SqlLimits.PatternBytesMax)
            throw Refusal.TooComplex($"A pattern is longer than {SqlLimits.PatternBytesMax} bytes", function);
    }

    /// <summary>The length of a unit of time in microseconds, when all of them are as long and begin where the first of 1970 does; else null.</summary>
    static long? StepOf(JsonNode? unit) => Ast.TextConstant(unit)?.ToLowerInvariant() switch
    {
        "second" or "seconds" => TimeSpan.MicrosecondsPerSecond,
        "minute" or "minutes" => TimeSpan.MicrosecondsPerMinute,
        "hour" or "hours" => TimeSpan.MicrosecondsPerHour,
        "day" or "days" => TimeSpan.MicrosecondsPerDay,
        _ => null,
    };

    bool IsInstant(JsonNode? node) => scope.AnyColumnOf(node)?.Column.Kind == ColumnKind.Instant || Ast.TextConstant(node) is not null;

    /// <summary>The beginning of a step of UTC. The engine's own function asks a calendar for each row, and takes six times as long.</summary>
    static JsonObject Truncated(JsonObject function, JsonNode instant, long step)
    {
        var micros = Ast.Function("epoch_us", function, instant);
        micros["alias"] = "";
        // The rest of a time before 1970 is negative.
        var rest = Operator("%", Operator("+", Operator("%", micros.DeepClone(), Number(step)), Number(step)), Number(step));
        return Ast.Function("make_timestamptz", function, Operator("-", micros, rest));

        JsonObject Operator(string name, JsonNode left, JsonNode right)
        {
            var made = Ast.Function(name, function, left, right);
            made["alias"] = "";
            made["is_operator"] = true;
            return made;
        }

        static JsonObject Number(long value) => Ast.Constant("BIGINT", value);
    }

    /// <summary>A text between quotes as the instant that it names; anything else as it is.</summary>
    static JsonNode AsInstant(JsonNode node) => Ast.TextConstant(node) is null ? node.DeepClone() : Ast.Cast(node.DeepClone(), Ast.TimestampType);
}
