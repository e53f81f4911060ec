using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Scan;
using Varve.Generator;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Maintenance.Tests;

/// <summary>A lake of generated traffic, and keepers of it.</summary>
sealed class KeptLake : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Limits under which a few small files are merged and split.</summary>
    public static readonly MaintenanceLimits Small = new() { TargetFileBytes = 800_000, FreshFilesMax = 4, SplitRowsMin = 500, IndexedFileBytesMin = 0 };

    public MovableClock Clock { get; } = new(Start.AddHours(3));

    public TestLake Lake { get; }

    public TableName Table { get; } = new(TestLake.Account, TestLake.Zone, "http_requests");

    public KeptLake() => Lake = new TestLake(clock: Clock);

    public TableKeeper Keeper(MaintenanceLimits? limits = null, IObjectStore? store = null) =>
        new(store ?? Lake.Store, Lake.Datasets, limits ?? Small, new MaintenanceOptions { Clock = Clock, TemporaryFolder = Path.Combine(Lake.Folder, "merging") }, NullLogger<TableKeeper>.Instance);

    /// <summary>Requests as lines, in the order of their times.</summary>
    public static List<string> Requests(int count, int seed = 1, DateTimeOffset? start = null, TimeSpan? duration = null)
    {
        var generator = new TrafficGenerator(new TrafficOptions { Requests = count, Seed = seed, Start = start ?? Start, Duration = duration ?? TimeSpan.FromHours(2) });
        using var output = new MemoryStream();
        generator.Write(TrafficDataset.HttpRequests, output, TestContext.Current.CancellationToken);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>Stores lines in so many files.</summary>
    public async Task IngestAsync(IReadOnlyList<string> lines, int files, string dataset = "http_requests")
    {
        foreach (var some in lines.Chunk((lines.Count + files - 1) / files))
            await Lake.IngestAsync(dataset, some, TestContext.Current.CancellationToken);
    }

    /// <summary>Puts the clock forward; what is stored by now gets the time before.</summary>
    public void Pass(TimeSpan time)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        foreach (var file in Directory.EnumerateFiles(Lake.StoreFolder, "*", SearchOption.AllDirectories).Where(file => File.GetLastWriteTimeUtc(file) > now))
            File.SetLastWriteTimeUtc(file, now);
        Clock.Advance(time);
    }

    public async Task<DeltaTable> OpenAsync(TableName? name = null) =>
        (await DeltaTable.OpenAsync(Lake.Store, (name ?? Table).Path, options: null, logger: null, TestContext.Current.CancellationToken))!;

    /// <summary>Every row as a line of JSON, but for its level; in ordinal order.</summary>
    public async Task<List<string>> RowsAsync(TableName? name = null)
    {
        var table = await OpenAsync(name);
        return await RowsAsync(table, table.Latest);
    }

    public static async Task<List<string>> RowsAsync(DeltaTable table, Snapshot snapshot)
    {
        var scan = table.Scan(snapshot, [.. snapshot.Schema.Fields.Select(field => field.Name).Where(name => name is not ("level" or "_level"))]);
        var rows = new List<string>();
        await foreach (var batch in scan.ReadAsync(TestContext.Current.CancellationToken))
            using (batch)
            {
                var text = new RowText(scan.Columns);
                for (var row = 0; row < batch.Length; row++)
                {
                    var line = new ArrayBufferWriter<byte>();
                    text.Write(batch, row, line);
                    rows.Add(Encoding.UTF8.GetString(line.WrittenSpan));
                }
            }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    public void Dispose() => Lake.Dispose();
}
