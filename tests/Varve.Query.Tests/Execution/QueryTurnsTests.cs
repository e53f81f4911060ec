using Microsoft.Extensions.Time.Testing;
using Varve.Query.Execution;
using Varve.Storage;

namespace Varve.Query.Tests.Execution;

public sealed class QueryTurnsTests
{
    readonly FakeTimeProvider _clock = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accounts_take_turns_however_much_one_of_them_has_waiting()
    {
        var turns = Turns(new QueryLimits { ConcurrencyMax = 1 });
        var order = new List<string>();
        var first = await turns.EnterAsync("flood", Token);
        var floods = Enumerable.Range(0, 20).Select(_ => RunAsync("flood")).ToList();
        var other = RunAsync("small");

        first.Dispose();
        await Task.WhenAll([.. floods, other]);

        Assert.True(order.IndexOf("small") <= 1, string.Join(' ', order));

        async Task RunAsync(string account)
        {
            using (await turns.EnterAsync(account, Token))
                order.Add(account);
        }
    }

    [Fact]
    public async Task As_many_run_at_once_as_there_are_turns_and_the_next_when_one_ends()
    {
        var turns = Turns(new QueryLimits { ConcurrencyMax = 2 });
        var first = await turns.EnterAsync("a", Token);
        await turns.EnterAsync("a", Token);
        var third = turns.EnterAsync("a", Token);
        Assert.Equal((false, 1), (third.IsCompleted, turns.Waiting));

        first.Dispose();
        first.Dispose();

        await third;
        Assert.Equal(0, turns.Waiting);
        Assert.False(turns.EnterAsync("a", Token).IsCompleted);
    }

    [Fact]
    public async Task One_more_than_may_wait_is_told_when_to_come_again()
    {
        var turns = Turns(new QueryLimits { ConcurrencyMax = 1, WaitingMax = 2, AccountShareMax = 1 });
        await turns.EnterAsync("a", Token);
        _ = turns.EnterAsync("a", Token);
        _ = turns.EnterAsync("b", Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => turns.EnterAsync("c", Token));

        Assert.Equal((FaultKind.Busy, "query_busy", true, 2), (fault.Kind, fault.Detail?.Code, fault.RetryAfter > TimeSpan.Zero, turns.Waiting));
    }

    [Fact]
    public async Task One_account_leaves_places_in_the_line_for_others()
    {
        var turns = Turns(new QueryLimits { ConcurrencyMax = 1, WaitingMax = 4, AccountShareMax = 0.5 });
        await turns.EnterAsync("flood", Token);
        _ = turns.EnterAsync("flood", Token);
        _ = turns.EnterAsync("flood", Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => turns.EnterAsync("flood", Token));
        _ = turns.EnterAsync("small", Token);

        Assert.Equal((FaultKind.Busy, 3), (fault.Kind, turns.Waiting));
    }

    [Fact]
    public async Task An_account_can_wait_wherever_anyone_can()
    {
        var turns = Turns(new QueryLimits { ConcurrencyMax = 1, WaitingMax = 1, AccountShareMax = 0.1 });
        await turns.EnterAsync("a", Token);

        Assert.False(turns.EnterAsync("a", Token).IsCompleted);
    }

    [Fact]
    public async Task Who_has_waited_long_enough_is_told_to_come_again_and_waits_no_more()
    {
        var limits = new QueryLimits { ConcurrencyMax = 1 };
        var turns = Turns(limits);
        var held = await turns.EnterAsync("a", Token);
        var waiting = turns.EnterAsync("b", Token);

        _clock.Advance(limits.WaitMax - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));

        var fault = await Assert.ThrowsAsync<VarveException>(() => waiting);
        Assert.Equal((FaultKind.Busy, 0), (fault.Kind, turns.Waiting));
        held.Dispose();
        Assert.True(turns.EnterAsync("b", Token).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_leaves_the_line_takes_no_turn()
    {
        var turns = Turns(new QueryLimits { ConcurrencyMax = 1 });
        var held = await turns.EnterAsync("a", Token);
        using var caller = new CancellationTokenSource();
        var leaving = turns.EnterAsync("b", caller.Token);
        var staying = turns.EnterAsync("b", Token);

        await caller.CancelAsync();
        held.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await staying;
        Assert.Equal(0, turns.Waiting);
    }

    [Fact]
    public async Task Whatever_comes_and_goes_no_turn_is_lost()
    {
        var turns = Turns(new QueryLimits { ConcurrencyMax = 3, WaitingMax = 1_000, AccountShareMax = 1 });
        var (running, most, done) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 300).Select(number => Task.Run(async () =>
        {
            using var caller = new CancellationTokenSource();
            var entering = turns.EnterAsync($"account {number % 7}", caller.Token);
            if (number % 3 == 0)
                await caller.CancelAsync();
            try
            {
                using (await entering)
                {
                    var now = Interlocked.Increment(ref running);
                    lock (turns)
                        most = Math.Max(most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                }
            }
            catch (OperationCanceledException)
            {
                // Every third may give up.
            }

            Interlocked.Increment(ref done);
        })));

        Assert.Equal((300, 0, 0), (done, running, turns.Waiting));
        Assert.InRange(most, 1, 3);
        for (var turn = 0; turn < 3; turn++)
            Assert.True(turns.EnterAsync("a", Token).IsCompletedSuccessfully);
    }

    QueryTurns Turns(QueryLimits limits) => new(LaneSettings.Light(limits), _clock);
}
