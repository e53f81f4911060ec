using Microsoft.Extensions.Time.Testing;
using Varve.TestKit;

namespace Varve.Storage.Tests;

public sealed class RetryingObjectStoreTests
{
    static readonly RetryOptions Options = new()
    {
        Deadline = TimeSpan.FromSeconds(10),
        BackoffMin = TimeSpan.FromSeconds(1),
        BackoffMax = TimeSpan.FromSeconds(4),
    };

    readonly MemoryObjectStore _memory = new();
    readonly FakeTimeProvider _clock = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_fails_at_first_is_done_again()
    {
        var (store, faulty) = Failing(times: 2);

        await RunAsync(store.PutAsync("a", new byte[] { 1 }, Token));

        Assert.Equal([1], await store.ReadAsync("a", Token));
        Assert.Equal(3, faulty.Calls.Count(call => call.Operation == StoreOperation.Put));
    }

    [Fact]
    public async Task Every_operation_but_the_conditional_put_is_done_again()
    {
        await _memory.PutAsync("f/a", new byte[] { 1, 2 }, Token);
        Func<IObjectStore, Task>[] operations =
        [
            store => store.ReadAsync("f/a", Token),
            store => store.ReadRangeAsync("f/a", 0, 1, Token),
            store => store.ReadSuffixAsync("f/a", 1, Token),
            store => store.HeadAsync("f/a", Token),
            store => store.PutAsync("f/a", new byte[] { 1 }, Token),
            store => store.ListFoldersAsync("", Token),
            store => store.DeleteAsync("f/b", Token),
            store => store.DeleteManyAsync(["f/b"], Token),
        ];

        foreach (var operation in operations)
        {
            var (store, faulty) = Failing(times: 1);
            await RunAsync(operation(store));
            Assert.Equal(2, faulty.Calls.Count);
        }
    }

    [Theory]
    [InlineData(StoreFault.FailBefore, false)]
    [InlineData(StoreFault.FailAfter, true)]
    public async Task A_conditional_put_that_fails_is_unknown_and_never_sent_again(StoreFault fault, bool written)
    {
        var faulty = new FaultyObjectStore(_memory, _ => fault);
        var store = new RetryingObjectStore(faulty, Options, _clock, () => 0.5);

        Assert.Equal(PutOutcome.Unknown, await store.PutIfAbsentAsync("a", new byte[] { 1 }, Token));

        Assert.Single(faulty.Calls);
        Assert.Equal(written, await _memory.ReadAsync("a", Token) is not null);
    }

    [Fact]
    public async Task A_fault_that_no_repetition_mends_is_thrown_at_once()
    {
        var store = new RetryingObjectStore(_memory, Options, _clock, () => 0.5);

        var fault = await Assert.ThrowsAsync<VarveException>(() => store.ReadAsync("../a", Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
    }

    [Theory]
    [InlineData(1.0, new[] { 0.0, 1, 3, 7, 10 })]
    [InlineData(0.5, new[] { 0.0, 0.5, 1.5, 3.5, 5.5, 7.5, 9.5, 10 })]
    public async Task Pauses_double_up_to_the_longest_and_end_at_the_deadline(double chance, double[] expected)
    {
        var started = _clock.GetUtcNow();
        var at = new List<double>();
        var faulty = new FaultyObjectStore(_memory, _ =>
        {
            at.Add((_clock.GetUtcNow() - started).TotalSeconds);
            return StoreFault.FailBefore;
        });
        var store = new RetryingObjectStore(faulty, Options, _clock, () => chance);

        var fault = await Assert.ThrowsAsync<VarveException>(() => RunAsync(store.ReadAsync("a", Token)));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Equal(expected, at);
    }

    [Fact]
    public async Task A_pause_ends_when_the_caller_gives_up()
    {
        using var source = new CancellationTokenSource();
        var (store, faulty) = Failing(times: 100);

        var reading = store.ReadAsync("a", source.Token);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Single(faulty.Calls);
    }

    [Fact]
    public async Task A_listing_that_breaks_goes_on_after_the_last_object()
    {
        foreach (var path in (string[])["t/1", "t/2", "t/3"])
            await _memory.PutAsync(path, new byte[] { 1 }, Token);
        var breaking = new BreakingListing(_memory, breaks: 3);
        var store = new RetryingObjectStore(breaking, Options, _clock, () => 0.5);

        var listing = store.ListAsync("t/", null, Token).Select(info => info.Path).ToListAsync(Token).AsTask();
        await RunAsync(listing);

        Assert.Equal(["t/1", "t/2", "t/3"], await listing);
        Assert.Equal([null, "t/1", "t/2", "t/3"], breaking.Starts);
    }

    (RetryingObjectStore Store, FaultyObjectStore Faulty) Failing(int times)
    {
        var faulty = new FaultyObjectStore(_memory, call => call.Number <= times ? StoreFault.FailBefore : StoreFault.None);
        return (new RetryingObjectStore(faulty, Options, _clock, () => 0.5), faulty);
    }

    async Task RunAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }

        await task;
    }
}
