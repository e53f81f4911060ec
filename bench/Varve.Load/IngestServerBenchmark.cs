using System.Diagnostics;
using Varve.TestKit;

namespace Varve.Load;

/// <summary>Eight senders of gzip bodies over HTTP, each of which waits for the answer, which comes after the commit: in a folder and in a bucket.</summary>
static class IngestServerBenchmark
{
    const int Senders = 8;
    const int Bodies = 64;

    public static async Task RunAsync(long seconds)
    {
        var results = new List<object>();
        foreach (var records in new[] { 1_000, 10_000 })
        {
            var bodies = new SentBodies(Bodies, records);
            results.Add(await MeasureAsync("folder", bodies, seconds, new Dictionary<string, string>(), isQueried: true));
            if (CephServer.Missing is { } missing)
                Console.WriteLine($"bucket: not measured. {missing}");
            else
                results.Add(await MeasureBucketAsync(bodies, seconds));
        }

        Workbench.Report("ingest-server", 0, new { seconds, senders = Senders, results });
    }

    static async Task<object> MeasureBucketAsync(SentBodies bodies, long seconds)
    {
        await using var ceph = new CephServer();
        await ceph.MakeBucketAsync("bench", CancellationToken.None);
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = await ceph.EndpointAsync(),
            ["AWS_ACCESS_KEY_ID"] = CephServer.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = CephServer.SecretAccessKey,
            ["AWS_REGION"] = "us-east-1",
        };
        return await MeasureAsync("bucket", bodies, seconds, environment, isQueried: false, "--store", "s3://bench/tables");
    }

    static async Task<object> MeasureAsync(
        string name, SentBodies bodies, long seconds, IReadOnlyDictionary<string, string> environment, bool isQueried, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("varve-load-").FullName;
        try
        {
            await using var server = await ServerUnderLoad.StartAsync(folder, environment, options);
            // The first requests of a process compile it.
            await SendAsync(server, bodies, TimeSpan.FromSeconds(5), "warm");
            var processor = server.ProcessorSeconds;
            var watch = Stopwatch.StartNew();
            var (posts, bytes) = await SendAsync(server, bodies, TimeSpan.FromSeconds(seconds), "run");
            var elapsed = watch.Elapsed.TotalSeconds;
            processor = server.ProcessorSeconds - processor;
            var visible = isQueried ? await VisibleAsync(server, bodies) : [];
            var line = new
            {
                store = name,
                recordsPerBody = bodies.Records,
                recordsPerSecond = Math.Round(posts.Count * (double)bodies.Records / elapsed),
                megabytesPerSecond = Math.Round(bytes / 1e6 / elapsed),
                megabytesPerSecondOfACore = Math.Round(bytes / 1e6 / processor),
                answerMs = new { p50 = Percentile(posts, 0.5), p99 = Percentile(posts, 0.99) },
                visibleMs = visible.Count == 0 ? null : new { p50 = Percentile(visible, 0.5), p99 = Percentile(visible, 0.99) },
                peakMegabytes = Math.Round(server.Memory().Peak),
            };
            Console.WriteLine(line);
            return line;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<(List<double> Milliseconds, long Bytes)> SendAsync(ServerUnderLoad server, SentBodies bodies, TimeSpan duration, string run)
    {
        var (posts, bytes, next) = (new List<double>(), 0L, 0);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed < duration)
            {
                var number = Interlocked.Increment(ref next);
                var body = bodies[number];
                var milliseconds = await server.PostAsync(body.Content, $"{run}-{number}");
                Interlocked.Add(ref bytes, body.Bytes);
                lock (posts)
                    posts.Add(milliseconds);
            }
        })));
        return (posts, bytes);
    }

    /// <summary>From the beginning of a post to the answer of a query that finds what it brought.</summary>
    static async Task<List<double>> VisibleAsync(ServerUnderLoad server, SentBodies bodies)
    {
        var times = new List<double>();
        for (var number = 0; number < 20; number++)
        {
            var before = await server.CountAsync("date >= '2026-01-01'");
            var watch = Stopwatch.StartNew();
            await server.PostAsync(bodies[number].Content, $"visible-{number}");
            while (await server.CountAsync("date >= '2026-01-01'") < before + bodies.Records)
            {
            }

            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return times;
    }

    public static double Percentile(IReadOnlyList<double> values, double share) =>
        Math.Round(values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * share))), 1);
}
