using Microsoft.Extensions.Time.Testing;
using Varve.Ingest.Flow;
using Varve.Storage;

namespace Varve.Ingest.Tests.Flow;

public sealed class MemoryBudgetTests
{
    const long Min = MemoryBudget.BatchBytesMin;
    readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task As_many_batches_are_in_as_there_is_room_for_and_the_next_is_let_in_when_one_leaves()
    {
        var budget = Budget(new IngestLimits { MemoryBytesMax = 2 * Min, AccountShareMax = 1 });
        var first = await EnterAsync(budget, "a");
        await EnterAsync(budget, "a");
        var third = EnterAsync(budget, "a");
        Assert.False(third.IsCompleted);

        first.Dispose();
        await third;

        Assert.Equal((2 * Min, 0), (budget.Held, budget.Waiting));
    }

    [Fact]
    public async Task One_more_than_may_wait_is_told_when_to_come_again()
    {
        var budget = Budget(new IngestLimits { MemoryBytesMax = Min, AccountShareMax = 1, WaitingMax = 2 });
        await EnterAsync(budget, "a");
        _ = EnterAsync(budget, "a");
        _ = EnterAsync(budget, "b");

        var fault = await Assert.ThrowsAsync<VarveException>(() => EnterAsync(budget, "c"));

        Assert.Equal((FaultKind.Busy, true), (fault.Kind, fault.RetryAfter > TimeSpan.Zero));
    }

    [Fact]
    public async Task Who_has_waited_long_enough_is_told_to_come_again_and_waits_no_more()
    {
        var limits = new IngestLimits { MemoryBytesMax = Min, AccountShareMax = 1 };
        var budget = Budget(limits);
        var held = await EnterAsync(budget, "a");
        var waiting = EnterAsync(budget, "b");

        _clock.Advance(limits.WaitMax);

        var fault = await Assert.ThrowsAsync<VarveException>(() => waiting);
        Assert.Equal((FaultKind.Busy, 0), (fault.Kind, budget.Waiting));
        held.Dispose();
        Assert.Equal(0, budget.Held);
    }

    [Fact]
    public async Task An_account_holds_its_share_at_most_and_leaves_room_for_another()
    {
        var budget = Budget(new IngestLimits { MemoryBytesMax = 4 * Min, AccountShareMax = 0.75 });
        for (var batch = 0; batch < 3; batch++)
            await EnterAsync(budget, "flood");
        var more = EnterAsync(budget, "flood");

        var other = EnterAsync(budget, "small");

        Assert.Equal((false, true), (more.IsCompleted, other.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task A_batch_that_grows_is_told_when_there_is_no_room_and_what_it_holds_is_counted_all_the_same()
    {
        var budget = Budget(new IngestLimits { MemoryBytesMax = 3 * Min, AccountShareMax = 1 });
        var lease = await EnterAsync(budget, "a");

        var answers = new[] { lease.Hold(2 * Min), lease.Hold((2 * Min) + 1), lease.Hold(0) };

        Assert.Equal([true, false, true], answers);
        Assert.Equal(Min, budget.Held);
        lease.Dispose();
        lease.Dispose();
        Assert.Equal(0, budget.Held);
    }

    [Fact]
    public async Task Who_stops_waiting_leaves_the_line()
    {
        var budget = Budget(new IngestLimits { MemoryBytesMax = Min, AccountShareMax = 1 });
        await EnterAsync(budget, "a");
        using var stop = new CancellationTokenSource();
        var waiting = budget.EnterAsync("b", stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, budget.Waiting);
    }

    MemoryBudget Budget(IngestLimits limits) => new(limits, _clock);

    static Task<MemoryLease> EnterAsync(MemoryBudget budget, string account) => budget.EnterAsync(account, TestContext.Current.CancellationToken);
}
