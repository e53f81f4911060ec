using Varve.Load;

// Each benchmark does the same work with Varve and with a plain DuckDB in turn, several times, and prints the ratio of the medians:
// figures of one run compare, figures of two runs on a shared machine do not. The last line is one JSON object.
var rows = args.Length > 1 && char.IsAsciiDigit(args[1][0]) ? long.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : (long?)null;
switch (args.FirstOrDefault())
{
    case "ingest":
        await IngestBenchmark.RunAsync(rows ?? 200_000);
        return 0;
    case "ingest-server":
        await IngestServerBenchmark.RunAsync(rows ?? 20);
        return 0;
    case "ingest-soak":
        await IngestSoak.RunAsync(rows ?? 60, args.ElementAtOrDefault(2));
        return 0;
    case "ingest-stages":
        await IngestStages.RunAsync(rows ?? 60_000);
        return 0;
    case "query":
        await QueryBenchmark.RunAsync(rows ?? 10_000_000);
        return 0;
    case "query-rays":
        await QueryBenchmark.RaysAsync(rows ?? 10_000_000);
        return 0;
    case "query-bucket":
        await QueryBenchmark.BucketAsync(rows ?? 10_000_000);
        return 0;
    case "query-users":
        await QueryBenchmark.UsersAsync(rows ?? 100);
        return 0;
    case "first-light":
        await FirstLightBenchmark.RunAsync(rows ?? 1_000_000);
        return 0;
    case "delta":
        await DeltaBenchmark.RunAsync(rows ?? 1_000_000);
        return 0;
    case "index":
        await IndexBenchmark.RunAsync(rows ?? 1_000);
        return 0;
    case "compaction":
        await CompactionBenchmark.RunAsync(rows ?? 2_000_000);
        return 0;
    case "compaction-merge":
        await CompactionBenchmark.MergeAsync(args[1]);
        return 0;
    case "compaction-duckdb":
        await CompactionBenchmark.CopyAsync(args[1]);
        return 0;
    case "commits":
        await CommitBenchmark.RunAsync(rows ?? 60);
        return 0;
    default:
        Console.Error.WriteLine("Varve.Load ingest [ROWS] | ingest-stages [ROWS] | ingest-server [SECONDS] | ingest-soak [MINUTES [FOLDER]] | query [ROWS] | query-rays [ROWS] | query-bucket [ROWS] | query-users [USERS] | first-light [ROWS] | delta [FILES] | index [FILES] | commits [COMMITS] | compaction [ROWS]");
        return 2;
}
