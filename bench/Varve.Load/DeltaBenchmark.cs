using System.Diagnostics;
using System.Globalization;
using Varve.Delta;
using Varve.Delta.Pruning;
using Varve.Storage;

namespace Varve.Load;

/// <summary>
/// The log of a table with many files: replay from JSON into a pruned list of files beside DuckDB's <c>read_json</c>, the same from a checkpoint, a
/// refresh by one commit; then memory and checkpoint of a larger table.
/// </summary>
static class DeltaBenchmark
{
    const int Rounds = 7;
    const int Refreshes = 50;
    const string Root = "table";
    const string PartitionFilter = "partition_col = 'part_1'";

    public static async Task RunAsync(long files)
    {
        var folder = Directory.CreateTempSubdirectory("varve-load-").FullName;
        try
        {
            var log = DeltaLogs.ThreeHundredThousand(Path.Combine(folder, "json"), Root);
            var ratio = await ReplayAsync(folder, log);
            await ManyFilesAsync(Path.Combine(folder, "many"), files);
            Workbench.Report("delta", ratio, new { log });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<double> ReplayAsync(string folder, string log)
    {
        var (json, duckdbOne) = (new List<double>(), new List<double>());
        using var duckdb = new Workbench(1);
        var (files, theirFiles) = (0, 0L);
        var sql = $"SELECT add.path FROM read_json('{folder}/json/{Root}/_delta_log/*.json', format='newline_delimited', columns={{add: "
            + "'STRUCT(path VARCHAR, \"partitionValues\" MAP(VARCHAR, VARCHAR), size BIGINT, \"modificationTime\" BIGINT, \"dataChange\" BOOLEAN, stats VARCHAR)'}) "
            + "WHERE add.\"partitionValues\"['partition_col'] = 'part_1'";
        duckdb.Run("SET threads=1");
        for (var round = 0; round < Rounds; round++)
        {
            json.Add(await Workbench.TimeAsync(async () => files = await PrunedAsync(Path.Combine(folder, "json"))));
            duckdbOne.Add(await Workbench.TimeAsync(() => Task.FromResult(theirFiles = duckdb.Run(sql))));
        }

        if (files != theirFiles)
            throw new InvalidOperationException($"Varve finds {files} files, DuckDB {theirFiles}.");
        Print($"replay of {log} from JSON into {files} files: varve {Workbench.Median(json):0} ms, duckdb read_json on one thread {Workbench.Median(duckdbOne):0} ms, "
            + $"ratio {Workbench.Median(duckdbOne) / Workbench.Median(json):0.00}");

        var table = (await OpenAsync(Path.Combine(folder, "json")))!;
        await table.CheckpointAsync(CancellationToken.None);
        var checkpoint = new List<double>();
        for (var round = 0; round < Rounds; round++)
            checkpoint.Add(await Workbench.TimeAsync(async () => files = await PrunedAsync(Path.Combine(folder, "json"))));
        Print($"the same from the checkpoint: {Workbench.Median(checkpoint):0.0} ms, {Workbench.Median(json) / Workbench.Median(checkpoint):0.0} times as fast as from JSON");
        await RefreshAsync(Path.Combine(folder, "json"), table);
        return Workbench.Median(duckdbOne) / Workbench.Median(json);
    }

    /// <summary>Commits that another writer makes are read one by one; the first of them makes the indexes and is not counted.</summary>
    static async Task RefreshAsync(string folder, DeltaTable table)
    {
        var times = new List<double>();
        for (var number = 0; number <= Refreshes; number++)
        {
            DeltaLogs.AppendOne(folder, Root, table.Latest.Version + 1);
            var elapsed = await Workbench.TimeAsync(() => table.RefreshAsync(CancellationToken.None));
            if (number > 0)
                times.Add(elapsed);
        }

        Print($"refresh by one commit, {table.Latest.Files.Count} files, local disk: median {Workbench.Median(times):0.00} ms, worst {times.Max():0.00} ms");
    }

    static async Task ManyFilesAsync(string folder, long files)
    {
        var logBytes = DeltaLogs.Write(folder, Root, files);
        Print($"a log of {files} files with statistics of {DeltaLogs.StatisticsColumns} columns: {logBytes / 1e6:0} MB of JSON");
        var opened = await Workbench.TimeAsync(() => OpenAsync(folder));
        Print($"opened from JSON in {opened:0} ms");
        var table = (await OpenAsync(folder))!;
        GC.Collect();
        var before = Heap();
        var watch = new PeakMemory();
        var written = await Workbench.TimeAsync(() => table.CheckpointAsync(CancellationToken.None));
        var peak = await watch.StopAsync();
        var size = new FileInfo(Directory.EnumerateFiles(Path.Combine(folder, Root, "_delta_log"), "*.checkpoint*").Single()).Length;
        Print($"checkpoint of {files} files: {written:0} ms, {size / 1e6:0.0} MB; peak over what was held before: {peak / 1e6:0} MB of the process, "
            + $"the table itself {before / 1e6:0} MB of heap");
        table = null;
        GC.Collect();
        before = Heap();
        opened = await Workbench.TimeAsync(async () => table = await OpenAsync(folder));
        var held = Heap() - before;
        Print($"opened from the checkpoint in {opened:0} ms: {held / 1e6:0.0} MB of heap, {(double)held / files:0} bytes a live file");
        foreach (var (name, where) in new[] { ("a day", "date = '2026-11-03'"), ("an hour by statistics", "ts >= '2026-11-03T10:00:00Z' AND ts < '2026-11-03T11:00:00Z'") })
        {
            var times = new List<double>();
            var kept = 0;
            for (var round = 0; round < 3; round++)
                times.Add(await Workbench.TimeAsync(() => Task.FromResult(kept = Plan(table!.Latest, where))));
            Print($"pruned to {name}: {kept} of {files} files in {times[0]:0.0} ms the first time, then {times[^1]:0.0} ms; heap {(double)(Heap() - before) / files:0} bytes a live file");
        }
    }

    static long Heap() => GC.GetTotalMemory(forceFullCollection: true);

    static async Task<int> PrunedAsync(string folder) => Plan((await OpenAsync(folder))!.Latest, PartitionFilter);

    static int Plan(Snapshot snapshot, string where) => new FilePruner(snapshot, PredicateText.Parse(where, snapshot.Schema)).Plan().Files.Count;

    static Task<DeltaTable?> OpenAsync(string folder) => DeltaTable.OpenAsync(new LocalObjectStore(folder), Root, options: null, logger: null, CancellationToken.None);

    static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    static void Print(string line) => Console.WriteLine(line);

    /// <summary>Samples the memory of the process until it is stopped.</summary>
    sealed class PeakMemory
    {
        readonly Task<long> _sampling;
        volatile bool _isStopped;

        public PeakMemory() => _sampling = Task.Run(SampleAsync);

        public async Task<long> StopAsync()
        {
            _isStopped = true;
            return await _sampling;
        }

        async Task<long> SampleAsync()
        {
            var (before, peak) = (Now(), 0L);
            while (!_isStopped)
            {
                peak = Math.Max(peak, Now() - before);
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }

            return peak;
        }

        static long Now()
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }
}
