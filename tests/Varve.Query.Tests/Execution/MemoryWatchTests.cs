using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Varve.Query.Execution;
using Varve.Storage;

namespace Varve.Query.Tests.Execution;

public sealed class MemoryWatchTests : IDisposable
{
    static readonly QueryLimits Limits = new() { EngineMemoryBytes = 512 << 20, ConcurrencyMax = 4, HeavyConcurrencyMax = 4, ResidentBytesMax = 1_000 };

    readonly FakeTimeProvider _clock = new();
    readonly PastTheGate _gate;
    readonly MemoryWatch _watch;
    long _resident = Limits.ResidentBytesMax;

    public MemoryWatchTests()
    {
        _gate = new PastTheGate(Limits, _clock);
        _watch = new MemoryWatch(_gate.Running, Limits, _clock, () => Volatile.Read(ref _resident), NullLogger.Instance);
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _watch.Dispose();
        _gate.Dispose();
    }

    [Fact]
    public async Task At_the_limit_all_go_on_and_one_byte_past_it_a_query_is_stopped()
    {
        await using var run = await StartAsync(_gate.Light);
        Look(1);
        Assert.Equal(QueryState.Running, run.State);

        _resident++;
        Look(1);

        var fault = await Assert.ThrowsAsync<VarveException>(() => PastTheGate.RowsAsync(run, Token));
        Assert.Equal((FaultKind.LimitExceeded, "out_of_memory"), (fault.Kind, fault.Detail?.Code));
        Assert.Contains("memory", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_newest_heavy_one_is_stopped_and_those_beside_it_go_on()
    {
        await using var oldHeavy = await StartAsync(_gate.Heavy);
        await using var newHeavy = await StartAsync(_gate.Heavy);
        await using var newestLight = await StartAsync(_gate.Light);

        _resident++;
        Look(1);

        await Assert.ThrowsAsync<VarveException>(() => PastTheGate.RowsAsync(newHeavy, Token));
        Assert.Equal((QueryState.Running, QueryState.Running), (oldHeavy.State, newestLight.State));
    }

    [Fact]
    public async Task The_next_is_stopped_only_when_the_memory_stays_gone_for_a_second()
    {
        await using var first = await StartAsync(_gate.Heavy);
        await using var second = await StartAsync(_gate.Heavy);
        _resident++;
        Look(1);
        await Assert.ThrowsAsync<VarveException>(() => PastTheGate.RowsAsync(second, Token));

        Look(10);
        Assert.Equal(QueryState.Running, first.State);
        Look(1);

        await Assert.ThrowsAsync<VarveException>(() => PastTheGate.RowsAsync(first, Token));
    }

    [Fact]
    public async Task Memory_that_came_back_is_enough()
    {
        await using var first = await StartAsync(_gate.Heavy);
        await using var second = await StartAsync(_gate.Heavy);
        _resident++;
        Look(1);
        await Assert.ThrowsAsync<VarveException>(() => PastTheGate.RowsAsync(second, Token));
        _resident--;

        Look(100);

        Assert.Equal(QueryState.Running, first.State);
    }

    [Fact]
    public async Task It_looks_at_nothing_while_no_query_runs()
    {
        var looks = 0;
        using var watch = new MemoryWatch(_gate.Running, Limits, _clock, () => ++looks, NullLogger.Instance);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, looks);

        await (await StartAsync(_gate.Light)).DisposeAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.InRange(looks, 1, 2);
    }

    void Look(int times)
    {
        for (var look = 0; look < times; look++)
            _clock.Advance(Limits.MemoryLookEvery);
    }

    Task<QueryRun> StartAsync(EngineLane lane)
    {
        // Each is a little newer than the one before.
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        return _gate.StartAsync(PastTheGate.EndlessRows, lane, duration: null, Token);
    }
}
