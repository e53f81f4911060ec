using Varve.Ingest.PickUp;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests.PickUp;

public sealed class PickUpJobTests
{
    readonly PickUpHarness _harness = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static PickUpOptions Options => PickUpHarness.Options;

    [Fact]
    public async Task Every_object_is_taken_in_once_however_often_the_job_runs()
    {
        for (var i = 0; i < 20; i++)
            await _harness.PutAsync($"20261122/{i:D2}.log.gz", IngestHarness.Gzip(System.Text.Encoding.UTF8.GetString(PickUpHarness.Lines($"a{i:D2}", $"b{i:D2}")) + "broken\n"));

        var first = await _harness.RunAsync(Options with { Workers = 4 });
        var second = await _harness.RunAsync();
        await _harness.PutAsync("20261122/20.log", PickUpHarness.Lines("late"));
        var third = await _harness.RunAsync();

        Assert.Equal((20, 20, 20, 40, 20), (first.Found, first.New, first.Done, first.Records, first.Rejected));
        Assert.True(first.IsComplete);
        Assert.Null(first.OldestWaiting);
        Assert.Equal((0, 0, 0), (second.New, second.Done, second.Records));
        Assert.Equal((1, 1, 1), (third.New, third.Done, third.Records));
        Assert.Equal([.. Enumerable.Range(0, 20).SelectMany(i => new[] { $"a{i:D2}", $"b{i:D2}" }).Append("late").Order(StringComparer.Ordinal)], await _harness.RaysAsync());
        Assert.Empty(await _harness.JobFilesAsync("claims"));
    }

    [Fact]
    public async Task Names_that_only_try_a_destination_are_not_taken_and_unfinished_files_of_folders_neither()
    {
        string[] ignored = ["test.txt.gz", "x/ownership-challenge-4f2.txt"];
        string[] unfinished = ["a.tmp", ".b", ".c/d", "e/.f", "G.TMP"];
        foreach (var name in ignored.Concat(unfinished).Append("taken.log"))
            await _harness.PutAsync(name, PickUpHarness.Lines(name));

        var folder = await _harness.RunAsync(Options with { IsFolder = true });
        var inFolder = await _harness.RaysAsync();
        var bucket = await _harness.RunAsync(Options with { Job = "other" });

        Assert.Equal((1, 6), (folder.Done, bucket.Done));
        Assert.Equal(["taken.log"], inFolder);
        Assert.Equal([.. unfinished.Append("taken.log").Append("taken.log").Order(StringComparer.Ordinal)], await _harness.RaysAsync());
    }

    [Fact]
    public async Task An_object_that_is_damaged_is_tried_five_times_with_growing_pauses_and_then_listed()
    {
        await _harness.PutAsync("1.log.gz", IngestHarness.Gzip("{}")[..^6]);
        await _harness.PutAsync("2.log", PickUpHarness.Lines("good"));
        using var job = _harness.Job(Options with { Watch = true });
        using var stop = new CancellationTokenSource();
        var started = _harness.Clock.GetUtcNow();

        var running = job.RunAsync(stop.Token);
        var attempts = new List<DateTimeOffset>();
        while (job.Report.Failed == 0)
        {
            await _harness.PassTimeAsync(Task.Run(() => Task.Delay(10, Token).ContinueWith(_ => 0, Token), Token));
            _harness.Clock.Advance(TimeSpan.FromSeconds(5));
            Assert.True(_harness.Clock.GetUtcNow() < started.AddHours(3));
        }

        await stop.CancelAsync();
        await _harness.PassTimeAsync(running);
        var status = await _harness.Job().StatusAsync(Token);

        var failed = Assert.Single(status.Failed);
        Assert.Equal(("1.log.gz", 5), (failed.Path, failed.Attempts));
        Assert.Contains("gzip", failed.Reason, StringComparison.OrdinalIgnoreCase);
        // 10 s, 1, 6 and 30 minutes.
        Assert.InRange(failed.At - started, TimeSpan.FromSeconds(10 + 60 + 360 + 1800), TimeSpan.FromMinutes(60));
        Assert.Equal(["good"], await _harness.RaysAsync());
        Assert.Equal((1, 0, 0), (status.Totals.Objects, status.Look.New, status.Look.Waiting));
    }

