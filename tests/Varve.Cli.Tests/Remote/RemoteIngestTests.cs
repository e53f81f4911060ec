using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Varve.Cli.Ingesting;
using Varve.Cli.Remote;
using Varve.Cli.Terminal;
using Varve.Datasets;
using Varve.Ingest;
using Varve.Ingest.Formats;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Cli.Tests.Remote;

public sealed class RemoteIngestTests : IDisposable
{
    static readonly IngestRequest Batch = new(new IngestTarget("acme", "shop", DatasetCatalog.BuiltIn.Find("http_requests")!, "")) { BatchKey = "night 1" };

    readonly TemporaryFolder _folder = new();
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    string FileWith(byte[] content)
    {
        File.WriteAllBytes(_folder.At("batch"), content);
        return _folder.At("batch");
    }

    async Task<IngestReport> SendAsync(BusyServer server, TimeSpan retryFor, IngestRequest? batch = null, byte[]? content = null)
    {
        var run = new IngestRun(batch ?? Batch, [FileWith(content ?? [0x1F, 0x8B, 0, 1, 2])], ProgressMode.Silent, _clock);
        var running = run.RemotelyAsync(() => new VarveClient(server.Address, token: null), retryFor, Token);
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(5, Token));
            if (!running.IsCompleted)
                _clock.Advance(TimeSpan.FromSeconds(1));
        }

        return await running;
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_with_the_same_key_and_the_same_bytes()
    {
        await using var server = await BusyServer.StartAsync((number, context) =>
        {
            context.Response.StatusCode = number switch { 1 => 429, 2 => 503, 3 => 502, _ => 200 };
            return number < 4 ? Task.CompletedTask : BusyServer.AcceptAsync(context, ""","filtered":5,"repeated":false""");
        });

        var report = await SendAsync(server, TimeSpan.FromMinutes(5));

        Assert.Equal((2, 1, 5, 7), (report.Accepted, report.Rejected, report.Filtered, report.Version));
        Assert.Equal(4, server.Calls.Count);
        Assert.All(server.Calls, call => Assert.Equal("night 1", call.Key));
        Assert.All(server.Calls, call => Assert.Equal([0x1F, 0x8B, 0, 1, 2], call.Body));
    }

    [Fact]
    public async Task It_waits_as_long_as_the_server_asks_for()
    {
        var times = new List<DateTimeOffset>();
        await using var server = await BusyServer.StartAsync((number, context) =>
        {
            times.Add(_clock.GetUtcNow());
            if (number > 1)
                return BusyServer.AcceptAsync(context);
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "70";
            return Task.CompletedTask;
        });

        await SendAsync(server, TimeSpan.FromMinutes(5));

        Assert.InRange(times[1] - times[0], TimeSpan.FromSeconds(70), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task It_gives_up_after_the_time_that_it_was_given_with_what_the_server_said()
    {
        await using var server = await BusyServer.StartAsync((_, context) =>
        {
            context.Response.StatusCode = 503;
            context.Response.ContentType = "application/problem+json";
            return context.Response.WriteAsync("""{"detail":"The store does not answer.","code":"unavailable"}""");
        });
        var started = _clock.GetUtcNow();

        var fault = await Assert.ThrowsAsync<VarveException>(() => SendAsync(server, TimeSpan.FromMinutes(1)));
        var calls = server.Calls.Count;
        var once = await Assert.ThrowsAsync<VarveException>(() => SendAsync(server, TimeSpan.Zero));

        Assert.Equal("The store does not answer.", fault.Message);
        Assert.InRange(_clock.GetUtcNow() - started, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(75));
        Assert.Equal((calls + 1, fault.Message), (server.Calls.Count, once.Message));
    }

    [Fact]
    public async Task A_refusal_is_not_repeated()
    {
        await using var server = await BusyServer.StartAsync((_, context) =>
        {
            context.Response.StatusCode = 413;
            return context.Response.WriteAsync("""{"detail":"Too large.","code":"too_large"}""");
        });

        await Assert.ThrowsAsync<VarveException>(() => SendAsync(server, TimeSpan.FromMinutes(5)));

        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task Options_go_into_the_address_and_a_batch_stored_before_is_counted_as_such()
    {
        await using var server = await BusyServer.StartAsync((_, context) => BusyServer.AcceptAsync(context, ""","repeated":true"""));
        var batch = Batch with { Format = BodyFormat.Csv, FieldNames = ["RayID", "Client IP"], SampleRate = 0.1, BatchKey = null };

        var report = await SendAsync(server, TimeSpan.Zero, batch);

        var call = Assert.Single(server.Calls);
        Assert.Equal("/api/ingest/acme/shop/http_requests?format=csv&fields=RayID%2CClient%20IP&sample_rate=0.1", call.PathAndQuery);
        Assert.Null(call.Key);
        Assert.Equal((1, 0), (report.Repeated, report.Accepted));
    }

    [Fact]
    public async Task Of_several_files_each_has_a_key_of_its_own()
    {
        await using var server = await BusyServer.StartAsync((_, context) => BusyServer.AcceptAsync(context));
        File.WriteAllText(_folder.At("a"), "1");
        File.WriteAllText(_folder.At("b"), "2");
        var run = new IngestRun(Batch, [_folder.At("a"), _folder.At("b")], ProgressMode.Silent, _clock);

        var report = await run.RemotelyAsync(() => new VarveClient(server.Address, token: null), TimeSpan.Zero, Token);

        Assert.Equal(["night 1-1", "night 1-2"], server.Calls.Select(call => call.Key));
        Assert.Equal((2, 4, 2), (report.Files, report.Accepted, report.Bytes));
    }
}
