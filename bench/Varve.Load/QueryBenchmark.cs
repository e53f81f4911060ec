using System.Globalization;
using System.IO.Pipelines;
using Varve.Datasets;
using Varve.Delta;
using Varve.Generator;
using Varve.Ingest;
using Varve.Query;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Load;

/// <summary>The suite of <see cref="QuerySuite"/> over ten days of requests, in turns with DuckDB over the same Parquet files.</summary>
static class QueryBenchmark
{
    const int Rounds = 9;
    const int Days = 10;

    static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(long rows)
    {
        using var bench = new Workbench();
        var folder = bench.NewFolder();
        var store = await IngestAsync(new LocalObjectStore(folder), rows);
        var files = DataFiles(folder);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows} records of {Days} days in {files.Count} files, {files.Sum(file => new FileInfo(file).Length) / 1e6:0} MB"));

        // What DuckDB needs to be right: the columns that a file lacks are null. Its statistics and its caches are as it likes them.
        View(bench, files);
        // Each question is answered anew each time; what keeping answers gives is measured by itself.
        using var engine = bench.Engine(store, new QueryLimits { CachedAnswerBytesMax = 0 });
        var subjects = Subjects(bench);
        var ratios = new List<(string Name, double Ratio)>();
        await WarmAsync(bench, engine, QuerySuite.Of(subjects));
        foreach (var query in QuerySuite.Of(subjects))
            ratios.Add((query.Name, await MeasureAsync(bench, engine, query)));
        var mean = Math.Exp(ratios.Average(each => Math.Log(each.Ratio)));
        var worst = ratios.MinBy(each => each.Ratio);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"geometric mean {mean:0.00}, worst {worst.Ratio:0.00} ({worst.Name})"));
        await AgainAsync(bench, store, subjects);
        await ExportAsync(engine, rows);
        Workbench.Report("query", mean, new { rows, files = files.Count, queries = ratios.Select(each => new { each.Name, ratio = Math.Round(each.Ratio, 2) }) });
    }

    /// <summary>Single requests by their Ray IDs, with nothing between them, and those that are not there.</summary>
    public static async Task RaysAsync(long rows)
    {
        using var bench = new Workbench();
        var folder = bench.NewFolder();
        var store = await IngestAsync(new LocalObjectStore(folder), rows);
        View(bench, DataFiles(folder));
        using var engine = bench.Engine(store, new QueryLimits { CachedAnswerBytesMax = 0 });
        // Once to compile what is run, once to have the files at hand.
        for (var pass = 0; pass < 2; pass++)
            await LookUpsAsync(bench, engine, isTold: false);
        var p50 = await LookUpsAsync(bench, engine, isTold: true);
        Workbench.Report("query-rays", p50, new { rows });
    }

    /// <summary>Many users at once, each of whom asks questions of the suite one after the other.</summary>
    public static async Task UsersAsync(long users)
    {
        const long Rows = 2_000_000;
        using var bench = new Workbench();
        var folder = bench.NewFolder();
        var store = await IngestAsync(new LocalObjectStore(folder), Rows);
        View(bench, DataFiles(folder));
        var suite = QuerySuite.Of(Subjects(bench));
        await UsersAsync(bench, store, suite, users, "each question anew", new QueryLimits { CachedAnswerBytesMax = 0 }, TimeSpan.Zero);
        await UsersAsync(bench, store, suite, users, "answers kept, as a server does", new QueryLimits(), TimeSpan.Zero);
        var ratio = await UsersAsync(bench, store, suite, users, "answers kept, a question every five seconds", new QueryLimits(), TimeSpan.FromSeconds(5));
        Workbench.Report("query-users", ratio, new { users, rows = Rows });
    }

    /// <summary>The time that one answer in a hundred takes longer than, over what one user waits for the answer in the middle.</summary>
    static async Task<double> UsersAsync(Workbench bench, IObjectStore store, IReadOnlyList<SuiteQuery> suite, long users, string how, QueryLimits limits, TimeSpan pause)
    {
        const int QuestionsOfUser = 10;
        using var anew = bench.Engine(store, limits with { CachedAnswerBytesMax = 0 });
        using var engine = bench.Engine(store, limits);
        var alone = new List<double>();
        foreach (var query in suite)
        {
            await Workbench.AnswerAsync(anew, query.Sql);
            alone.Add(await Workbench.TimeAsync(() => Workbench.AnswerAsync(anew, query.Sql)));
        }

        var (times, failures) = (new System.Collections.Concurrent.ConcurrentBag<double>(), 0);
        var peak = 0L;
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                peak = Math.Max(peak, Environment.WorkingSet);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, (int)users).Select(user => Task.Run(async () =>
        {
            var random = new Random(user);
            for (var question = 0; question < QuestionsOfUser; question++)
                try
                {
                    // People do not ask all at once.
                    await Task.Delay(pause * -Math.Log(1 - random.NextDouble()), TimeProvider.System, CancellationToken.None);
                    times.Add(await Workbench.TimeAsync(() => Workbench.AnswerAsync(engine, suite[random.Next(suite.Count)].Sql)));
                }
                catch (VarveException fault)
                {
                    Interlocked.Increment(ref failures);
                    Console.WriteLine(fault.Message);
                }
        })));
        await stop.CancelAsync();
        await watching;
        var sorted = times.Order().ToList();
        var (median, p99) = (Workbench.Median(alone), sorted[(int)(sorted.Count * 0.99)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{users} users, {how}: {sorted.Count} answers, {failures} failures; one user's median {median:0.0} ms; p50 {sorted[sorted.Count / 2]:0} ms, p99 {p99:0} ms, {p99 / median:0.0} x; memory at most {peak / 1e6:0} MB"));
        return p99 / median;
    }

    /// <summary>The suite over a bucket: first with nothing on this machine, then again.</summary>
    public static async Task BucketAsync(long rows)
    {
        if (CephServer.Missing is { } missing)
        {
            Console.WriteLine($"No Ceph: {missing}");
            return;
        }

        using var bench = new Workbench();
        await using var ceph = new CephServer();
        await ceph.MakeBucketAsync("query", CancellationToken.None);
        var endpoint = await ceph.EndpointAsync();
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = endpoint,
            ["AWS_ACCESS_KEY_ID"] = CephServer.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = CephServer.SecretAccessKey,
            ["AWS_REGION"] = "us-east-1",
        };
        var inner = ObjectStores.Open("s3://query/tables", environment.GetValueOrDefault);
        await IngestAsync(inner, rows);
        var subjects = await SubjectsAsync(bench, inner);
        var figures = new List<object>();
        foreach (var query in QuerySuite.Of(subjects))
        {
            using var engine = bench.Engine(inner, new QueryLimits { CachedAnswerBytesMax = 0 });
            var cold = await OfBucketAsync(engine, query.Sql);
            var hot = new List<double>();
            for (var round = 0; round < Rounds; round++)
                hot.Add((await OfBucketAsync(engine, query.Sql)).Milliseconds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{query.Name,-32} cold {cold.Milliseconds,8:0.0} ms, index {cold.IndexRequests,3} requests, data {cold.Requests,4} requests, {cold.Bytes / 1e6,7:0.00} MB ({100.0 * cold.Bytes / cold.TotalBytes,5:0.00} %), hot {Workbench.Median(hot),7:0.0} ms"));
            figures.Add(new { query.Name, coldMs = Math.Round(cold.Milliseconds, 1), cold.Requests, cold.IndexRequests, cold.Bytes, hotMs = Math.Round(Workbench.Median(hot), 1) });
        }

        Workbench.Report("query-bucket", 1, new { rows, queries = figures });
    }

    const string Table = "accounts/default/zones/demo/http_requests";

    static async Task<(double Milliseconds, long Requests, long IndexRequests, long Bytes, long TotalBytes)> OfBucketAsync(QueryEngine engine, string sql)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await using var run = await engine.RunAsync(new QueryRequest(sql, "default", "demo"), CancellationToken.None);
        using var output = new MemoryStream();
        await new Query.Formats.CsvFormat().WriteAsync(run, output, CancellationToken.None);
        return (watch.Elapsed.TotalMilliseconds, run.Plan.Fetched?.Requests ?? 0, run.Plan.Index.Requests, run.Plan.Fetched?.BytesFetched ?? 0, run.Plan.BytesTotal);
    }

    /// <summary>What it takes to ask again, when answers are kept.</summary>
    static async Task AgainAsync(Workbench bench, IObjectStore store, SuiteSubjects subjects)
    {
        using var engine = bench.Engine(store, new QueryLimits());
        var times = new List<double>();
        foreach (var query in QuerySuite.Of(subjects))
        {
            await Workbench.AnswerAsync(engine, query.Sql);
            times.Add(await Workbench.TimeAsync(() => Workbench.AnswerAsync(engine, query.Sql)));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"asked again with answers kept: median {Workbench.Median(times):0.0} ms, at most {times.Max():0.0} ms"));
    }

    /// <summary>One request after the other by its Ray ID, as people do who have a list of them; each is another.</summary>
    static async Task<double> LookUpsAsync(Workbench bench, QueryEngine engine, bool isTold)
    {
        const int LookUps = 101;
        var rays = bench.Text($"SELECT string_agg(RayID, ' ') FROM (SELECT RayID FROM http_requests ORDER BY hash(RayID) LIMIT {LookUps})").Split(' ');
        var times = new List<double>();
        foreach (var ray in rays)
            times.Add(await Workbench.TimeAsync(() => Workbench.AnswerAsync(engine, $"SELECT * FROM http_requests WHERE RayID = '{ray}'")));
        if (isTold)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{LookUps} Ray IDs one after the other: p50 {Workbench.Median(times):0.0} ms, p95 {times.Order().ElementAt(LookUps * 95 / 100):0.0} ms"));
        return Workbench.Median(times);
    }

    /// <summary>The first rows of a large answer, and what memory it takes.</summary>
    static async Task ExportAsync(QueryEngine engine, long rows)
    {
        GC.Collect();
        var (before, peak) = (Environment.WorkingSet, 0L);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await using var run = await engine.RunAsync(
            new QueryRequest($"SELECT EdgeStartTimestamp, RayID, ClientIP, ClientRequestHost, ClientRequestPath, EdgeResponseStatus FROM http_requests LIMIT {Math.Min(rows, 1_000_000)}", "default", "demo") { IsExport = true },
            CancellationToken.None);
        double? first = null;
        await foreach (var block in run.ReadAsync(CancellationToken.None))
        {
            first ??= watch.Elapsed.TotalMilliseconds;
            peak = Math.Max(peak, Environment.WorkingSet);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"export of {run.Rows} rows: first after {first:0} ms, all after {watch.Elapsed.TotalMilliseconds:0} ms, memory {before / 1e6:0} MB before and {peak / 1e6:0} MB at most"));
    }

    static List<string> DataFiles(string folder) => [.. Directory.GetFiles(Path.Combine(folder, "accounts"), "*.parquet", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    static void View(Workbench bench, IReadOnlyList<string> files)
    {
        bench.Run($"CREATE VIEW http_requests AS SELECT * FROM read_parquet([{string.Join(", ", files.Select(file => $"'{file}'"))}], union_by_name=true, hive_partitioning=true)");
        bench.Run("SET parquet_metadata_cache=true");
    }

    /// <summary>The subjects of a store that DuckDB does not read.</summary>
    static async Task<SuiteSubjects> SubjectsAsync(Workbench bench, IObjectStore store)
    {
        using var engine = bench.Engine(store, new QueryLimits());
        return new SuiteSubjects(
            Start, Days,
            await TextAsync($"SELECT RayID FROM http_requests WHERE EdgeStartTimestamp >= '{Start.AddDays(Days / 2.0):yyyy-MM-dd'T'HH:mm:ss'Z'}' ORDER BY EdgeStartTimestamp LIMIT 1"),
            await TextAsync("SELECT RayID FROM http_requests WHERE SecurityAction = 'block' ORDER BY EdgeStartTimestamp LIMIT 1"),
            await TextAsync("SELECT ClientIP FROM http_requests GROUP BY ClientIP HAVING count(*) < 1000 ORDER BY count(*) DESC, ClientIP LIMIT 1"),
            await TextAsync("SELECT JA4 FROM http_requests WHERE JA4 IS NOT NULL GROUP BY JA4 ORDER BY count(*), JA4 LIMIT 1"));

        async Task<string> TextAsync(string sql)
        {
            await using var run = await engine.RunAsync(new QueryRequest(sql, "default", "demo"), CancellationToken.None);
            await foreach (var block in run.ReadAsync(CancellationToken.None))
                return (string)block.Columns[0][0]!;
            throw new InvalidOperationException(sql);
        }
    }

    /// <summary>A server that has run for a while: its code is compiled for good, and both have what they keep of files.</summary>
    static async Task WarmAsync(Workbench bench, QueryEngine engine, IReadOnlyList<SuiteQuery> suite)
    {
        const int Passes = 5;
        foreach (var query in suite)
            bench.Run(query.DuckdbSql ?? query.Sql);
        for (var pass = 0; pass < Passes; pass++)
            foreach (var query in suite)
                await Workbench.AnswerAsync(engine, query.Sql);
    }

    /// <summary>DuckDB's time over Varve's, medians of turns.</summary>
    static async Task<double> MeasureAsync(Workbench bench, QueryEngine engine, SuiteQuery query)
    {
        var (varve, duckdb) = (new List<double>(), new List<double>());
        var (answer, theirs) = ("", 0L);
        for (var round = 0; round < Rounds; round++)
        {
            varve.Add(await Workbench.TimeAsync(async () => answer = await Workbench.AnswerAsync(engine, query.Sql)));
            duckdb.Add(await Workbench.TimeAsync(() => Task.FromResult(theirs = bench.Run(query.DuckdbSql ?? query.Sql))));
        }

        var (ours, other) = (Workbench.Median(varve), Workbench.Median(duckdb));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{query.Name,-32} varve {ours,8:0.0} ms, duckdb {other,8:0.0} ms, ratio {other / ours,6:0.00} ({answer}; duckdb {theirs} rows)"));
        if (!answer.Contains($" {theirs} rows", StringComparison.Ordinal))
            Console.WriteLine($"  DIFFERENT: Varve's answer is {answer}, DuckDB has {theirs} rows");
        return other / ours;
    }

    static SuiteSubjects Subjects(Workbench bench) => new(
        Start,
        Days,
        bench.Text("SELECT RayID FROM http_requests ORDER BY EdgeStartTimestamp LIMIT 1 OFFSET (SELECT count(*) // 2 FROM http_requests)"),
        bench.Text("SELECT RayID FROM http_requests WHERE SecurityAction = 'block' ORDER BY EdgeStartTimestamp LIMIT 1"),
        bench.Text("SELECT ClientIP FROM http_requests GROUP BY ClientIP HAVING count(*) < 1000 ORDER BY count(*) DESC, ClientIP LIMIT 1"),
        bench.Text("SELECT JA4 FROM http_requests WHERE JA4 IS NOT NULL GROUP BY JA4 ORDER BY count(*), JA4 LIMIT 1"));

    static async Task<IObjectStore> IngestAsync(IObjectStore store, long rows)
    {
        var pipeline = new IngestPipeline(store, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions());
        var generator = new TrafficGenerator(new TrafficOptions { Requests = rows, Seed = 7, Start = Start, Duration = TimeSpan.FromDays(Days) });
        var pipe = new Pipe();
        var writing = Task.Run(() =>
        {
            using var lines = pipe.Writer.AsStream();
            generator.Write(TrafficDataset.HttpRequests, lines, CancellationToken.None);
        });
        await using (var lines = pipe.Reader.AsStream())
            await pipeline.IngestAsync(new IngestTarget("default", "demo", DatasetCatalog.BuiltIn.Find("http_requests")!, "bench"), lines, CancellationToken.None);
        await writing;
        await pipeline.GroupIndexesAsync();
        return store;
    }
}
