using System.Globalization;
using Varve.Ingest.PickUp;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests.PickUp;

/// <summary>What is listed, and what is kept of what is done.</summary>
public sealed class PickUpListingTests
{
    readonly PickUpHarness _harness = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static PickUpOptions Options => PickUpHarness.Options;

    /// <summary>An object each six hours, named by its time.</summary>
    async Task FillAsync(int count, int from = 0)
    {
        for (var i = from; i < from + count; i++)
        {
            await _harness.PutAsync($"{i:D4}.log", PickUpHarness.Lines($"{i:D4}"));
            _harness.Clock.Advance(TimeSpan.FromHours(6));
        }
    }

    [Fact]
    public async Task A_look_begins_where_the_look_back_before_the_newest_object_ends_and_now_and_then_at_the_first_name()
    {
        // An hour more than eight objects take, so that nothing hangs on the seconds that runs take.
        var options = Options with { Limits = new PickUpLimits { LookBack = TimeSpan.FromHours(49) } };
        await FillAsync(40);
        var all = await _harness.RunAsync(options);
        await _harness.PutAsync("0040.log", PickUpHarness.Lines("0040"));

        var part = await _harness.RunAsync(options);
        await _harness.PutAsync("0033a.log", PickUpHarness.Lines("late within the look-back"));
        await _harness.PutAsync("0002a.log", PickUpHarness.Lines("late before it"));
        var late = await _harness.RunAsync(options);
        _harness.Clock.Advance(Options.Limits.FullListingEvery);
        var full = await _harness.RunAsync(options);

        Assert.Equal((40, 40), (all.Found, all.Done));
        // When all were listed the newest was of hour 234: from hour 185 on, so number 31 of hour 186 is the first.
        Assert.Equal((10, 1), (part.Found, part.Done));
        Assert.Equal((10, 1), (late.Found, late.Done));
        Assert.Equal((43, 1), (full.Found, full.Done));
        Assert.Equal(43, (await _harness.RaysAsync()).Count);
    }

    [Fact]
    public async Task A_look_begins_before_the_first_object_that_still_waits()
    {
        await _harness.PutAsync("0000.log.gz", [0x1F, 0x8B, 1]);
        await FillAsync(40, from: 1);
        var limits = new PickUpLimits { PauseMin = TimeSpan.FromHours(1), PauseMax = TimeSpan.FromHours(1) };

        var first = await _harness.RunAsync(Options with { Limits = limits });
        _harness.Clock.Advance(TimeSpan.FromHours(2));
        var second = await _harness.RunAsync(Options with { Limits = limits });

        Assert.Equal((40, 1, 0), (first.Done, first.Waiting, first.Failed));
        Assert.Equal((41, 1), (second.Found, second.Waiting));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_done_stays_known_when_it_moves_into_blocks_and_the_files_stay_few(int seed)
    {
        var random = new Random(seed);
        var limits = new PickUpLimits { EntriesMax = 2, BlockObjects = 5, BlocksInMemoryMax = 2, FullListingEvery = TimeSpan.Zero };
        var names = Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1000):D3}/{i}")).ToArray();
        var done = 0L;

        foreach (var name in names)
        {
            await _harness.PutAsync(name, PickUpHarness.Lines(name));
            done += (await _harness.RunAsync(Options with { Limits = limits })).Done;
            _harness.Clock.Advance(TimeSpan.FromMinutes(3));
        }

        Assert.Equal(100, done);
        Assert.Equal(names.Order(StringComparer.Ordinal), await _harness.RaysAsync());
        Assert.Equal(100, (await _harness.Job().StatusAsync(Token)).Totals.Objects);
        Assert.InRange((await _harness.JobFilesAsync("done")).Count, 0, 6);
        Assert.Single(await _harness.JobFilesAsync("snapshots"));
        Assert.InRange((await _harness.JobFilesAsync("blocks")).Count, 18, 90);
    }

    [Fact]
    public async Task Entries_stay_one_by_one_up_to_their_number_and_one_more_folds_them()
    {
        var limits = new PickUpLimits { EntriesMax = 7 };
        // The first look at all names writes an entry, and so does each object.
        for (var i = 0; i < 6; i++)
        {
            await _harness.PutAsync($"{i}", PickUpHarness.Lines($"{i}"));
            await _harness.RunAsync(Options with { Limits = limits });
        }

        await _harness.RunAsync(Options with { Limits = limits });
        var atMax = await _harness.JobFilesAsync("done");
        var none = await _harness.JobFilesAsync("snapshots");
        await _harness.PutAsync("6", PickUpHarness.Lines("6"));
        await _harness.RunAsync(Options with { Limits = limits });

        Assert.Equal((7, 0), (atMax.Count, none.Count));
        Assert.Single(await _harness.JobFilesAsync("snapshots"));
        Assert.Empty(await _harness.JobFilesAsync("done"));
    }

    [Fact]
    public async Task Damaged_progress_is_an_error_that_names_the_file()
    {
        await _harness.PutAsync("a", PickUpHarness.Lines("a"));
        await _harness.RunAsync();
        var entry = (await _harness.JobFilesAsync("done"))[0];
        await _harness.Destination.PutAsync($"accounts/acme/_jobs/nightly/{entry}", "{"u8.ToArray(), Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => _harness.RunAsync());

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains(entry, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_larger_than_a_part_is_read_in_parts_byte_by_byte()
    {
        string[] rays = [.. Enumerable.Range(0, 500).Select(i => $"{i:D3}")];
        await _harness.PutAsync("a.log", PickUpHarness.Lines(rays));
        await _harness.PutAsync("b.log", PickUpHarness.Lines("exactly"));
        var size = PickUpHarness.Lines("exactly").Length;
        var source = new FaultyObjectStore(_harness.Source, _ => StoreFault.None);

        var report = await _harness.PassTimeAsync(_harness.Job(Options with { Limits = new PickUpLimits { ReadBytes = size } }, source: source).RunAsync(Token));

        Assert.Equal((2, 501), (report.Done, report.Records));
        Assert.Equal([.. rays, "exactly"], await _harness.RaysAsync());
        Assert.Equal(1, source.Calls.Count(call => call is { Operation: StoreOperation.Read, Path: "b.log" }));
        Assert.InRange(source.Calls.Count(call => call is { Operation: StoreOperation.Read, Path: "a.log" }), 450, 500);
    }
}
