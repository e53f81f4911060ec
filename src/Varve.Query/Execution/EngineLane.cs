using System.Globalization;
using DuckDB.NET.Data;

namespace Varve.Query.Execution;

/// <summary>One DuckDB instance with its limits set and locked, and a connection to it for each query.</summary>
sealed class EngineLane : IDisposable
{
    readonly DuckDBConnection _root = new("DataSource=:memory:");

    /// <param name="limits">Memory and disk of the instance.</param>
    /// <param name="dataFolder">The only folder whose files it may read; null when there is none.</param>
    /// <param name="temporaryFolder">Where it may put what does not fit in memory.</param>
    /// <param name="filesGrow">True when files may get further content while they keep their names: nothing of them may be remembered.</param>
    public EngineLane(QueryLimits limits, string? dataFolder, string temporaryFolder, bool filesGrow = false)
    {
        Directory.CreateDirectory(temporaryFolder);
        _root.Open();
        string[] settings =
        [
            Invariant($"SET memory_limit='{limits.EngineMemoryBytes >> 20}MiB'"),
            Invariant($"SET threads={Environment.ProcessorCount}"),
            $"SET temp_directory={Quote(temporaryFolder)}",
            Invariant($"SET max_temp_directory_size='{limits.EngineDiskBytes >> 20}MiB'"),
            "SET TimeZone='UTC'",
            "SET late_materialization_max_rows=1000",
            "SET parquet_metadata_cache=true",
            Invariant($"SET enable_external_file_cache={!filesGrow}"),
            "SET autoinstall_known_extensions=false",
            "SET autoload_known_extensions=false",
            "SET allow_community_extensions=false",
            dataFolder is null ? "SET allowed_directories=[]" : $"SET allowed_directories=[{Quote(dataFolder)}]",
            "SET enable_external_access=false",
            // The last one: from here on nothing can be set.
            "SET lock_configuration=true",
        ];
        foreach (var setting in settings)
        {
            using var command = _root.CreateCommand();
            command.CommandText = setting;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>A further connection to the instance.</summary>
    public DuckDBConnection Connect()
    {
        var connection = _root.Duplicate();
        connection.Open();
        return connection;
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
