using System.Globalization;

namespace Varve.Load;

/// <summary>A million records in, then the three questions that every user asks first; against DuckDB over the same Parquet files.</summary>
static class FirstLightBenchmark
{
    const int Rounds = 5;

    public static async Task RunAsync(long rows)
    {
        using var bench = new Workbench(rows);
        var folder = bench.NewFolder();
        var ingestMs = await Workbench.TimeAsync(() => Workbench.IngestAsync(bench.NdjsonFile, folder));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"ingest: {rows} records, {bench.NdjsonBytes / 1e6:0} MB of NDJSON in {ingestMs:0} ms, {rows / ingestMs * 1000:0} records/s, {bench.NdjsonBytes / 1e3 / ingestMs:0} MB/s"));

        using var engine = bench.Engine(new Storage.LocalObjectStore(folder));
        var glob = $"read_parquet('{folder}/accounts/default/zones/demo/http_requests/*/*/*.parquet', union_by_name=true, hive_partitioning=false)";
        var ray = await RayInTheMiddleAsync(bench, glob);
        var questions = new (string Name, string Sql)[]
        {
            ("count", "SELECT count(*) FROM http_requests"),
            ("ray id", $"SELECT * FROM http_requests WHERE RayID = '{ray}'"),
            ("top 10 clients", "SELECT ClientIP, count(*) AS n FROM http_requests GROUP BY ClientIP ORDER BY n DESC, ClientIP LIMIT 10"),
        };
        var (ours, theirs) = (0.0, 0.0);
        foreach (var (name, sql) in questions)
        {
            var (varve, duckdb) = (new List<double>(), new List<double>());
            var answer = "";
            for (var round = 0; round < Rounds; round++)
            {
                varve.Add(await Workbench.TimeAsync(async () => answer = await Workbench.AnswerAsync(engine, sql)));
                duckdb.Add(await Workbench.TimeAsync(() => Task.FromResult(bench.Run(sql.Replace("FROM http_requests", $"FROM {glob}", StringComparison.Ordinal)))));
            }

            ours += Workbench.Median(varve);
            theirs += Workbench.Median(duckdb);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: varve {Workbench.Median(varve):0.0} ms, duckdb {Workbench.Median(duckdb):0.0} ms ({answer})"));
        }

        Workbench.Report("first-light", theirs / ours, new { rows, ingestMs = Math.Round(ingestMs), queriesVarveMs = Math.Round(ours, 1), queriesDuckdbMs = Math.Round(theirs, 1) });
    }

    static Task<string> RayInTheMiddleAsync(Workbench bench, string glob)
    {
        var file = Path.Combine(bench.NewFolder(), "ray.csv");
        bench.Run($"COPY (SELECT RayID FROM {glob} ORDER BY EdgeStartTimestamp LIMIT 1 OFFSET {bench.Rows / 2}) TO '{file}' (HEADER false)");
        return File.ReadAllTextAsync(file).ContinueWith(text => text.Result.Trim(), TaskScheduler.Default);
    }
}
