using Microsoft.Extensions.Time.Testing;
using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

/// <summary>One record whose values the dialect's tests know, and a zone of four for aggregates, with events of a firewall to join them with.</summary>
public sealed class DialectLake : IAsyncLifetime
{
    public const string Four = "four.example.com";

    public const string One = """
        {"EdgeStartTimestamp":"2026-04-01T10:20:30.5Z","RayID":"abc","ClientIP":"192.0.2.1","ClientCountry":"US","ClientRequestHost":"Example.COM",
        "ClientRequestPath":"/a/admin.php","ClientRequestUserAgent":" agent ","EdgeResponseStatus":403,"BotScore":7,"CacheTieredFill":true,
        "BotTags":["x","y"],"BotDetectionIDs":[1,null,3],"RequestHeaders":{"x-test":"v","none":null},"EdgeResponseCompressionRatio":2.5,
        "JA4Signals":{"browser_ratio_1h":0.5,"list":[1,2]},"WAFAction":"block","Dotted.Name":"dots"}
        """;

    public static IReadOnlyList<string> FourRecords { get; } =
    [
        .. Enumerable.Range(1, 4).Select(n =>
            $$"""{"EdgeStartTimestamp":"2026-04-0{{n}}T00:00:00Z","RayID":"r{{n}}","ClientSrcPort":{{n}},"BotScore":{{(2 * n) + 1}},"ClientCountry":"{{(n < 3 ? "US" : "DE")}}","ClientASN":{{(n == 4 ? "null" : $"{n}")}},"EdgeResponseBytes":9223372036854775807,"CacheTieredFill":{{(n < 4 ? "true" : "false")}}}"""),
    ];

    public TestLake Lake { get; } = new(clock: new FakeTimeProvider(new DateTimeOffset(2026, 4, 3, 12, 0, 0, TimeSpan.Zero)));

    public async ValueTask InitializeAsync()
    {
        await Lake.IngestAsync("http_requests", [One.ReplaceLineEndings(" ")], TestContext.Current.CancellationToken);
        await Lake.IngestAsync("http_requests", FourRecords, TestContext.Current.CancellationToken, zone: Four);
        await Lake.IngestAsync(
            "firewall_events",
            [
                """{"Datetime":"2026-04-01T00:00:00Z","RayID":"r1","Action":"block","ClientCountry":"US"}""",
                """{"Datetime":"2026-04-01T00:00:01Z","RayID":"r1","Action":"log","ClientCountry":"US"}""",
                """{"Datetime":"2026-04-02T00:00:00Z","RayID":"r9","Action":"skip","ClientCountry":"CA"}""",
            ],
            TestContext.Current.CancellationToken, zone: Four);
    }

    public ValueTask DisposeAsync()
    {
        Lake.Dispose();
        return ValueTask.CompletedTask;
    }
}
