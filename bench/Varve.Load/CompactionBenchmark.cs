using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Delta;
using Varve.Generator;
using Varve.Ingest;
using Varve.Maintenance;
using Varve.Storage;

namespace Varve.Load;

/// <summary>
/// The small files of a day into large ones, against DuckDB writing the same files, sorted, into one. Each is done in a process of its own, which tells the
/// most memory it had.
/// </summary>
static class CompactionBenchmark
{
    const int Rounds = 3;
    const int RowsOfFile = 20_000;
    static readonly TableName Table = new("default", "demo", "http_requests");

    public static async Task RunAsync(long rows)
    {
        using var bench = new Workbench();
        var source = bench.NewFolder();
        var (files, bytes) = await FillAsync(source, rows);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows} records in {files} files, {bytes / 1e6:0} MB"));
        var (varve, duckdb) = (new List<Run>(), new List<Run>());
        for (var round = 0; round < Rounds; round++)
        {
            var copy = bench.NewFolder();
            Process.Start("cp", ["-al", Path.Combine(source, "accounts"), copy]).WaitForExit();
            varve.Add(Child("compaction-merge", copy));
            duckdb.Add(Child("compaction-duckdb", source));
            Print("varve", varve[^1], rows);
            Print("duckdb", duckdb[^1], rows);
            Directory.Delete(copy, recursive: true);
        }

        var speed = Workbench.Median([.. varve.Zip(duckdb, (ours, theirs) => theirs.Milliseconds / ours.Milliseconds)]);
        var memory = Workbench.Median([.. varve.Zip(duckdb, (ours, theirs) => ours.MegabytesMost / theirs.MegabytesMost)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio {speed:0.00}, memory {memory:0.00} of duckdb's"));
        Workbench.Report("compaction", Math.Round(speed, 2), new { rows, files, memoryShare = Math.Round(memory, 2), varve, duckdb });
    }

    /// <summary>Merges the files of a copy, in this process.</summary>
    public static async Task MergeAsync(string folder)
    {
        var store = new LocalObjectStore(folder);
        var keeper = new TableKeeper(store, new DatasetRegistry(store, TimeProvider.System), limits: null, options: null, NullLogger<TableKeeper>.Instance);
        var milliseconds = await Workbench.TimeAsync(async () =>
        {
            if ((await keeper.RunOnceAsync(Table, CancellationToken.None))!.Merges == 0)
                throw new InvalidOperationException("Nothing was merged.");
        });
        Tell(milliseconds);
    }

    /// <summary>Has DuckDB write the files, sorted, into one, in this process.</summary>
    public static async Task CopyAsync(string folder)
    {
        using var bench = new Workbench();
        var target = Path.Combine(bench.NewFolder(), "all.parquet");
        var glob = $"{folder}/accounts/default/zones/demo/http_requests/date=*/*/*.parquet";
        Tell(await Workbench.TimeAsync(() => Task.FromResult(bench.Run(
            $"COPY (SELECT * FROM read_parquet('{glob}', union_by_name = true, hive_partitioning = false) ORDER BY EdgeStartTimestamp) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"))));
    }

    static void Tell(double milliseconds)
    {
        var most = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} {most}"));
    }

    static Run Child(string command, string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(CompactionBenchmark).Assembly.Location, command, folder]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var told = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command} failed.");
        return new Run(double.Parse(told[0], CultureInfo.InvariantCulture), Math.Round(double.Parse(told[1], CultureInfo.InvariantCulture) * 1024 / 1e6));
    }

    static void Print(string who, Run run, long rows) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{who,-7} {run.Milliseconds,7:0} ms, {rows / run.Milliseconds * 1000,8:0} rows/s, {run.MegabytesMost,5:0} MB at most"));

    static async Task<(int Files, long Bytes)> FillAsync(string folder, long rows)
    {
        var pipeline = new IngestPipeline(new LocalObjectStore(folder), DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions());
        var generator = new TrafficGenerator(new TrafficOptions { Requests = rows, Start = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero), Duration = TimeSpan.FromHours(24) });
        var lines = new System.IO.Pipelines.Pipe();
        var writing = Task.Run(() =>
        {
            using var output = lines.Writer.AsStream();
            generator.Write(TrafficDataset.HttpRequests, output, CancellationToken.None);
        });
        using var reader = new StreamReader(lines.Reader.AsStream());
        while (await ReadBatchAsync(reader) is { Length: > 0 } batch)
        {
            using var body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(batch));
            await pipeline.IngestAsync(new IngestTarget("default", "demo", DatasetCatalog.BuiltIn.Find("http_requests")!, "bench"), body, CancellationToken.None);
        }

        await writing;
        var files = Directory.GetFiles(Path.Combine(folder, "accounts"), "part-*.parquet", SearchOption.AllDirectories).Where(file => !file.Contains("_varve_index", StringComparison.Ordinal)).ToList();
        return (files.Count, files.Sum(file => new FileInfo(file).Length));
    }

    static async Task<string> ReadBatchAsync(StreamReader reader)
    {
        var batch = new System.Text.StringBuilder();
        for (var row = 0; row < RowsOfFile && await reader.ReadLineAsync() is { } line; row++)
            batch.Append(line).Append('\n');
        return batch.ToString();
    }

    sealed record Run(double Milliseconds, double MegabytesMost);
}
