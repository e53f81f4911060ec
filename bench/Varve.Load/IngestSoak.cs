using System.Diagnostics;
using System.Globalization;

namespace Varve.Load;

/// <summary>
/// A server at a steady share of what it can take, for as long as is asked: memory and time to answer, part by part of the run. Both have to stay flat.
/// </summary>
static class IngestSoak
{
    const int Senders = 8;
    const double Share = 0.7;
    const int Parts = 12;

    /// <param name="minutes">How long.</param>
    /// <param name="kept">A folder with tables that an earlier run filled, which stays; null: a new one, which goes.</param>
    public static async Task RunAsync(long minutes, string? kept = null)
    {
        var bodies = new SentBodies(64, 5_000);
        var folder = kept ?? Directory.CreateTempSubdirectory("varve-load-").FullName;
        try
        {
            await using var server = await ServerUnderLoad.StartAsync(folder, new Dictionary<string, string>());
            await SendAsync(server, bodies, TimeSpan.FromSeconds(5), double.MaxValue, "warm");
            var watch = Stopwatch.StartNew();
            var most = (await SendAsync(server, bodies, TimeSpan.FromSeconds(20), double.MaxValue, "most")).Count / watch.Elapsed.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at most {most * bodies.Records:0} records/s; sending {most * Share * bodies.Records:0} records/s for {minutes} min"));
            var parts = new List<object>();
            var (first, last) = (0.0, 0.0);
            for (var part = 0; part < Parts; part++)
            {
                var posts = await SendAsync(server, bodies, TimeSpan.FromMinutes(minutes) / Parts, most * Share, $"part-{part}");
                var (now, peak) = server.Memory();
                var (p50, p99) = (IngestServerBenchmark.Percentile(posts, 0.5), IngestServerBenchmark.Percentile(posts, 0.99));
                (first, last) = (part == 0 ? p50 : first, p50);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"part {part + 1,2}: {posts.Count * bodies.Records,9} records, answer p50 {p50,6:0.0} ms, p99 {p99,7:0.0} ms, memory {now,4:0} MB, at most {peak,4:0} MB"));
                parts.Add(new { records = posts.Count * bodies.Records, p50, p99, megabytes = Math.Round(now), peakMegabytes = Math.Round(peak) });
            }

            Workbench.Report("ingest-soak", last / first, new { minutes, recordsPerSecond = Math.Round(most * Share * bodies.Records), parts });
        }
        finally
        {
            if (kept is null)
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Sends at a rate of bodies a second, or as fast as answers come; the time of a body begins when it was due.</summary>
    static async Task<List<double>> SendAsync(ServerUnderLoad server, SentBodies bodies, TimeSpan duration, double rate, string run)
    {
        var (posts, next) = (new List<double>(), 0);
        // In a folder that is kept a key of an earlier run would be that of a batch which is stored already.
        run += $"-{Guid.NewGuid():N}";
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var number = Interlocked.Increment(ref next);
                var due = rate == double.MaxValue ? watch.Elapsed : TimeSpan.FromSeconds(number / rate);
                if (due >= duration)
                    return;
                if (due > watch.Elapsed)
                    await Task.Delay(due - watch.Elapsed, TimeProvider.System, CancellationToken.None);
                await server.PostAsync(bodies[number].Content, $"{run}-{number}");
                lock (posts)
                    posts.Add((watch.Elapsed - due).TotalMilliseconds);
            }
        })));
        return posts;
    }
}
