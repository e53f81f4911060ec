using Varve.Ingest.PickUp;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests.PickUp;

public sealed class PickUpCrashTests(ITestOutputHelper output)
{
    readonly PickUpHarness _harness = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static PickUpOptions Options => PickUpHarness.Options;

    /// <summary>A destination that takes part in nothing any more once the first entry of progress is to be written, as for a process that is killed then.</summary>
    FaultyObjectStore DyingAtTheFirstEntry()
    {
        var isDead = false;
        return new FaultyObjectStore(_harness.Destination, call =>
        {
            isDead |= call.Operation == StoreOperation.PutIfAbsent && call.Path.Contains("/done/", StringComparison.Ordinal);
            return isDead ? StoreFault.FailBefore : StoreFault.None;
        });
    }

    async Task DieAfterTheCommitAsync()
    {
        using var job = _harness.Job(destination: DyingAtTheFirstEntry(), isGoneLater: true);
        await Assert.ThrowsAsync<VarveException>(() => _harness.PassTimeAsync(job.RunAsync(Token)));
        Assert.Single(await _harness.JobFilesAsync("claims"));
        Assert.Equal(["a", "b"], await _harness.RaysAsync());
    }

    [Fact]
    public async Task A_crash_between_the_commit_and_its_entry_leads_to_no_second_copy()
    {
        await _harness.PutAsync("1.log", PickUpHarness.Lines("a", "b"));
        await DieAfterTheCommitAsync();

        var report = await _harness.RunAsync();

        Assert.Equal((1, 1, 0), (report.Done, report.Repeated, report.Held));
        Assert.Equal(["a", "b"], await _harness.RaysAsync());
        Assert.Empty(await _harness.JobFilesAsync("claims"));
    }

    [Fact]
    public async Task An_attempt_that_broke_off_longer_ago_than_batches_are_known_is_listed_and_only_repeated_when_asked_for()
    {
        await _harness.PutAsync("1.log", PickUpHarness.Lines("a", "b"));
        await DieAfterTheCommitAsync();
        _harness.Clock.Advance(Options.Limits.RepeatHorizon + TimeSpan.FromMinutes(1));

        var report = await _harness.RunAsync();
        var status = await _harness.Job().StatusAsync(Token);
        await _harness.Job().RetryFailedAsync(Token);
        var asked = await _harness.RunAsync();

        Assert.Equal((0, 1), (report.Done, report.Failed));
        Assert.Contains("broke off and may have stored it", Assert.Single(status.Failed).Reason, StringComparison.Ordinal);
        Assert.Equal((1, 0), (asked.Done, asked.Failed));
    }

    [Fact]
    public async Task A_claim_of_a_live_worker_keeps_others_away_however_long_it_takes()
    {
        await _harness.PutAsync("1.log", PickUpHarness.Lines("a"));
        var blocked = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        var source = new FaultyObjectStore(_harness.Source, call =>
        {
            if (call.Operation == StoreOperation.Read)
            {
                reached.TrySetResult();
                blocked.Task.GetAwaiter().GetResult();
            }

            return StoreFault.None;
        });
        var first = Task.Run(() => _harness.Job(source: source).RunAsync(Token), Token);
        await reached.Task;

        var patient = Options with { Limits = new PickUpLimits { WaitMax = TimeSpan.FromMinutes(30) } };
        var second = _harness.Job(patient).RunAsync(Token);
        for (var i = 0; i < 400; i++)
        {
            // Renewals come each 40 s: ten minutes are five leases.
            await Task.Delay(2, Token);
            _harness.Clock.Advance(TimeSpan.FromSeconds(1.5));
        }

        Assert.False(second.IsCompleted);
        blocked.SetResult();
        var reports = await _harness.PassTimeAsync(Task.WhenAll(first, second));
        Assert.Equal((1, 0, 0), (reports[0].Done, reports[1].Done, reports[1].Held));
        Assert.Equal(["a"], await _harness.RaysAsync());
    }

