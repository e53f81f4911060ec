using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Varve.Load;

/// <summary>Logs of tables with many files. Only the logs: the data files are not there.</summary>
static class DeltaLogs
{
    public const int StatisticsColumns = 8;

    const int FilesOfCommit = 50_000;
    const int Partitions = 100;
    const string Archive = "300k-add-files-100-col-partitioned";

    /// <summary>Five commits with 300,000 files: the one of the test data where it is there, else one like it. Tells which.</summary>
    public static string ThreeHundredThousand(string folder, string root)
    {
        Directory.CreateDirectory(folder);
        var data = Environment.GetEnvironmentVariable("VARVE_TEST_DATA") ?? Path.Combine(Environment.CurrentDirectory, "..", "shared", "data");
        var archive = Path.Combine(data, "delta", "bench", Archive + ".tar.zst");
        if (File.Exists(archive))
        {
            using var tar = Process.Start("tar", ["--zstd", "-xf", archive, "-C", folder]);
            tar.WaitForExit();
            Directory.Move(Path.Combine(folder, Archive), Path.Combine(folder, root));
            return Archive;
        }

        var log = new LogWriter(folder, root);
        log.Commit(First("partition_col", "STRING"));
        for (var commit = 0; commit < 3; commit++)
            log.Commit(Enumerable.Range(commit * 100_000, 100_000).Select(number => string.Create(CultureInfo.InvariantCulture,
                $$$$"""{"add":{"path":"part_{{{{number % Partitions}}}}/file_{{{{number}}}}.parquet","partitionValues":{"partition_col":"part_{{{{number % Partitions}}}}"},"size":{{{{1024 + number}}}},"modificationTime":{{{{1234567890 + number}}}},"dataChange":true}}""")));
        return "300,000 generated files";
    }

    /// <summary>A log as Varve's own tables have it: files by day, names in order of time, statistics of some columns.</summary>
    public static long Write(string folder, string root, long files)
    {
        var log = new LogWriter(folder, root);
        log.Commit(First("date", "date", "ts:timestamp", "client:string", "host:string", "status:long", "bytes:long", "ray:string", "country:string"));
        var random = new Random(7);
        var start = new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);
        var step = TimeSpan.FromDays(30).Ticks / files;
        for (var first = 0L; first < files; first += FilesOfCommit)
            log.Commit(Enumerable.Range(0, (int)Math.Min(FilesOfCommit, files - first)).Select(index => Add(start.AddTicks((first + index) * step), step, random)));
        return log.Bytes;
    }

    /// <summary>A commit of one file.</summary>
    public static void AppendOne(string folder, string root, long version) => File.WriteAllText(
        Path.Combine(folder, root, "_delta_log", string.Create(CultureInfo.InvariantCulture, $"{version:D20}.json")),
        $$$$"""{"add":{"path":"part_1/late_{{{{version}}}}.parquet","partitionValues":{"partition_col":"part_1"},"size":7,"modificationTime":7,"dataChange":true}}""" + "\n");

    static string Add(DateTime from, long ticks, Random random)
    {
        var (day, to) = (from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), from.AddTicks(ticks));
        var (low, high) = (random.Next(1, 90), random.Next(100, 223));
        var stats = $$$$"""{"numRecords":{{{{random.Next(1000, 250_000)}}}},"minValues":{"ts":"{{{{Text(from)}}}}","client":"{{{{low}}}}.0.{{{{random.Next(255)}}}}.{{{{random.Next(255)}}}}","host":"api.example.com","status":200,"bytes":{{{{random.Next(900)}}}},"ray":"8c{{{{random.NextInt64():x14}}}}","country":"AE"},"maxValues":{"ts":"{{{{Text(to)}}}}","client":"{{{{high}}}}.9.{{{{random.Next(255)}}}}.{{{{random.Next(255)}}}}","host":"www.example.com","status":503,"bytes":{{{{random.Next(1_000_000)}}}},"ray":"8d{{{{random.NextInt64():x14}}}}","country":"ZA"},"nullCount":{"ts":0,"client":0,"host":0,"status":0,"bytes":0,"ray":0,"country":{{{{random.Next(9)}}}}}}""";
        var escaped = stats.Replace("\"", "\\\"", StringComparison.Ordinal);
        return $$$$"""{"add":{"path":"date={{{{day}}}}/level=__HIVE_DEFAULT_PARTITION__/part-{{{{random.NextInt64():x16}}}}{{{{random.NextInt64():x16}}}}.parquet","partitionValues":{"date":"{{{{day}}}}"},"size":{{{{random.Next(1 << 20, 1 << 28)}}}},"modificationTime":{{{{new DateTimeOffset(to).ToUnixTimeMilliseconds()}}}},"dataChange":true,"stats":"{{{{escaped}}}}"}}""";
    }

    static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    static string[] First(string partition, string type, params string[] columns)
    {
        var fields = columns.Select(column => column.Split(':')).Append([partition, type.ToLowerInvariant()])
            .Select(column => $$$$"""{\"name\":\"{{{{column[0]}}}}\",\"type\":\"{{{{column[1]}}}}\",\"nullable\":true,\"metadata\":{}}""");
        return
        [
            """{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}""",
            $$$$"""{"metaData":{"id":"bench","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{{{{string.Join(',', fields)}}}}]}","partitionColumns":["{{{{partition}}}}"],"configuration":{}}}""",
        ];
    }

    /// <summary>Writes commits one after the other.</summary>
    sealed class LogWriter
    {
        readonly string _folder;
        long _version;

        public LogWriter(string folder, string root) => Directory.CreateDirectory(_folder = Path.Combine(folder, root, "_delta_log"));

        public long Bytes { get; private set; }

        public void Commit(IEnumerable<string> lines)
        {
            var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_version++:D20}.json"));
            File.WriteAllLines(path, lines, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            Bytes += new FileInfo(path).Length;
        }
    }
}
