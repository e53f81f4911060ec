using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

/// <summary>Two tenants with a row each, for statements that must not run.</summary>
public sealed class HostileLake : IAsyncLifetime
{
    public const string Line = """{"EdgeStartTimestamp":"2026-04-01T10:00:00Z","RayID":"ours","ClientIP":"192.0.2.1","BotTags":["a"]}""";
    public const string OthersLine = """{"EdgeStartTimestamp":"2026-04-01T10:00:00Z","RayID":"theirs","ClientIP":"192.0.2.2"}""";

    public TestLake Lake { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Lake.IngestAsync("http_requests", [Line], TestContext.Current.CancellationToken);
        await Lake.IngestAsync("http_requests", [OthersLine], TestContext.Current.CancellationToken, account: "other", zone: "other.com");
    }

    public ValueTask DisposeAsync()
    {
        Lake.Dispose();
        return ValueTask.CompletedTask;
    }
}
