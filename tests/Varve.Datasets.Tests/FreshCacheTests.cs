using Microsoft.Extensions.Time.Testing;
using Varve.Datasets.Settings;

namespace Varve.Datasets.Tests;

public sealed class FreshCacheTests
{
    static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(5);

    readonly FakeTimeProvider _clock = new();
    int _reads;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    FreshCache<string, string> Cache() => new(AgeMax, _clock, (key, before, _) => Task.FromResult($"{before}{key}{Interlocked.Increment(ref _reads)}"));

    [Fact]
    public async Task A_value_is_read_once_until_it_is_too_old_and_then_from_what_it_was()
    {
        var cache = Cache();

        Assert.Equal("a1", await cache.GetAsync("a", Cancellation));
        _clock.Advance(AgeMax);
        Assert.Equal("a1", await cache.GetAsync("a", Cancellation));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("a1a2", await cache.GetAsync("a", Cancellation));
    }

    [Fact]
    public async Task A_refresh_reads_at_once()
    {
        var cache = Cache();
        await cache.GetAsync("a", Cancellation);

        Assert.Equal("a1a2", await cache.RefreshAsync("a", Cancellation));
        Assert.Equal("a1a2", await cache.GetAsync("a", Cancellation));
    }

    [Fact]
    public async Task Who_asks_meanwhile_waits_for_the_same_reading()
    {
        var gate = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cache = new FreshCache<string, string>(AgeMax, _clock, (_, _, _) =>
        {
            Interlocked.Increment(ref _reads);
            return gate.Task;
        });

        var waiting = Enumerable.Range(0, 20).Select(_ => cache.GetAsync("a", Cancellation).AsTask()).ToList();
        gate.SetResult("x");

        Assert.All(await Task.WhenAll(waiting), value => Assert.Equal("x", value));
        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_stop_the_others()
    {
        var gate = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cache = new FreshCache<string, string>(AgeMax, _clock, (_, _, _) => gate.Task);
        using var giveUp = new CancellationTokenSource();
        var first = cache.GetAsync("a", giveUp.Token).AsTask();
        var second = cache.GetAsync("a", Cancellation).AsTask();

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult("x");
        Assert.Equal("x", await second);
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        var cache = new FreshCache<string, string>(AgeMax, _clock, (_, before, _) =>
            Interlocked.Increment(ref _reads) == 2 ? Task.FromException<string>(new InvalidOperationException()) : Task.FromResult($"{before}{_reads}"));
        await cache.GetAsync("a", Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => cache.RefreshAsync("a", Cancellation));

        Assert.Equal("13", await cache.GetAsync("a", Cancellation));
    }
}