    [Fact]
    public async Task What_failed_is_tried_anew_when_asked_for_and_is_taken_in_when_it_was_put_right()
    {
        var limits = new PickUpLimits { AttemptsMax = 1 };
        await _harness.PutAsync("1.log.gz", IngestHarness.Gzip("{}")[..^6]);
        await _harness.PutAsync("2.log", PickUpHarness.Lines("good"));
        var first = await _harness.RunAsync(Options with { Limits = limits });

        var again = await _harness.Job().RetryFailedAsync(Token);
        var second = await _harness.RunAsync(Options with { Limits = limits });
        await _harness.PutAsync("1.log.gz", IngestHarness.Gzip(System.Text.Encoding.UTF8.GetString(PickUpHarness.Lines("mended"))));
        var third = await _harness.RunAsync(Options with { Limits = limits });

        Assert.Equal((1, 1, 1), (first.Done, first.Failed, again));
        Assert.Equal((1, 0, 1), (second.New, second.Done, second.Failed));
        Assert.Equal(1, third.Done);
        Assert.Equal(["good", "mended"], await _harness.RaysAsync());
    }

    [Fact]
    public async Task An_empty_object_is_done_and_one_too_young_waits_until_it_has_settled()
    {
        await _harness.PutAsync("empty.log", []);
        _harness.Clock.Advance(TimeSpan.FromSeconds(20));
        await _harness.PutAsync("young.log", PickUpHarness.Lines("young"));
        var options = Options with { Settle = TimeSpan.FromSeconds(30) };
        using var job = _harness.Job(options);
        var young = _harness.Clock.GetUtcNow();

        _harness.Clock.Advance(TimeSpan.FromSeconds(15));
        var running = job.RunAsync(Token);
        while (job.Report is { Waiting: 0 } or { Done: 0 })
            await Task.Delay(2, Token);
        var early = (job.Report.Done, job.Report.OldestWaiting, job.Report.NextDue);
        var report = await _harness.PassTimeAsync(running);

        Assert.Equal((1, young, young.AddSeconds(30)), early);
        Assert.Equal((2, 1, 0), (report.Done, report.Records, report.Waiting));
        Assert.True(_harness.Clock.GetUtcNow() >= young.AddSeconds(30));
    }

    [Fact]
    public async Task Objects_last_written_before_since_are_left_alone()
    {
        await _harness.PutAsync("old.log", PickUpHarness.Lines("old"));
        _harness.Clock.Advance(TimeSpan.FromHours(1));
        await _harness.PutAsync("new.log", PickUpHarness.Lines("new"));

        var report = await _harness.RunAsync(Options with { Since = _harness.Clock.GetUtcNow() });
        var rays = await _harness.RaysAsync();
        var all = await _harness.RunAsync();

        Assert.Equal((1, 1), (report.Found, report.Done));
        Assert.Equal(["new"], rays);
        Assert.Equal((2, 1), (all.Found, all.Done));
    }

    [Fact]
    public async Task Of_an_object_that_changes_while_it_is_read_only_the_last_content_is_stored()
    {
        await _harness.PutAsync("a.log", PickUpHarness.Lines("old1", "old2"));
        var changed = false;
        var source = new FaultyObjectStore(_harness.Source, call =>
        {
            if (call.Operation == StoreOperation.Head && !changed)
            {
                changed = true;
                _harness.Clock.Advance(TimeSpan.FromSeconds(1));
                _harness.Source.PutAsync("a.log", PickUpHarness.Lines("new1", "new2"), Token).GetAwaiter().GetResult();
            }

            return StoreFault.None;
        });

        var report = await _harness.PassTimeAsync(_harness.Job(source: source).RunAsync(Token));

        Assert.True(changed);
        Assert.Equal((1, 2), (report.Done, report.Records));
        Assert.Equal(["new1", "new2"], await _harness.RaysAsync());
    }

    [Fact]
    public async Task An_object_that_vanishes_before_it_is_read_is_counted_and_nothing_else()
    {
        await _harness.PutAsync("a.log", PickUpHarness.Lines("a"));
        await _harness.PutAsync("b.log", PickUpHarness.Lines("b"));
        var source = new FaultyObjectStore(_harness.Source, call =>
        {
            if (call is { Operation: StoreOperation.Read, Path: "a.log" })
                _harness.Source.DeleteAsync("a.log", Token).GetAwaiter().GetResult();
            return StoreFault.None;
        });

        var report = await _harness.PassTimeAsync(_harness.Job(source: source).RunAsync(Token));

        Assert.Equal((1, 1, 0, 0), (report.Done, report.Gone, report.Failed, report.Waiting));
        Assert.Equal(["b"], await _harness.RaysAsync());
        Assert.Empty(await _harness.JobFilesAsync("claims"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_does_not_keep_the_others_from_being_taken()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("back\\slash.log"), PickUpHarness.Lines("x"), Token);
        await File.WriteAllBytesAsync(folder.At("good.log"), PickUpHarness.Lines("good"), Token);
        _harness.Clock.SetUtcNow(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));

        var report = await _harness.PassTimeAsync(_harness.Job(
            Options with { Limits = new PickUpLimits { AttemptsMax = 1 } }, source: new LocalObjectStore(folder.FullPath)).RunAsync(Token));

        Assert.Equal((1, 1), (report.Done, report.Failed));
        Assert.Equal(["good"], await _harness.RaysAsync());
    }

