using Varve.TestKit;

namespace Varve.Query.Tests.Planning;

/// <summary>
/// Twenty files with a side index each. Their smallest and greatest ids and addresses are all the same, so that only the index tells the files apart.
/// </summary>
public sealed class TwentyFiles : IAsyncLifetime
{
    public const int Files = 20;
    public const int RowsOfFile = 30;
    public const string Table = $"accounts/{TestLake.Account}/zones/{TestLake.Zone}/http_requests";

    public TestLake Lake { get; } = new(indexesAll: true);

    public async ValueTask InitializeAsync()
    {
        for (var file = 0; file < Files; file++)
            await Lake.IngestAsync("http_requests", Enumerable.Range(0, RowsOfFile).Select(row => Line(file, row)), TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Lake.Dispose();
        return ValueTask.CompletedTask;
    }

    static string Line(int file, int row)
    {
        var (id, address) = row switch { 0 => ("a", "1.0.0.0"), RowsOfFile - 1 => ("z", "99.0.0.0"), _ => ($"r-{file}-{row}", $"10.0.{file}.9") };
        return $$"""{"EdgeStartTimestamp":"2026-04-01T00:00:{{row:00}}Z","RayID":"{{id}}","ClientIP":"{{address}}","JA4":"common","BotScore":{{row}},"ClientCountry":"US"}""";
    }
}
