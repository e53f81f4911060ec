using Varve.Storage;

namespace Varve.Query.Tests.Execution;

/// <summary>A query in the middle of one call of one function: the engine does not look for interrupts there. It ends by itself after some seconds.</summary>
public sealed class StuckQueryTests
{
    const string Stuck = "SELECT levenshtein(repeat('a', 40000), repeat('b', 40000) || a::VARCHAR) FROM range(1) AS t(a)";

    static readonly QueryLimits Limits = new()
    {
        EngineMemoryBytes = 512 << 20,
        ConcurrencyMax = 2,
        Duration = TimeSpan.FromMilliseconds(50),
        StopGrace = TimeSpan.FromMilliseconds(50),
    };

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_given_up_and_others_go_on_beside_it_and_after_it()
    {
        using var gate = new PastTheGate(Limits);
        await using var beside = await gate.StartAsync(PastTheGate.EndlessRows, gate.Light, TimeSpan.FromHours(1), Token);

        var fault = await GiveUpAsync(gate);

        Assert.Equal((FaultKind.LimitExceeded, "timeout", 1), (fault.Kind, fault.Detail?.Code, gate.Light.GivenUp));
        await using var after = await gate.StartAsync(PastTheGate.EndlessRows, gate.Light, TimeSpan.FromHours(1), Token);
        Assert.True(await HasRowsAsync(beside) && await HasRowsAsync(after));
        Assert.Equal(1, gate.Light.GivenUp);
        while (gate.Light.GivenUp > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
    }

    [Fact]
    public async Task Its_caller_does_not_wait_for_it()
    {
        using var gate = new PastTheGate(Limits with { Duration = TimeSpan.FromHours(1) });
        QueryRun run;
        do
        {
            run = await gate.BeginAsync(Stuck, gate.Light, duration: null, Token);
            // One that is stopped before the engine has begun just ends.
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
            await run.DisposeAsync();
        }
        while (gate.Light.GivenUp == 0);

        Assert.Equal((QueryState.Ended, 1, true), (run.State, gate.Light.GivenUp, gate.Running.IsEmpty));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public async Task With_too_many_of_them_a_lane_takes_no_more(int max, bool isRefused)
    {
        using var gate = new PastTheGate(Limits with { GivenUpMax = max });
        await GiveUpAsync(gate);

        var fault = await Record.ExceptionAsync(async () =>
            await (await gate.StartAsync("SELECT 1::BIGINT", gate.Light, TimeSpan.FromHours(1), Token)).DisposeAsync());

        Assert.Equal(isRefused ? ((FaultKind?)FaultKind.Unavailable, (string?)"engine_stuck") : (null, null), ((fault as VarveException)?.Kind, (fault as VarveException)?.Detail?.Code));
    }

    /// <summary>Asks until one is in the middle of that call when it is stopped: on a busy machine its time may be over before it has begun.</summary>
    static async Task<VarveException> GiveUpAsync(PastTheGate gate)
    {
        while (true)
        {
            var fault = await Assert.ThrowsAsync<VarveException>(() => gate.StartAsync(Stuck, Token));
            if (gate.Light.GivenUp > 0)
                return fault;
        }
    }

    static async Task<bool> HasRowsAsync(QueryRun run)
    {
        await foreach (var block in run.ReadAsync(Token))
            return block.Count > 0;
        return false;
    }
}