    [Fact]
    public async Task The_same_bytes_in_two_objects_are_two_batches_and_other_bytes_under_one_name_are_a_new_object()
    {
        await _harness.PutAsync("a.log", PickUpHarness.Lines("x"));
        await _harness.PutAsync("b.log", PickUpHarness.Lines("x"));
        await _harness.RunAsync();

        _harness.Clock.Advance(TimeSpan.FromSeconds(1));
        await _harness.PutAsync("a.log", PickUpHarness.Lines("y"));
        var report = await _harness.RunAsync();

        Assert.Equal(1, report.Done);
        Assert.Equal(["x", "x", "y"], await _harness.RaysAsync());
    }

    [Fact]
    public async Task A_name_belongs_to_one_source_and_one_target()
    {
        await _harness.RunAsync();

        var source = await Assert.ThrowsAsync<VarveException>(() => _harness.RunAsync(Options with { Source = "s3://other" }));
        var zone = await Assert.ThrowsAsync<VarveException>(() => _harness.RunAsync(Options with { Target = Options.Target with { Zone = "blog" } }));
        var unknown = await Assert.ThrowsAsync<VarveException>(() => _harness.Job(Options with { Job = "weekly" }).StatusAsync(Token));

        Assert.Contains("takes memory:// into http_requests of zone shop, not s3://other into", source.Message, StringComparison.Ordinal);
        Assert.Equal((FaultKind.Invalid, FaultKind.Invalid, FaultKind.NotFound), (source.Kind, zone.Kind, unknown.Kind));
    }

    [Theory]
    [InlineData("a", 1, true)]
    [InlineData("a", 64, true)]
    [InlineData("a", 65, false)]
    [InlineData("a", 0, false)]
    [InlineData("../a", 1, false)]
    [InlineData("", 1, false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1, true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1, false)]
    public void Names_and_numbers_of_workers_have_bounds(string name, int workers, bool isTaken)
    {
        var fault = Record.Exception(() => _harness.Job(Options with { Job = name, Workers = workers }).Dispose());

        Assert.Equal(isTaken, fault is null);
        Assert.True(fault is null or VarveException { Kind: FaultKind.Invalid });
    }

    [Fact]
    public async Task A_job_stops_when_its_failed_list_is_full()
    {
        var limits = new PickUpLimits { AttemptsMax = 1, FailedMax = 3, ReasonLengthMax = 10 };
        foreach (var name in new[] { "1", "2" })
            await _harness.PutAsync(name, [0x1F, 0x8B, 1]);
        var below = await _harness.RunAsync(Options with { Limits = limits });
        await _harness.PutAsync("3", [0x1F, 0x8B, 1]);

        var fault = await Assert.ThrowsAsync<VarveException>(() => _harness.RunAsync(Options with { Limits = limits }));

        Assert.Equal(2, below.Failed);
        Assert.Equal(FaultKind.LimitExceeded, fault.Kind);
        Assert.All((await _harness.Job().StatusAsync(Token)).Failed, failed => Assert.Equal(10, failed.Reason.Length));
    }

    [Fact]
    public async Task A_job_that_watches_rides_out_a_destination_that_does_not_answer()
    {
        await _harness.PutAsync("1.log", PickUpHarness.Lines("one"));
        var isDown = true;
        var destination = new FaultyObjectStore(_harness.Destination, _ => isDown ? StoreFault.FailBefore : StoreFault.None);
        using var job = _harness.Job(Options with { Watch = true }, destination);
        using var stop = new CancellationTokenSource();

        var running = Task.Run(async () =>
        {
            // The job is made first: what it does before its first look is not tried again.
            await _harness.Job().RunAsync(new CancellationToken(canceled: true));
            return await job.RunAsync(stop.Token);
        }, Token);
        isDown = false;
        while (job.Report.Done == 0)
            await _harness.PassTimeAsync(Task.Run(() => Task.Delay(5, Token).ContinueWith(_ => 0, Token), Token));
        isDown = true;
        await _harness.PutAsync("2.log", PickUpHarness.Lines("two"));
        while (job.Report.Problem is null)
            await _harness.PassTimeAsync(Task.Run(() => Task.Delay(5, Token).ContinueWith(_ => 0, Token), Token));
        isDown = false;
        while (job.Report.Done == 1)
            await _harness.PassTimeAsync(Task.Run(() => Task.Delay(5, Token).ContinueWith(_ => 0, Token), Token));
        await stop.CancelAsync();
        await _harness.PassTimeAsync(running);

        Assert.Equal(["one", "two"], await _harness.RaysAsync());
        Assert.Equal(0, job.Report.Failed);
    }
}
