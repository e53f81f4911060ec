using System.Globalization;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.Storage.S3;
using Varve.TestKit;

namespace Varve.Load;

/// <summary>Commits a second of 1, 4 and 16 appenders through one table object, with group commit and without, in a folder and in a bucket.</summary>
static class CommitBenchmark
{
    static readonly int[] Appenders = [1, 4, 16];

    public static async Task RunAsync(long commits)
    {
        var folder = Directory.CreateTempSubdirectory("varve-load-").FullName;
        try
        {
            var local = await MeasureAsync("local", new LocalObjectStore(folder), commits);
            if (CephServer.Missing is { } missing)
                Console.WriteLine($"ceph: not measured. {missing}");
            else
                await MeasureCephAsync(commits);
            Workbench.Report("commits", local, new { commits });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task MeasureCephAsync(long commits)
    {
        await using var ceph = new CephServer();
        await ceph.MakeBucketAsync("bench", CancellationToken.None);
        var options = new S3Options
        {
            Endpoint = await ceph.EndpointAsync(),
            AccessKeyId = CephServer.AccessKeyId,
            SecretAccessKey = CephServer.SecretAccessKey,
            PathStyle = true,
            Region = "us-east-1",
        };
        using var store = new RetryingObjectStore(new S3ObjectStore("s3://bench/tables", options), new RetryOptions(), TimeProvider.System, new Random(1).NextDouble);
        await MeasureAsync("ceph", store, commits);
    }

    /// <summary>The gain of group commit with 16 appenders.</summary>
    static async Task<double> MeasureAsync(string name, IObjectStore store, long commits)
    {
        var gain = 0.0;
        // The first commits of a process compile it.
        await RunAsync(store, $"{name}-warm-up", 4, 20, groupCommit: true);
        foreach (var appenders in Appenders)
        {
            var (grouped, versions) = await RunAsync(store, $"{name}-{appenders}-grouped", appenders, commits, groupCommit: true);
            var (alone, _) = await RunAsync(store, $"{name}-{appenders}-alone", appenders, commits, groupCommit: false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: {appenders} appenders, {commits} commits each: grouped {grouped:0} commits/s in {versions} versions, alone {alone:0} commits/s, ratio {grouped / alone:0.0}"));
            gain = grouped / alone;
        }

        return gain;
    }

    static async Task<(double CommitsPerSecond, long Versions)> RunAsync(IObjectStore store, string root, int appenders, long commits, bool groupCommit)
    {
        var options = new DeltaOptions { GroupCommit = groupCommit, CommitDeadline = TimeSpan.FromMinutes(5) };
        var definition = new TableDefinition(new TableSchema([new DeltaField("x", DeltaType.Long)]), []);
        var table = await DeltaTable.OpenOrCreateAsync(store, root, definition, options, logger: null, CancellationToken.None);
        var elapsed = await Workbench.TimeAsync(() => Task.WhenAll(Enumerable.Range(0, appenders).Select(appender => Task.Run(async () =>
        {
            for (var number = 0; number < commits; number++)
                await table.CommitAsync(Append($"{appender}-{number}"), CancellationToken.None);
        }))));
        if (table.Latest.Files.Count != appenders * commits)
            throw new InvalidOperationException($"{table.Latest.Files.Count} files instead of {appenders * commits}.");
        return (appenders * commits / elapsed * 1000, table.Latest.Version);
    }

    static Commit Append(string path) => new()
    {
        Operation = "WRITE",
        Adds = [new AddFile { Path = path, PartitionValues = new Dictionary<string, string?>(), Size = 1, ModificationTime = 1, DataChange = true }],
    };
}
