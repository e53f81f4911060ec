using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using Varve.Datasets;
using Varve.Delta;
using Varve.Generator;
using Varve.Ingest;
using Varve.Query;
using Varve.Storage;

namespace Varve.Load;

/// <summary>A folder with generated records, Varve and DuckDB, and a stopwatch.</summary>
sealed class Workbench : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("varve-load-").FullName;
    readonly DuckDBConnection _duckdb = new("DataSource=:memory:");

    /// <param name="rows">Records to generate; null: none.</param>
    public Workbench(long? rows = null)
    {
        _duckdb.Open();
        Run($"SET threads={Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)}; SET TimeZone='UTC'; SET preserve_insertion_order=false; SET temp_directory='{_folder}'");
        if (rows is { } count)
            Generate(count);
    }

    void Generate(long rows)
    {
        NdjsonFile = Path.Combine(_folder, "http_requests.ndjson");
        var generator = new TrafficGenerator(new TrafficOptions { Requests = rows, Seed = 7, Start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) });
        using (var file = File.Create(NdjsonFile))
            generator.Write(TrafficDataset.HttpRequests, file, CancellationToken.None);
        (Rows, NdjsonBytes) = (rows, new FileInfo(NdjsonFile).Length);
    }

    public string NdjsonFile { get; private set; } = "";

    public long Rows { get; private set; }

    public long NdjsonBytes { get; private set; }

    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;

    public static async Task<IObjectStore> IngestAsync(string file, string folder)
    {
        var store = new LocalObjectStore(folder);
        var pipeline = new IngestPipeline(store, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions());
        await using var content = File.OpenRead(file);
        await pipeline.IngestAsync(new IngestTarget("default", "demo", DatasetCatalog.BuiltIn.Find("http_requests")!, "bench"), content, CancellationToken.None);
        return store;
    }

    public QueryEngine Engine(IObjectStore store, QueryLimits? limits = null) =>
        new(store, new DatasetRegistry(store, TimeProvider.System), limits ?? new QueryLimits(), NewFolder(), TimeProvider.System);

    public static async Task<string> AnswerAsync(QueryEngine engine, string sql)
    {
        await using var run = await engine.RunAsync(new QueryRequest(sql, "default", "demo"), CancellationToken.None);
        using var output = new MemoryStream();
        await new Query.Formats.CsvFormat().WriteAsync(run, output, CancellationToken.None);
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(output.ToArray()))[..8] + $" {run.Rows} rows, {run.Plan.FilesRead}/{run.Plan.FilesTotal} files";
    }

    /// <summary>Runs a statement in DuckDB and reads its answer to the end.</summary>
    public long Run(string sql)
    {
        using var command = _duckdb.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = 0L;
        while (reader.Read())
        {
            for (var column = 0; column < reader.FieldCount; column++)
                _ = reader.IsDBNull(column) ? null : reader.GetValue(column);
            rows++;
        }

        return rows;
    }

    /// <summary>The one value of DuckDB's answer, as text.</summary>
    public string Text(string sql)
    {
        using var command = _duckdb.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }

    public static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    public static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    public static void Report(string name, double ratio, object figures) =>
        Console.WriteLine(JsonSerializer.Serialize(new { bench = name, ratio = Math.Round(ratio, 2), figures }));

    public void Dispose()
    {
        _duckdb.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
