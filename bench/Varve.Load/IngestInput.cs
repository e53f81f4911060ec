using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Varve.Generator;
using Varve.TestKit;

namespace Varve.Load;

/// <summary>A file of http_requests to ingest, plain and as gzip -6.</summary>
/// <param name="Name">What it is.</param>
/// <param name="File">The NDJSON file.</param>
/// <param name="Rows">Its records.</param>
/// <param name="IsMixed">True when times and types differ from record to record, as in real traffic.</param>
sealed record IngestInput(string Name, string File, long Rows, bool IsMixed)
{
    const int Seed = 7;

    // What a job with few fields leaves out, and what one with many adds.
    static readonly string[] LeftOut =
        ["RequestHeaders", "BotDetectionIDs", "ClientRegionCode", "ClientCity", "JSDetectionPassed", "LeakedCredentialCheckResult", "OriginResponseHeaderReceiveDurationMs", "WAFRCEAttackScore", "WAFSQLiAttackScore", "WAFXSSAttackScore", "VerifiedBotCategory", "SecurityRuleDescription", "ClientXRequestedWith", "CacheResponseBytes", "EdgeRequestHost"];

    public long Bytes { get; } = new FileInfo(File).Length;

    public string GzipFile => File + ".gz";

    public long GzipBytes => new FileInfo(GzipFile).Length;

    /// <summary>Generated traffic in three sizes of record, and the records of the test data over and over, each with an id and a time of its own.</summary>
    public static IEnumerable<IngestInput> All(string folder, long rows)
    {
        yield return Generate(folder, "generated 1.5 kB", rows, Shorten);
        yield return Generate(folder, "generated 2.0 kB", rows, record => record);
        yield return Generate(folder, "generated 2.6 kB", rows, Lengthen);
        if (TestData.At("logpush/http_requests") is { } fixtures)
            yield return Replicate(folder, fixtures, rows);
        else
            Console.WriteLine($"fixtures: not measured. {TestData.Missing}");
    }

    static IngestInput Generate(string folder, string name, long rows, Func<JsonObject, JsonObject> change)
    {
        var file = Path.Combine(folder, name.Replace(' ', '-') + ".ndjson");
        var whole = Path.Combine(folder, "generated.ndjson");
        if (!System.IO.File.Exists(whole))
        {
            using var output = System.IO.File.Create(whole);
            new TrafficGenerator(new TrafficOptions { Requests = rows, Seed = Seed, Start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) })
                .Write(TrafficDataset.HttpRequests, output, CancellationToken.None);
        }

        using (var writer = new StreamWriter(file, append: false, new UTF8Encoding(false), 1 << 20))
            foreach (var line in System.IO.File.ReadLines(whole))
                writer.Write(change(JsonNode.Parse(line)!.AsObject()).ToJsonString() + "\n");
        return new IngestInput(name, file, rows, IsMixed: false).Compress();
    }

    static IngestInput Replicate(string folder, string fixtures, long rows)
    {
        var lines = Directory.GetFiles(fixtures, "*.ndjson").Order(StringComparer.Ordinal).SelectMany(System.IO.File.ReadLines).Where(line => line.Length > 0)
            .Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        var file = Path.Combine(folder, "fixtures.ndjson");
        var start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        using (var writer = new StreamWriter(file, append: false, new UTF8Encoding(false), 1 << 20))
            for (var row = 0L; row < rows; row++)
            {
                var record = lines[(int)(row % lines.Count)];
                record["RayID"] = (0x9000_0000_0000_0000UL + ((ulong)row * 0x9E37_79B9UL)).ToString("x", CultureInfo.InvariantCulture);
                record["EdgeStartTimestamp"] = start.AddMilliseconds(row * 7 % 80_000_000).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
                writer.Write(record.ToJsonString() + "\n");
            }

        return new IngestInput("fixtures", file, rows, IsMixed: true).Compress();
    }

    static JsonObject Shorten(JsonObject record)
    {
        foreach (var name in LeftOut)
            record.Remove(name);
        return record;
    }

    static JsonObject Lengthen(JsonObject record)
    {
        var ray = record["RayID"]!.GetValue<string>();
        record["Cookies"] = new JsonObject { ["session"] = $"{ray}{ray}{ray}", ["consent"] = "necessary,statistics", ["theme"] = "dark" };
        record["ResponseHeaders"] = new JsonObject
        {
            ["x-request-id"] = $"{ray[..8]}-{ray[8..12]}-4{ray[4..7]}-a{ray[1..4]}-{ray[..12]}",
            ["content-security-policy"] = "default-src 'self'; img-src 'self' https://static.shop.example.com data:",
            ["cache-control"] = "private, max-age=0, must-revalidate",
            ["vary"] = "accept-encoding, accept-language",
        };
        record["ClientRequestReferer"] = $"https://www.shop.example.com/search?q={ray[..5]}&page={ray.Length}&sort=price-ascending";
        record["SmartRouteColoID"] = 0;
        record["WorkerCPUTime"] = (int)(ray[0] * 31 % 977);
        record["WorkerStatus"] = "unknown";
        record["OriginDNSResponseTimeMs"] = 0;
        record["OriginTCPHandshakeDurationMs"] = 3;
        record["EdgeResponseCompressionRatio"] ??= 1.0;
        return record;
    }

    IngestInput Compress()
    {
        using var output = System.IO.File.Create(GzipFile);
        using var gzip = new GZipStream(output, CompressionLevel.Optimal);
        using var input = System.IO.File.OpenRead(File);
        input.CopyTo(gzip);
        return this;
    }
}