    [Fact]
    public async Task A_stop_finishes_the_present_object_and_begins_no_other()
    {
        for (var i = 0; i < 5; i++)
            await _harness.PutAsync($"{i}.log", PickUpHarness.Lines($"{i}"));
        using var stop = new CancellationTokenSource();
        var source = new FaultyObjectStore(_harness.Source, call =>
        {
            if (call.Operation == StoreOperation.Read)
                stop.Cancel();
            return StoreFault.None;
        });

        var report = await _harness.PassTimeAsync(_harness.Job(Options with { Workers = 1 }, source: source).RunAsync(stop.Token));
        var rest = await _harness.RunAsync();

        Assert.Equal((1, 4), (report.Done, rest.Done));
        Assert.Equal(["0", "1", "2", "3", "4"], await _harness.RaysAsync());
    }

    /// <summary>
    /// Processes with several workers each, that fail and die at any call of the store, over objects that arrive in any order, late ones with smaller names
    /// among them. Whoever died is started again. In the end every record is there once.
    /// </summary>
    [Fact]
    public async Task Nothing_is_lost_and_nothing_twice_whatever_dies_when()
    {
        var runs = int.TryParse(Environment.GetEnvironmentVariable("VARVE_SIM_SEEDS"), out var asked) ? asked : 6;
        var first = int.TryParse(Environment.GetEnvironmentVariable("VARVE_SIM_SEED"), out var one) ? one : 1;
        for (var seed = first; seed < first + runs; seed++)
        {
            output.WriteLine($"seed {seed}");
            await RunAsync(seed);
        }
    }

    static async Task RunAsync(int seed)
    {
        var harness = new PickUpHarness();
        var random = new Random(seed);
        var limits = new PickUpLimits { EntriesMax = 3, BlockObjects = 4, BlocksInMemoryMax = 2, LookBack = TimeSpan.FromMinutes(20), FullListingEvery = TimeSpan.FromHours(2) };
        var options = Options with { Workers = 3, Limits = limits };
        var names = Enumerable.Range(0, 60).Select(i => $"202611{22 + (i / 20)}/{i:D3}.log").ToArray();
        var expected = new List<string>();
        // Mostly in order; some swap places by far.
        for (var i = 0; i < 12; i++)
        {
            var (a, b) = (random.Next(names.Length), random.Next(names.Length));
            (names[a], names[b]) = (names[b], names[a]);
        }

        for (var arrived = 0; arrived < names.Length;)
        {
            foreach (var name in names[arrived..(arrived += 10)])
            {
                string[] rays = [.. Enumerable.Range(0, 1 + random.Next(3)).Select(i => $"{name}#{i}")];
                expected.AddRange(rays);
                await harness.PutAsync(name, PickUpHarness.Lines(rays));
                harness.Clock.Advance(TimeSpan.FromMinutes(random.Next(4)));
            }

            var processes = Enumerable.Range(0, 3).Select(_ => RunUntilDoneOrDeadAsync(harness, options, random.Next())).ToList();
            await harness.PassTimeAsync(Task.WhenAll(processes));
        }

        // A last one that lives, after the time when all names are listed again.
        harness.Clock.Advance(limits.FullListingEvery);
        var last = await harness.RunAsync(options);
        expected.Sort(StringComparer.Ordinal);
        Assert.Equal(expected, await harness.RaysAsync());
        Assert.Equal((0, 0, 0), (last.Failed, last.Waiting, last.Held));
        var status = await harness.Job(options).StatusAsync(Token);
        Assert.Equal((60, expected.Count, 0), (status.Totals.Objects, status.Totals.Records, status.Look.New));
        var snapshots = await harness.JobFilesAsync("snapshots");
        Assert.InRange(snapshots.Count, 1, 3);
        Assert.NotEmpty(await harness.JobFilesAsync("blocks"));
    }

    static async Task<bool> RunUntilDoneOrDeadAsync(PickUpHarness harness, PickUpOptions options, int seed)
    {
        var random = new Random(seed);
        var (death, fate) = (random.Next(20, 220), random.Next(2));
        var destination = new FaultyObjectStore(harness.Destination, call =>
            call.Number < death ? StoreFault.None
            : call.Number > death || fate == 0 ? StoreFault.FailBefore
            : call.Operation == StoreOperation.PutIfAbsent ? StoreFault.LoseAnswer : StoreFault.FailAfter);
        try
        {
            using var job = harness.Job(options, destination, isGoneLater: random.Next(2) == 0, seed: seed);
            await job.RunAsync(Token);
            return true;
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Unavailable)
        {
            return false;
        }
    }
}
