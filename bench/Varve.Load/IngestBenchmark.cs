using System.Globalization;

namespace Varve.Load;

/// <summary>NDJSON to sorted zstd Parquet: Varve with its commit, against DuckDB's own reader and writer.</summary>
static class IngestBenchmark
{
    const int Rounds = 3;

    public static async Task RunAsync(long rows)
    {
        using var bench = new Workbench(rows);
        var (varve, duckdb) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var folder = bench.NewFolder();
            varve.Add(await Workbench.TimeAsync(() => Workbench.IngestAsync(bench.NdjsonFile, folder)));
            duckdb.Add(await Workbench.TimeAsync(() => Task.FromResult(bench.Run(
                $"COPY (SELECT * FROM read_ndjson('{bench.NdjsonFile}') ORDER BY EdgeStartTimestamp) TO '{folder}/all.parquet' (FORMAT parquet, COMPRESSION zstd)"))));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: varve {varve[^1]:0} ms, duckdb {duckdb[^1]:0} ms"));
        }

        double MegabytesPerSecond(double milliseconds) => Math.Round(bench.NdjsonBytes / 1e3 / milliseconds, 1);
        var (ours, theirs) = (Workbench.Median(varve), Workbench.Median(duckdb));
        Workbench.Report("ingest", theirs / ours, new
        {
            rows,
            ndjsonMegabytes = bench.NdjsonBytes / 1_000_000,
            varveMs = Math.Round(ours),
            duckdbMs = Math.Round(theirs),
            varveMegabytesPerSecond = MegabytesPerSecond(ours),
            varveRecordsPerSecond = Math.Round(rows / ours * 1000),
        });
    }
}
