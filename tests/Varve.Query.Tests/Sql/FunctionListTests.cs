using DuckDB.NET.Data;
using Varve.Query.Sql;

namespace Varve.Query.Tests.Sql;

public sealed class FunctionListTests
{
    static readonly string[] NeverListed =
    [
        "current_setting", "getvariable", "getenv", "nextval", "currval", "write_log", "error", "sleep_ms", "repeat", "lpad", "rpad", "format", "printf",
        "bitstring", "range", "generate_series", "unnest", "list_transform", "list_reduce", "list_filter", "list_sort", "string_agg", "array_agg", "list",
        "histogram", "mode", "median", "quantile", "quantile_cont", "quantile_disc", "levenshtein", "damerau_levenshtein", "regexp_replace",
        "regexp_split_to_array", "to_json", "array_resize", "list_resize", "group_concat", "listagg", "approx_top_k", "txid_current", "version",
    ];

    static readonly string[] NeverStart = ["read_", "parquet_", "glob", "sniff_", "duckdb_", "pragma_", "query", "json_", "jaro", "pg_", "getvar"];

    [Fact]
    public void The_engine_has_every_listed_function_or_the_gate_makes_it_one_that_it_has()
    {
        var known = EngineFunctions();

        Assert.Empty(FunctionList.Scalars.Concat(FunctionList.Aggregates).Concat(FunctionList.Renamed.Values).Except(known, StringComparer.OrdinalIgnoreCase)
            .Except(["mod", "nullif", "ifnull", "current_date", "get_current_timestamp", "today"], StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Aggregates_are_aggregates_and_scalars_are_none()
    {
        var aggregates = EngineFunctions("aggregate");

        Assert.Empty(FunctionList.Aggregates.Except(aggregates, StringComparer.OrdinalIgnoreCase));
        Assert.Empty(FunctionList.Scalars.Intersect(aggregates, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_listed_function_is_a_table_function() =>
        Assert.Empty(FunctionList.Scalars.Concat(FunctionList.Aggregates).Intersect(EngineFunctions("table"), StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void What_is_known_to_be_dangerous_is_not_listed()
    {
        var listed = FunctionList.Scalars.Concat(FunctionList.Aggregates).Concat(FunctionList.Renamed.Keys).Concat(FunctionList.Renamed.Values).ToList();

        Assert.Empty(listed.Intersect(NeverListed, StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain(listed, name => NeverStart.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void A_renamed_function_becomes_a_listed_one() =>
        Assert.Empty(FunctionList.Renamed.Values.Except(FunctionList.Scalars.Concat(FunctionList.Aggregates), StringComparer.OrdinalIgnoreCase));

    static HashSet<string> EngineFunctions(string? type = null)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT DISTINCT function_name FROM duckdb_functions()" + (type is null ? "" : $" WHERE function_type = '{type}'");
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }
}
