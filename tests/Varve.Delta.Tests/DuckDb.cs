using System.Globalization;
using DuckDB.NET.Data;

namespace Varve.Delta.Tests;

/// <summary>Another reader of Parquet: what it sees in a file is what the rest of the world sees.</summary>
static class DuckDb
{
    /// <summary>The rows of a query, each as its columns cast to text and joined by <c>|</c>; null is <c>∅</c>.</summary>
    public static List<string> Query(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({sql})";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(column => reader.IsDBNull(column) ? "∅" : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture))));
        return rows;
    }

    /// <summary>The columns of a Parquet file as <c>name TYPE</c>.</summary>
    public static List<string> Columns(string file) =>
        [.. Query($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{file}')").Select(row => row.Replace('|', ' '))];

    /// <summary>Runs a statement.</summary>
    public static void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static DuckDBConnection Open()
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        // Bounds in Parquet files leave NaN out, and the engine would take them to rule it out.
        command.CommandText = "SET TimeZone = 'UTC'; SET threads = 1; SET disabled_optimizers = 'statistics_propagation'";
        command.ExecuteNonQuery();
        return connection;
    }
}
