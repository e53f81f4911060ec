using Varve.Ingest.Activity;
using Varve.Ingest.Flow;
using Varve.Storage;

namespace Varve.Ingest.Tests.Activity;

public sealed class MemoryGaugeTests
{
    [Fact]
    public async Task What_is_held_waits_or_is_refused_is_told()
    {
        var gauges = new IngestGauges();
        var limits = new IngestLimits { MemoryBytesMax = MemoryBudget.BatchBytesMin, AccountShareMax = 1, WaitingMax = 1 };
        var budget = new MemoryBudget(limits, TimeProvider.System, gauges);

        var first = await budget.EnterAsync("a", TestContext.Current.CancellationToken);
        var second = budget.EnterAsync("b", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<VarveException>(() => budget.EnterAsync("c", TestContext.Current.CancellationToken));

        Assert.Equal((MemoryBudget.BatchBytesMin, 1, 1), (gauges.BytesHeld, gauges.Waiting, gauges.Refused429));

        first.Dispose();
        using (await second)
            Assert.Equal((MemoryBudget.BatchBytesMin, 0), (gauges.BytesHeld, gauges.Waiting));
        Assert.Equal((0, 0, 1), (gauges.BytesHeld, gauges.Waiting, gauges.Refused429));
    }

    [Fact]
    public async Task Who_stops_waiting_waits_no_longer()
    {
        var gauges = new IngestGauges();
        var budget = new MemoryBudget(new IngestLimits { MemoryBytesMax = MemoryBudget.BatchBytesMin, AccountShareMax = 1 }, TimeProvider.System, gauges);
        using var first = await budget.EnterAsync("a", TestContext.Current.CancellationToken);
        using var leaving = new CancellationTokenSource();
        var second = budget.EnterAsync("b", leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal((0, 0), (gauges.Waiting, gauges.Refused429));
    }
}
