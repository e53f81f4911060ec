using Microsoft.Extensions.Time.Testing;
using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>Six files: two for each of three days, of three rows each, with statuses and clients that go up with the time.</summary>
public sealed class SixFiles : IAsyncLifetime
{
    public TestLake Lake { get; } = new(clock: new FakeTimeProvider(new DateTimeOffset(2026, 4, 4, 0, 0, 0, TimeSpan.Zero)));

    public async ValueTask InitializeAsync()
    {
        for (var file = 0; file < 6; file++)
            await Lake.IngestAsync("http_requests", Enumerable.Range(0, 3).Select(row => Line(file, row)), TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Lake.Dispose();
        return ValueTask.CompletedTask;
    }

    static string Line(int file, int row) =>
        $$"""
        {"EdgeStartTimestamp":"2026-04-0{{(file / 2) + 1}}T{{(file % 2 == 0 ? "00" : "12")}}:0{{row}}:00Z","EdgeResponseStatus":{{(100 * (file + 1)) + row}},
        "ClientIP":"10.0.0.{{file}}","ClientRequestURI":"/{{file}}","ClientSrcPort":{{file}},"ClientASN":{{(file == 4 ? "64500" : "null")}},"BotScore":{{(file * 3) + row + 1}}}
        """.ReplaceLineEndings(" ");
}
