using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>Two zones of one account, a zone of the same name of another, and a dataset of the account.</summary>
public sealed class TwoZones : IAsyncLifetime
{
    public TestLake Lake { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        await Lake.IngestAsync("http_requests", [Record("EdgeStartTimestamp", "a1"), Record("EdgeStartTimestamp", "a2")], token, zone: "a.example");
        await Lake.IngestAsync("http_requests", [Record("EdgeStartTimestamp", "b1")], token, zone: "b.example");
        await Lake.IngestAsync("http_requests", [Record("EdgeStartTimestamp", "other")], token, account: "other", zone: "a.example");
        await Lake.IngestAsync("access_requests", [Record("CreatedAt", "access")], token);
    }

    public ValueTask DisposeAsync()
    {
        Lake.Dispose();
        return ValueTask.CompletedTask;
    }

    public static string Record(string timeField, string ray) => $$"""{"{{timeField}}":"2026-04-01T00:00:00Z","RayID":"{{ray}}"}""";
}
