using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest;
using Varve.Ingest.Lines;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;

namespace Varve.Load;

/// <summary>Where the time of an ingest goes: each stage alone, on one thread, in processor time, so that what else runs on the machine counts little.</summary>
static class IngestStages
{
    const int Rounds = 20;

    public static async Task RunAsync(long rows)
    {
        using var bench = new Workbench();
        foreach (var input in IngestInput.All(bench.NewFolder(), rows))
            await MeasureAsync(input);
    }

    static async Task MeasureAsync(IngestInput input)
    {
        var rows = input.Rows;
        var dataset = DatasetCatalog.BuiltIn.Find("http_requests")!;
        var blocks = await BlocksAsync(input.File);
        var gzip = File.ReadAllBytes(input.GzipFile);
        var buffer = new RecordBuffer(dataset);
        List<DataFile> files = [];
        var withoutIndex = IngestSettings.Bind(IngestSettingsDefinition.Parse("""{"index":[]}"""u8.ToArray()), dataset, key: null);
        var arrival = new Arrival(0, null, IngestSettings.Everything);
        var stages = new List<(string Name, double Milliseconds, long Allocated)>
        {
            Measure("read", () => BlocksAsync(input.File).GetAwaiter().GetResult().ForEach(block => block.Dispose())),
            Measure("gunzip", () => Gunzip(gzip)),
            Measure("hash", () => blocks.ForEach(block => XxHash128.Hash(block.Bytes.AsSpan(0, block.Length)))),
            Measure("Utf8JsonReader", () => blocks.ForEach(ReadTokens)),
            Measure("parse", () =>
            {
                buffer.Clear();
                foreach (var block in blocks)
                    Parse(block, buffer, arrival);
            }),
            Measure("sort", () => TimeOrder.Of([buffer])),
            Measure("gather and encode", () => files = [.. new DataFiles([buffer], IngestSettings.Everything, TimeProvider.System).Write()]),
            Measure("without side index", () => _ = new DataFiles([buffer], withoutIndex, TimeProvider.System).Write().Count()),
        };
        Console.WriteLine($"{input.Name}: {buffer.Rows} records, {input.Bytes / 1_000_000} MB, {gzip.Length / 1_000_000} MB as gzip -6, {files.Sum(file => file.Content.Length) / 1_000_000.0:0.0} MB as Parquet, {files.Sum(file => file.Index!.Length) / 1_000_000.0:0.00} MB of side index; columns hold {buffer.UsedBytes() / 1_000_000} MB");
        blocks.ForEach(block => block.Dispose());
        foreach (var (name, milliseconds, allocated) in stages)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-20} {milliseconds,8:0} ms {input.Bytes / 1e3 / milliseconds,8:0} MB/s {allocated / (double)rows,8:0.0} B allocated a record"));
    }

    /// <summary>What .NET's own reader needs for the tokens alone, as a measure for the parser, which fills the columns too.</summary>
    static void ReadTokens(Block block)
    {
        for (var at = 0; at < block.Length;)
        {
            var line = block.Bytes.AsSpan(at, block.Length - at);
            line = line[..line.IndexOf((byte)'\n')];
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
            }

            at += line.Length + 1;
        }
    }

    static void Parse(Block block, RecordBuffer buffer, in Arrival arrival)
    {
        for (var at = 0; at < block.Length;)
        {
            var end = at + block.Bytes.AsSpan(at, block.Length - at).IndexOf((byte)'\n');
            buffer.Take(block.Bytes, at, end, arrival);
            at = end + 1;
        }

        buffer.Settle();
    }

    static (string Name, double Milliseconds, long Allocated) Measure(string name, Action work)
    {
        var (best, allocated) = (double.MaxValue, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Environment.CpuUsage.TotalTime;
            work();
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - started).TotalMilliseconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return (name, best, allocated);
    }

    static async Task<List<Block>> BlocksAsync(string file)
    {
        await using var content = File.OpenRead(file);
        using var reader = new BlockReader(content, new IngestLimits());
        var blocks = new List<Block>();
        while (await reader.ReadAsync(CancellationToken.None) is { } block)
            blocks.Add(block);
        return blocks;
    }

    static void Gunzip(byte[] content)
    {
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        var target = new byte[64 << 10];
        while (gzip.Read(target) > 0)
        {
        }
    }
}
