using System.Globalization;
using Varve.Datasets;
using Varve.Delta;
using Varve.Ingest;
using Varve.Storage;

namespace Varve.Load;

/// <summary>
/// Files of records into a committed table, against DuckDB reading the same file with its columns given and writing one sorted zstd Parquet file; then the
/// stages one by one.
/// </summary>
static class IngestBenchmark
{
    const int Rounds = 5;
    static int _rounds;

    public static async Task RunAsync(long rows)
    {
        using var bench = new Workbench();
        var store = bench.NewFolder();
        // As in a server, one pipeline takes them all, and as there DuckDB is open already.
        var pipeline = new IngestPipeline(new LocalObjectStore(store), DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions());
        var lines = new List<object>();
        var worst = double.MaxValue;
        foreach (var input in IngestInput.All(bench.NewFolder(), rows))
            foreach (var isGzip in new[] { false, true })
            {
                var line = await CompareAsync(bench, pipeline, store, input, isGzip);
                worst = Math.Min(worst, line.Ratio);
                lines.Add(line);
            }

        Workbench.Report("ingest", worst, new { rows, lines });
    }

    sealed record Line(
        string Input, bool Gzip, double Ratio, double VarveMs, double DuckdbMs, double MegabytesPerSecond, double RecordsPerSecond, double ProcessorSeconds, double StoredBytesPerRecord, double SmallerThanGzip);

    static async Task<Line> CompareAsync(Workbench bench, IngestPipeline pipeline, string store, IngestInput input, bool isGzip)
    {
        var file = isGzip ? input.GzipFile : input.File;
        var (varve, duckdb, ratios, processor) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var stored = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var folder = bench.NewFolder();
            var before = Environment.CpuUsage.TotalTime;
            varve.Add(await Workbench.TimeAsync(() => IngestAsync(pipeline, file, $"round{++_rounds}")));
            processor.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
            stored = Directory.GetFiles(store, "*.parquet", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
            duckdb.Add(await Workbench.TimeAsync(() => Task.FromResult(bench.Run(Copy(input, file, $"{folder}/all.parquet")))));
            ratios.Add(duckdb[^1] / varve[^1]);
            Directory.Delete(folder, recursive: true);
            Directory.Delete(Path.Combine(store, "accounts"), recursive: true);
        }

        // Each round's two runs stood side by side: the median of their ratios says more than the ratio of two medians.
        var (ours, ratio) = (Workbench.Median(varve), Workbench.Median(ratios));
        var line = new Line(
            input.Name, isGzip, Math.Round(ratio, 2), Math.Round(ours), Math.Round(Workbench.Median(duckdb)), Math.Round(input.Bytes / 1e3 / ours),
            Math.Round(input.Rows / ours * 1000), Math.Round(Workbench.Median(processor), 2), Math.Round(stored / (double)input.Rows, 1), Math.Round(input.GzipBytes / (double)stored, 2));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{input.Name,-18} {(isGzip ? "gzip" : "plain"),-5} {input.Bytes / input.Rows,5} B/record: varve {ours,6:0} ms, duckdb {line.DuckdbMs,6:0} ms, ratio {line.Ratio:0.00}; {line.MegabytesPerSecond:0} MB/s, {line.RecordsPerSecond:0} records/s, {line.ProcessorSeconds:0.00} s of processor; {line.StoredBytesPerRecord:0} B stored a record, {line.SmallerThanGzip:0.00} x smaller than gzip -6"));
        return line;
    }

    static async Task IngestAsync(IngestPipeline pipeline, string file, string zone)
    {
        await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        await pipeline.IngestAsync(new IngestTarget("default", zone, DatasetCatalog.BuiltIn.Find("http_requests")!, "bench"), content, CancellationToken.None);
    }

    static string Copy(IngestInput input, string file, string target)
    {
        var columns = string.Join(", ", DatasetCatalog.BuiltIn.Find("http_requests")!.Fields.Select(field => $"{field.Name}: '{TypeOf(field, input.IsMixed)}'"));
        var options = input.IsMixed ? ", ignore_errors=true" : "";
        return $"COPY (SELECT * FROM read_json('{file}', format='newline_delimited', columns={{{columns}}}{options}) ORDER BY EdgeStartTimestamp) TO '{target}' (FORMAT parquet, COMPRESSION zstd)";
    }

    /// <summary>The engine reads one form of time: where they are mixed they stay text, which is less work.</summary>
    static string TypeOf(DatasetField field, bool isMixed) => field.Type switch
    {
        FieldType.Int => "BIGINT",
        FieldType.Float => "DOUBLE",
        FieldType.Bool => "BOOLEAN",
        FieldType.Timestamp when !isMixed || field.Name == "EdgeStartTimestamp" => "TIMESTAMPTZ",
        FieldType.StringArray => "VARCHAR[]",
        FieldType.IntArray => "BIGINT[]",
        FieldType.Map => "MAP(VARCHAR, VARCHAR)",
        _ => "VARCHAR",
    };
}
