using System.Globalization;
using System.Text;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Index;
using Varve.Ingest;
using Varve.Query;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Load;

/// <summary>Single values among many files: with the side index, without it, and by DuckDB over the same files, in turns.</summary>
static class IndexBenchmark
{
    const int RowsOfFile = 1_000;
    const int Rounds = 7;

    public static async Task RunAsync(long files)
    {
        using var bench = new Workbench(files * RowsOfFile);
        var folder = bench.NewFolder();
        var store = new LocalObjectStore(folder);
        await IngestAsync(bench, store);
        var (dataBytes, indexBytes) = (SizeOf(folder, "*.parquet"), SizeOf(folder, "*.bloom"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files} files of {RowsOfFile} records, {dataBytes / 1e6:0.0} MB; index {indexBytes / 1e6:0.0} MB, {100.0 * indexBytes / dataBytes:0.0} %"));
        var glob = $"read_parquet('{folder}/accounts/default/zones/demo/http_requests/date*/*/*.parquet', hive_partitioning=false)";
        var address = Value(bench, glob, "ClientIP");
        var withoutIndex = new FaultyObjectStore(store, call => call.Path.Contains($"/{FileIndexPath.Folder}/", StringComparison.Ordinal) ? StoreFault.FailBefore : StoreFault.None);
        var (ours, theirs) = (0.0, 0.0);
        foreach (var condition in new[] { "ClientIP = '203.0.113.254'", $"ClientIP = '{address}'", $"ClientIP IN ('203.0.113.254', '{address}')", $"RayID = '{Value(bench, glob, "RayID")}'" })
        {
            var sql = $"SELECT RayID, ClientIP, ClientRequestURI FROM http_requests WHERE {condition}";
            using var first = bench.Engine(store);
            Console.WriteLine($"{condition}: first {await PlanAsync(first, sql)}; again {await PlanAsync(first, sql)}");
            using var without = bench.Engine(withoutIndex);
            var (indexed, plain, duckdb) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                indexed.Add(await Workbench.TimeAsync(() => Workbench.AnswerAsync(first, sql)));
                plain.Add(await Workbench.TimeAsync(() => Workbench.AnswerAsync(without, sql)));
                duckdb.Add(await Workbench.TimeAsync(() => Task.FromResult(bench.Run(sql.Replace("FROM http_requests", $"FROM {glob}", StringComparison.Ordinal)))));
            }

            ours += Workbench.Median(indexed);
            theirs += Workbench.Median(duckdb);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  with index {Workbench.Median(indexed):0.0} ms, without {Workbench.Median(plain):0.0} ms, duckdb {Workbench.Median(duckdb):0.0} ms"));
        }

        Workbench.Report("index", theirs / ours, new { files, indexedMs = Math.Round(ours, 1), duckdbMs = Math.Round(theirs, 1) });
    }

    static async Task IngestAsync(Workbench bench, IObjectStore store)
    {
        var pipeline = new IngestPipeline(store, DatasetCatalog.BuiltIn, new IngestLimits { IndexedFileBytesMin = 0 }, new DeltaOptions());
        var target = new IngestTarget("default", "demo", DatasetCatalog.BuiltIn.Find("http_requests")!, "bench");
        foreach (var lines in File.ReadLines(bench.NdjsonFile).Chunk(RowsOfFile))
            await pipeline.IngestAsync(target, new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), CancellationToken.None);
    }

    static async Task<string> PlanAsync(QueryEngine engine, string sql)
    {
        await using var run = await engine.RunAsync(new QueryRequest(sql, "default", "demo"), CancellationToken.None);
        var (plan, index) = (run.Plan, run.Plan.Index);
        return string.Create(CultureInfo.InvariantCulture, $"{plan.FilesRead} of {plan.FilesTotal} files, index left out {index.FilesLeftOut} with {index.Requests} requests, {index.Bytes / 1e6:0.0} MB");
    }

    /// <summary>The value of a column in the middle of the table that occurs least.</summary>
    static string Value(Workbench bench, string glob, string column)
    {
        var file = Path.Combine(bench.NewFolder(), "value.csv");
        bench.Run($"COPY (SELECT {column} FROM {glob} GROUP BY 1 ORDER BY count(*), hash({column}) LIMIT 1) TO '{file}' (HEADER false)");
        return File.ReadAllText(file).Trim();
    }

    static long SizeOf(string folder, string pattern) => new DirectoryInfo(folder).GetFiles(pattern, SearchOption.AllDirectories).Sum(file => file.Length);
}
