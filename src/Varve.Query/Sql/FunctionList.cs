using System.Collections.Frozen;

namespace Varve.Query.Sql;

/// <summary>
/// The functions that a statement may call, by hand: what is not here is refused. Left out on purpose is what reads files or settings, what
/// builds text of unbounded size (repeat, lpad, format), what collects rows (array_agg, string_agg, list) and what never ends (range, sleep).
/// </summary>
static class FunctionList
{
    /// <summary>Functions of one row, operators included.</summary>
    public static readonly FrozenSet<string> Scalars = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, [
        "length", "lower", "upper", "concat", "substr", "substring", "replace", "translate", "trim", "ltrim", "rtrim", "starts_with", "ends_with", "contains",
        "split_part", "strpos", "instr", "position", "left", "right", "reverse", "ascii", "chr", "url_decode",
        "like_escape", "ilike_escape", "not_like_escape", "not_ilike_escape",
        "~~", "!~~", "~~*", "!~~*", "||", "regexp_matches", "regexp_full_match", "regexp_extract", "md5", "sha1", "sha256",
        "array_contains", "list_contains", "len", "array_length", "list_value", "list_position", "array_position", "list_has_any", "array_has_any",
        "list_has_all", "array_has_all", "list_distinct", "map_extract", "map_extract_value", "element_at", "map_keys", "map_values", "cardinality",
        "abs", "round", "floor", "ceil", "ceiling", "power", "pow", "sqrt", "cbrt", "ln", "log", "log2", "log10", "exp", "sign", "mod", "trunc", "random",
        "pi", "degrees", "radians", "sin", "cos", "tan", "cot", "asin", "acos", "atan", "atan2", "gcd", "lcm", "bit_count",
        "greatest", "least", "nullif", "ifnull", "xor", "isnan", "isinf", "isfinite",
        "+", "-", "*", "/", "//", "%", "^", "**", "&", "|", "<<", ">>", "add", "subtract",
        "date_trunc", "date_part", "datepart", "date_diff", "datediff", "now", "get_current_timestamp", "today", "to_timestamp", "time_bucket",
        "epoch", "epoch_ms", "epoch_us", "strftime", "timezone", "year", "quarter", "month", "week", "day", "hour", "minute", "second", "dayofweek", "isodow",
        "dayofyear", "dayname", "monthname", "last_day", "make_date", "make_timestamptz",
        "to_years", "to_months", "to_weeks", "to_days", "to_hours", "to_minutes", "to_seconds", "to_milliseconds",
    ]);

    /// <summary>Functions of many rows.</summary>
    public static readonly FrozenSet<string> Aggregates = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, [
        "count", "count_star", "sum", "avg", "mean", "min", "max", "stddev", "stddev_pop", "stddev_samp", "variance", "var_samp", "var_pop", "skewness", "kurtosis",
        "corr", "covar_samp", "covar_pop", "regr_slope", "regr_intercept", "regr_r2", "regr_count", "regr_avgx", "regr_avgy", "regr_sxx", "regr_syy", "regr_sxy",
        "approx_quantile", "bool_and", "bool_or", "bit_and", "bit_or", "bit_xor", "any_value", "first", "last", "arg_min", "arg_max", "min_by", "max_by",
        "count_if", "product",
    ]);

    /// <summary>Functions that only stand before OVER.</summary>
    public static readonly FrozenSet<string> Windows = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, [
        "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "first_value", "last_value", "nth_value", "lead", "lag",
    ]);

    /// <summary>Functions of many rows that may stand before OVER: all but those that hold much for each row of a frame.</summary>
    public static readonly FrozenSet<string> WindowAggregates = Aggregates.Except(["approx_quantile"]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Other engines' names for the same.</summary>
    public static readonly FrozenDictionary<string, string> Renamed = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["regexp_like"] = "regexp_matches",
        ["var"] = "var_samp",
        ["var_sample"] = "var_samp",
        ["var_population"] = "var_pop",
        ["covar"] = "covar_samp",
        ["make_array"] = "list_value",
        ["array_has"] = "list_contains",
        ["character_length"] = "length",
        ["char_length"] = "length",
        ["btrim"] = "trim",
        ["signum"] = "sign",
        ["nvl"] = "ifnull",
        ["to_unixtime"] = "epoch",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names that the gate itself turns into something else.</summary>
    public static readonly FrozenSet<string> Rewritten = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, ["approx_distinct", "approx_median", "approx_percentile_cont", "date_bin", "~*", "!~*", XorWord.Operator]);

    /// <summary>Types that a value may be cast to.</summary>
    public static readonly FrozenSet<string> CastTypes = FrozenSet.Create(StringComparer.Ordinal, [
        "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL",
        "VARCHAR", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "INTERVAL", "UUID",
    ]);

    /// <summary>All names that can be called, for "did you mean".</summary>
    public static IEnumerable<string> Names =>
        Scalars.Concat(Aggregates).Concat(Windows).Concat(Renamed.Keys).Concat(Rewritten).Where(name => char.IsAsciiLetter(name[0]));
}
