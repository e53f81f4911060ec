using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Varve.Datasets;
using Varve.Delta;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests.Batches;

/// <summary>What ingest promises its senders: once, whole, or a clear no.</summary>
public sealed class PromiseTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_body_sent_again_is_stored_once_rejects_too()
    {
        using var harness = new IngestHarness();
        var body = Lines("a", 10) + "nonsense\n";

        var first = await harness.IngestAsync(body);
        var second = await harness.IngestAsync(body);

        Assert.Equal((10, 1, false), (first.Accepted, first.Rejected, first.Repeated));
        Assert.Equal((10, 1, true, (long?)null), (second.Accepted, second.Rejected, second.Repeated, second.Version));
        Assert.Equal((10, 1), await CountsAsync(harness));
    }

    [Fact]
    public async Task A_body_read_in_another_way_is_another_batch()
    {
        using var harness = new IngestHarness();
        var body = Encoding.UTF8.GetBytes(Lines("a", 3));
        var request = new IngestRequest(IngestHarness.Target());

        await harness.Pipeline.IngestAsync(request, new MemoryStream(body), Token);
        var other = await harness.Pipeline.IngestAsync(request with { SampleRate = 0.1 }, new MemoryStream(body), Token);

        Assert.False(other.Repeated);
        Assert.Equal((6, 0), await CountsAsync(harness));
    }

    [Fact]
    public async Task A_key_makes_bodies_the_same_batch_or_different_ones()
    {
        using var harness = new IngestHarness();
        var request = new IngestRequest(IngestHarness.Target()) { BatchKey = "one" };

        await harness.Pipeline.IngestAsync(request, Body(Lines("a", 3)), Token);
        var sameKey = await harness.Pipeline.IngestAsync(request, Body(Lines("b", 3)), Token);
        var otherKey = await harness.Pipeline.IngestAsync(request with { BatchKey = "two" }, Body(Lines("a", 3)), Token);

        Assert.Equal((true, false), (sameKey.Repeated, otherKey.Repeated));
        Assert.Equal((6, 0), await CountsAsync(harness));
    }

    [Fact]
    public async Task Batches_sent_to_several_processes_at_once_again_and_again_are_each_stored_once()
    {
        using var harness = new IngestHarness();
        var pipelines = Enumerable.Range(0, 4).Select(_ => NewPipeline(harness.Store)).ToList();
        var batches = Enumerable.Range(0, 12).Select(number => Lines($"batch-{number}", 5) + $"bad {number}\n").ToList();
        var random = new Random(4711);
        var sends = batches.SelectMany(batch => Enumerable.Range(0, 6).Select(copy => (Batch: batch, Pipeline: pipelines[copy % pipelines.Count]))).OrderBy(_ => random.Next()).ToList();

        var outcomes = await Task.WhenAll(sends.Select(send => Task.Run(() => send.Pipeline.IngestAsync(IngestHarness.Target(), Body(send.Batch), Token))));

        Assert.Equal((12, 60), (outcomes.Count(outcome => !outcome.Repeated), outcomes.Count(outcome => outcome.Repeated)));
        Assert.Equal((60, 12), await CountsAsync(harness));
    }

    [Fact]
    public async Task Batches_that_come_together_share_files_and_keep_apart_what_each_was_told()
    {
        using var harness = new IngestHarness();
        var gate = new TaskCompletionSource();
        var bodies = Enumerable.Range(0, 8).Select(number => new GatedStream(Encoding.UTF8.GetBytes(Lines($"b{number}", number + 1)), gate.Task)).ToList();
        var sending = bodies.Select(body => Task.Run(() => harness.Pipeline.IngestAsync(IngestHarness.Target(), body, Token))).ToList();
        await Task.WhenAll(bodies.Select(body => body.Reached));

        gate.SetResult();
        var outcomes = await Task.WhenAll(sending);

        Assert.Equal(Enumerable.Range(1, 8).Select(count => (long)count), outcomes.Select(outcome => outcome.Accepted));
        var table = (await DeltaTable.OpenAsync(harness.Store, "accounts/acme/zones/shop/http_requests", null, null, Token))!;
        Assert.InRange(table.Latest.Files.Count, 1, 4);
        Assert.Equal((36, 0), await CountsAsync(harness));
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_is_waited_for()
    {
        var failures = 0;
        using var lake = new Lake(call => call.Operation == StoreOperation.Put && ++failures <= 5 ? StoreFault.FailBefore : StoreFault.None);

        var sending = lake.Pipeline.IngestAsync(IngestHarness.Target(), Body(Lines("a", 5)), Token);
        await lake.AdvanceUntilAsync(sending);

        Assert.Equal((5, false), ((await sending).Accepted, (await sending).Repeated));
        Assert.Equal(5, await lake.CountAsync());
    }

    [Theory]
    [InlineData(StoreOperation.Put)]
    [InlineData(StoreOperation.PutIfAbsent)]
    public async Task A_store_that_fails_for_too_long_is_answered_as_unavailable_and_the_batch_may_come_again(StoreOperation failing)
    {
        var isDown = false;
        using var lake = new Lake(call => isDown && call.Operation == failing ? StoreFault.FailBefore : StoreFault.None);
        await lake.Pipeline.IngestAsync(IngestHarness.Target(), Body(Lines("first", 1)), Token);
        isDown = true;

        var sending = lake.Pipeline.IngestAsync(IngestHarness.Target(), Body(Lines("a", 5)), Token);
        await lake.AdvanceUntilAsync(sending);
        var fault = await Assert.ThrowsAsync<VarveException>(() => sending);
        isDown = false;
        var again = await lake.Pipeline.IngestAsync(IngestHarness.Target(), Body(Lines("a", 5)), Token);

        Assert.Equal((FaultKind.Unavailable, true), (fault.Kind, fault.RetryAfter > TimeSpan.Zero));
        Assert.Equal((5, false), (again.Accepted, again.Repeated));
        Assert.Equal(6, await lake.CountAsync());
    }

    [Theory]
    [InlineData(StoreFault.FailAfter)]
    [InlineData(StoreFault.LoseAnswer)]
    public async Task A_commit_whose_answer_is_lost_is_stored_once_and_answered_with_success(StoreFault fault)
    {
        var (armed, done) = (false, 0);
        using var lake = new Lake(call => armed && call.Operation == StoreOperation.PutIfAbsent && call.Path.EndsWith(".json", StringComparison.Ordinal) && ++done <= 2 ? fault : StoreFault.None);
        await lake.Pipeline.IngestAsync(IngestHarness.Target(), Body(Lines("first", 1)), Token);
        armed = true;

        var sending = lake.Pipeline.IngestAsync(IngestHarness.Target(), Body(Lines("a", 5)), Token);
        await lake.AdvanceUntilAsync(sending);

        Assert.False((await sending).Repeated);
        Assert.Equal(6, await lake.CountAsync());
    }

    [Fact]
    public async Task A_flood_of_one_account_lets_the_batch_of_another_through()
    {
        using var harness = new IngestHarness(new IngestLimits { MemoryBytesMax = 32L << 20, WaitMax = TimeSpan.FromHours(1) });
        var gate = new TaskCompletionSource();
        var flood = Enumerable.Range(0, 30)
            .Select(number => Task.Run(() => harness.Pipeline.IngestAsync(IngestHarness.Target(account: "flood"), new GatedStream(Encoding.UTF8.GetBytes(Lines($"f{number}", 5)), gate.Task), Token)))
            .ToList();

        // The flood holds all that it may, and none of it can end.
        var small = await harness.Pipeline.IngestAsync(IngestHarness.Target(account: "small"), Body(Lines("s", 3)), Token);

        Assert.Equal((3, 0), (small.Accepted, flood.Count(batch => batch.IsCompleted)));
        gate.SetResult();
        await Task.WhenAll(flood);
    }

    [Fact]
    public async Task With_no_room_left_batches_are_told_to_come_again_and_those_that_are_in_get_on()
    {
        using var harness = new IngestHarness(new IngestLimits { MemoryBytesMax = 8L << 20, AccountShareMax = 1, WaitingMax = 0 });
        var gate = new TaskCompletionSource();
        var bodies = Enumerable.Range(0, 2).Select(number => new GatedStream(Encoding.UTF8.GetBytes(Lines($"i{number}", 5)), gate.Task)).ToList();
        var inside = bodies.Select(body => Task.Run(() => harness.Pipeline.IngestAsync(IngestHarness.Target(), body, Token))).ToList();
        await Task.WhenAll(bodies.Select(body => body.Reached));

        var fault = await Assert.ThrowsAsync<VarveException>(() => harness.Pipeline.IngestAsync(IngestHarness.Target(), Body(Lines("x", 1)), Token));

        Assert.Equal(FaultKind.Busy, fault.Kind);
        gate.SetResult();
        await Task.WhenAll(inside);
        Assert.Equal(1, (await harness.Pipeline.IngestAsync(IngestHarness.Target(), Body(Lines("x", 1)), Token)).Accepted);
    }

    [Fact]
    public async Task A_batch_larger_than_the_memory_is_written_in_parts_and_seen_at_once()
    {
        using var harness = new IngestHarness(new IngestLimits { MemoryBytesMax = 6L << 20, AccountShareMax = 1 });
        var filler = new string('x', 4_000);
        var lines = string.Concat(Enumerable.Range(0, 6_000).Select(number => $$"""{"RayID":"{{number}}","ClientRequestUserAgent":"{{number}}{{filler}}","EdgeStartTimestamp":"2026-11-22T10:00:00Z"}{{"\n"}}"""));

        var outcome = await harness.IngestAsync(lines);

        Assert.Equal((6_000, 1L), (outcome.Accepted, outcome.Version));
        var table = (await DeltaTable.OpenAsync(harness.Store, "accounts/acme/zones/shop/http_requests", null, null, Token))!;
        Assert.True(table.Latest.Files.Count > 2, $"{table.Latest.Files.Count} files");
        Assert.Equal((6_000, 0), await CountsAsync(harness));
    }

    [Fact]
    public async Task Ten_gigabytes_that_came_as_ten_megabytes_are_refused_at_the_limit()
    {
        using var harness = new IngestHarness(new IngestLimits { BodyBytesMax = 64 << 20 });
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(new byte[1 << 20]);
        var member = bomb.ToArray();
        var parts = Enumerable.Repeat(member, 10 << 10).SelectMany(bytes => bytes).ToArray();

        var fault = await Assert.ThrowsAsync<VarveException>(() => harness.IngestAsync(parts));

        Assert.Equal(FaultKind.LimitExceeded, fault.Kind);
        Assert.Equal((0, 0), await CountsAsync(harness));
    }

    [Fact]
    public async Task Each_kind_of_broken_line_has_its_reason_and_the_rest_goes_in()
    {
        using var harness = new IngestHarness(new IngestLimits { LineBytesMax = 1_000 });
        byte[] body =
        [
            .. Encoding.UTF8.GetBytes(Lines("good", 1)),
            .. Encoding.UTF8.GetBytes($"{{\"RayID\":\"{new string('x', 2_000)}\"}}\n"),
            .. Encoding.UTF8.GetBytes($"{{\"x\":{new string('[', 65)}{new string(']', 65)}}}\n"),
            .. "{\"RayID\":\""u8, 0xFF, 0xFE, .. "\"}\n"u8,
            .. "{\"RayID\":\"a\0b\"}\n"u8,
            .. "{\"RayID\":\"first\",\"RayID\":\"second\"}\n"u8,
            .. "{\"RayID\":\"half"u8,
        ];

        var outcome = await harness.IngestAsync(body);

        Assert.Equal((2, 5), (outcome.Accepted, outcome.Rejected));
        var reasons = (await harness.QueryAsync("SELECT LineNumber, Reason, ReceivedAt, Source FROM _rejects ORDER BY LineNumber")).Select(row => row.GetProperty("Reason").GetString()!).ToList();
        Assert.Equal("longer than 1000 bytes", reasons[0]);
        Assert.Contains("maximum configured depth", reasons[1], StringComparison.Ordinal);
        Assert.Equal("not valid UTF-8", reasons[2]);
        Assert.StartsWith("not JSON: '0x00' is invalid", reasons[3], StringComparison.Ordinal);
        Assert.StartsWith("not JSON: ", reasons[4], StringComparison.Ordinal);
        var row = Assert.Single(await harness.QueryAsync("SELECT RayID, _extra FROM http_requests WHERE RayID = 'second'"));
        Assert.Contains("\"RayID\":\"first\"", row.GetProperty("_extra").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_beyond_the_bound_are_not_remembered_and_their_batches_are_stored_all_the_same()
    {
        using var harness = new IngestHarness(new IngestLimits { BatchKeysMax = 1 });

        await harness.IngestAsync(Lines("a", 1));
        await harness.IngestAsync(Lines("b", 1));
        var (known, unknown) = (await harness.IngestAsync(Lines("a", 1)), await harness.IngestAsync(Lines("b", 1)));

        Assert.Equal((true, false), (known.Repeated, unknown.Repeated));
        Assert.Equal((3, 0), await CountsAsync(harness));
    }

    [Fact]
    public async Task A_sender_that_goes_away_leaves_nothing_and_holds_nothing_up()
    {
        using var harness = new IngestHarness();
        using var gone = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        var body = new GatedStream(Encoding.UTF8.GetBytes(Lines("gone", 100)), never.Task);
        var sending = harness.Pipeline.IngestAsync(IngestHarness.Target(), body, gone.Token);
        await body.Reached;

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        var other = await harness.IngestAsync(Lines("other", 2));

        Assert.Equal(2, other.Accepted);
        Assert.Equal((2, 0), await CountsAsync(harness));
    }

    [Fact]
    public async Task A_sample_rate_makes_each_record_stand_for_several()
    {
        using var harness = new IngestHarness();

        await harness.Pipeline.IngestAsync(new IngestRequest(IngestHarness.Target()) { SampleRate = 0.25 }, Body(Lines("s", 3)), Token);
        await harness.IngestAsync(Lines("all", 2));

        var table = (await DeltaTable.OpenAsync(harness.Store, "accounts/acme/zones/shop/http_requests", null, null, Token))!;
        var intervals = new List<double?>();
        await foreach (var batch in table.Scan(table.Latest, ["_sample_interval"]).ReadAsync(Token))
            for (var row = 0; row < batch.Length; row++)
                intervals.Add(((Apache.Arrow.DoubleArray)batch.Column(0)).GetValue(row));
        Assert.Equal([null, null, 4.0, 4.0, 4.0], intervals.Order());
    }

    static IngestPipeline NewPipeline(IObjectStore store) => new(store, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions());

    static MemoryStream Body(string text) => new(Encoding.UTF8.GetBytes(text));

    static string Lines(string prefix, int count) => string.Concat(Enumerable.Range(0, count).Select(
        number => $$"""{"RayID":"{{prefix}}-{{number}}","EdgeStartTimestamp":"2026-11-22T10:00:{{number % 60:00}}Z"}{{"\n"}}"""));

    static async Task<(int Records, int Rejects)> CountsAsync(IngestHarness harness) =>
        ((await harness.QueryAsync("SELECT RayID FROM http_requests")).Count, (await harness.QueryAsync("SELECT LineNumber FROM _rejects")).Count);

    /// <summary>A store that fails by plan, with time that is moved on.</summary>
    sealed class Lake : IDisposable
    {
        readonly MemoryObjectStore _inner = new();
        readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

        public Lake(Func<StoreCall, StoreFault> plan)
        {
            Store = new FaultyObjectStore(_inner, plan);
            Pipeline = new IngestPipeline(Store, DatasetCatalog.BuiltIn, new IngestLimits(), new DeltaOptions { Clock = _clock });
        }

        public FaultyObjectStore Store { get; }

        public IngestPipeline Pipeline { get; }

        public async Task AdvanceUntilAsync(Task work)
        {
            for (var step = 0; step < 20_000 && !work.IsCompleted; step++)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(500));
                await Task.Yield();
                if (step % 10 == 0)
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
            }
        }

        public async Task<long> CountAsync()
        {
            var table = (await DeltaTable.OpenAsync(_inner, "accounts/acme/zones/shop/http_requests", null, null, Token))!;
            var rows = 0L;
            await foreach (var batch in table.Scan(table.Latest, ["RayID"]).ReadAsync(Token))
                rows += batch.Length;
            return rows;
        }

        public void Dispose()
        {
        }
    }
}
