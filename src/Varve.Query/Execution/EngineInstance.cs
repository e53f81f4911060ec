using System.Collections.Concurrent;
using System.Globalization;
using DuckDB.NET.Data;

namespace Varve.Query.Execution;

/// <summary>One DuckDB instance with its limits set and locked, and a connection to it for each query.</summary>
sealed class EngineInstance : IDisposable
{
    // Settings of one connection, which are set after the lock: without them the engine does not say how far a query is.
    const string ProgressAllowed = "SET allowed_configs=['enable_progress_bar', 'enable_progress_bar_print', 'progress_bar_time']";
    const string ProgressOn = "SET enable_progress_bar_print=false; SET progress_bar_time=0; SET enable_progress_bar=true";

    // A connection takes as long to make as a small query to run.
    const int IdleMax = 16;

    readonly DuckDBConnection _root = new("DataSource=:memory:");
    readonly ConcurrentBag<DuckDBConnection> _idle = [];
    volatile bool _isClosed;

    /// <param name="memoryBytes">Memory that it counts and keeps within.</param>
    /// <param name="diskBytes">Disk that it may use for what does not fit in memory.</param>
    /// <param name="dataFolder">The only folder whose files it may read; null when there is none.</param>
    /// <param name="filesGrow">True when files may get further content while they keep their names: nothing of them may be remembered.</param>
    /// <param name="temporaryFolder">Where it may put what does not fit in memory. No other instance may use the same.</param>
    public EngineInstance(long memoryBytes, long diskBytes, string? dataFolder, bool filesGrow, string temporaryFolder)
    {
        Directory.CreateDirectory(temporaryFolder);
        _root.Open();
        string[] settings =
        [
            Invariant($"SET memory_limit='{memoryBytes >> 20}MiB'"),
            Invariant($"SET threads={Environment.ProcessorCount}"),
            $"SET temp_directory={Quote(temporaryFolder)}",
            Invariant($"SET max_temp_directory_size='{diskBytes >> 20}MiB'"),
            "SET TimeZone='UTC'",
            "SET late_materialization_max_rows=1000",
            "SET parquet_metadata_cache=true",
            Invariant($"SET enable_external_file_cache={!filesGrow}"),
            "SET autoinstall_known_extensions=false",
            "SET autoload_known_extensions=false",
            "SET allow_community_extensions=false",
            dataFolder is null ? "SET allowed_directories=[]" : $"SET allowed_directories=[{Quote(dataFolder)}]",
            "SET enable_external_access=false",
            ProgressAllowed,
            // The last one: from here on nothing else can be set.
            "SET lock_configuration=true",
        ];
        foreach (var setting in settings)
            Execute(_root, setting);
    }

    /// <summary>A connection to the instance, for one query. It stays good when the instance is disposed of.</summary>
    public DuckDBConnection Connect()
    {
        if (_idle.TryTake(out var idle))
            return idle;
        var connection = _root.Duplicate();
        connection.Open();
        Execute(connection, ProgressOn);
        return connection;
    }

    /// <summary>Takes a connection back whose query came to its end undisturbed. Any other is to be disposed of.</summary>
    public void GiveBack(DuckDBConnection connection)
    {
        if (_isClosed || _idle.Count >= IdleMax)
            connection.Dispose();
        else
            _idle.Add(connection);
        if (_isClosed)
            CloseIdle();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isClosed = true;
        CloseIdle();
        _root.Dispose();
    }

    void CloseIdle()
    {
        while (_idle.TryTake(out var idle))
            idle.Dispose();
    }

    static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
