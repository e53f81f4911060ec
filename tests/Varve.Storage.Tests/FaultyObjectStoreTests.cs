using Varve.TestKit;

namespace Varve.Storage.Tests;

public sealed class FaultyObjectStoreTests
{
    readonly MemoryObjectStore _inner = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreFault.FailBefore, null, false)]
    [InlineData(StoreFault.FailAfter, null, true)]
    [InlineData(StoreFault.LoseAnswer, PutOutcome.Unknown, true)]
    [InlineData(StoreFault.LoseRequest, PutOutcome.Unknown, false)]
    [InlineData(StoreFault.LandLate, PutOutcome.Unknown, false)]
    [InlineData(StoreFault.None, PutOutcome.Created, true)]
    public async Task A_put_goes_wrong_as_planned(StoreFault fault, PutOutcome? answer, bool written)
    {
        var store = new FaultyObjectStore(_inner, _ => fault);

        PutOutcome? outcome = null;
        if (answer is null)
            Assert.Equal(FaultKind.Unavailable, (await Assert.ThrowsAsync<VarveException>(PutAsync)).Kind);
        else
            outcome = await PutAsync();

        Assert.Equal(answer, outcome);
        Assert.Equal(written, await _inner.ReadAsync("a", Token) is not null);
        Assert.Equal([new StoreCall(StoreOperation.PutIfAbsent, "a", 1)], store.Calls);

        Task<PutOutcome> PutAsync() => store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);
    }

    [Fact]
    public async Task A_late_put_lands_after_the_next_read()
    {
        var store = new FaultyObjectStore(_inner, call => call.Number == 1 ? StoreFault.LandLate : StoreFault.None);
        await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token);

        Assert.Null(await store.ReadAsync("a", Token));
        Assert.Equal([1], await store.ReadAsync("a", Token));
    }

    [Fact]
    public async Task A_seed_gives_the_same_faults_again()
    {
        var first = await OutcomesAsync(seed: 5);

        Assert.Equal(first, await OutcomesAsync(seed: 5));
        Assert.NotEqual(first, await OutcomesAsync(seed: 6));
    }

    static async Task<List<string>> OutcomesAsync(int seed)
    {
        var store = FaultyObjectStore.Seeded(new MemoryObjectStore(), seed, probability: 0.5);
        var outcomes = new List<string>();
        for (var index = 0; index < 50; index++)
            try
            {
                outcomes.Add((await store.PutIfAbsentAsync($"{index}", new byte[] { 1 }, Token)).ToString());
            }
            catch (VarveException fault)
            {
                outcomes.Add(fault.Kind.ToString());
            }

        return outcomes;
    }
}
