using System.Globalization;
using System.IO.Pipelines;
using Varve.Datasets;
using Varve.Delta;
using Varve.Generator;
using Varve.Ingest;
using Varve.Query;
using Varve.Storage;

namespace Varve.Load;

/// <summary>The suite of <see cref="QuerySuite"/> over ten days of requests, in turns with DuckDB over the same Parquet files.</summary>
static class QueryBenchmark
{
    const int Rounds = 5;
    const int Days = 10;

    static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(long rows)
    {
        using var bench = new Workbench();
        var folder = bench.NewFolder();
        var store = await IngestAsync(folder, rows);
        var files = Directory.GetFiles(Path.Combine(folder, "accounts"), "*.parquet", SearchOption.AllDirectories).Where(file => !file.Contains("/_", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows} records of {Days} days in {files.Count} files, {files.Sum(file => new FileInfo(file).Length) / 1e6:0} MB"));

        // What DuckDB needs to be right: the columns that a file lacks are null. Its statistics and its caches are as it likes them.
        bench.Run($"CREATE VIEW http_requests AS SELECT * FROM read_parquet([{string.Join(", ", files.Select(file => $"'{file}'"))}], union_by_name=true, hive_partitioning=true)");
        bench.Run("SET parquet_metadata_cache=true");
        using var engine = bench.Engine(store);
        var ratios = new List<(string Name, double Ratio)>();
        foreach (var query in QuerySuite.Of(Subjects(bench)))
            ratios.Add((query.Name, await MeasureAsync(bench, engine, query)));
        var mean = Math.Exp(ratios.Average(each => Math.Log(each.Ratio)));
        var worst = ratios.MinBy(each => each.Ratio);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"geometric mean {mean:0.00}, worst {worst.Ratio:0.00} ({worst.Name})"));
        Workbench.Report("query", mean, new { rows, files = files.Count, queries = ratios.Select(each => new { each.Name, ratio = Math.Round(each.Ratio, 2) }) });
    }

    /// <summary>DuckDB's time over Varve's, medians of turns.</summary>
    static async Task<double> MeasureAsync(Workbench bench, QueryEngine engine, SuiteQuery query)
    {
        var (varve, duckdb) = (new List<double>(), new List<double>());
        var (answer, theirs) = ("", 0L);
        for (var round = 0; round < Rounds; round++)
        {
            varve.Add(await Workbench.TimeAsync(async () => answer = await Workbench.AnswerAsync(engine, query.Sql)));
            duckdb.Add(await Workbench.TimeAsync(() => Task.FromResult(theirs = bench.Run(query.DuckdbSql ?? query.Sql))));
        }

        var (ours, other) = (Workbench.Median(varve), Workbench.Median(duckdb));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{query.Name,-32} varve {ours,8:0.0} ms, duckdb {other,8:0.0} ms, ratio {other / ours,6:0.00} ({answer}; duckdb {theirs} rows)"));
        if (!answer.Contains($" {theirs} rows", StringComparison.Ordinal))
            Console.WriteLine($"  DIFFERENT: Varve's answer is {answer}, DuckDB has {theirs} rows");
        return other / ours;
    }

    static SuiteSubjects Subjects(Workbench bench) => new(
        Start,
        Days,
        bench.Text("SELECT RayID FROM http_requests ORDER BY EdgeStartTimestamp LIMIT 1 OFFSET (SELECT count(*) // 2 FROM http_requests)"),
        bench.Text("SELECT RayID FROM http_requests WHERE SecurityAction = 'block' ORDER BY EdgeStartTimestamp LIMIT 1"),
        bench.Text("SELECT ClientIP FROM http_requests GROUP BY ClientIP HAVING count(*) < 1000 ORDER BY count(*) DESC, ClientIP LIMIT 1"),
        bench.Text("SELECT JA4 FROM http_requests WHERE JA4 IS NOT NULL GROUP BY JA4 ORDER BY count(*), JA4 LIMIT 1"));

    static async Task<IObjectStore> IngestAsync(string folder, long rows)
    {
        var store = new LocalObjectStore(folder);
        var pipeline = new IngestPipeline(store, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions());
        var generator = new TrafficGenerator(new TrafficOptions { Requests = rows, Seed = 7, Start = Start, Duration = TimeSpan.FromDays(Days) });
        var pipe = new Pipe();
        var writing = Task.Run(() =>
        {
            using var lines = pipe.Writer.AsStream();
            generator.Write(TrafficDataset.HttpRequests, lines, CancellationToken.None);
        });
        await using (var lines = pipe.Reader.AsStream())
            await pipeline.IngestAsync(new IngestTarget("default", "demo", DatasetCatalog.BuiltIn.Find("http_requests")!, "bench"), lines, CancellationToken.None);
        await writing;
        return store;
    }
}
