using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

/// <summary>What a commit asks of the store.</summary>
public sealed class CommitRequestsTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_append_that_nobody_contends_is_one_put()
    {
        var (table, store, before) = await OpenAsync();

        await table.CommitAsync(TestTable.Append("a"), Token);
        await table.CommitAsync(TestTable.Append("b"), Token);

        Assert.Equal([Put(1), Put(2)], Calls(store, before));
    }

    [Fact]
    public async Task A_commit_that_lost_reads_each_winner_by_its_number_and_lists_nothing()
    {
        var (table, store, before) = await OpenAsync();
        var other = await TestTable.OpenAsync(_store, Token);
        await other.CommitAsync(TestTable.Append("a"), Token);
        await other.CommitAsync(TestTable.Append("b"), Token);

        await table.CommitAsync(TestTable.Append("c"), Token);

        Assert.Equal([Put(1), Read(1), Read(2), Read(3), Put(3)], Calls(store, before));
    }

    [Fact]
    public async Task A_transaction_that_nobody_contends_is_one_put()
    {
        var (table, store, before) = await OpenAsync();
        var transaction = table.Begin("WRITE");
        transaction.Add(TestTable.Add("a"));
        transaction.SetTransaction("app", 1);

        await transaction.CommitAsync(Token);

        Assert.Equal([Put(1)], Calls(store, before));
    }

    async Task<(DeltaTable Table, FaultyObjectStore Store, int Before)> OpenAsync()
    {
        var store = new FaultyObjectStore(_store, _ => StoreFault.None);
        var table = await TestTable.OpenAsync(store, Token);
        return (table, store, store.Calls.Count);
    }

    static IEnumerable<(StoreOperation, string)> Calls(FaultyObjectStore store, int before) => store.Calls.Skip(before).Select(call => (call.Operation, call.Path));

    static (StoreOperation, string) Put(long version) => (StoreOperation.PutIfAbsent, TestTable.CommitPath(version));

    static (StoreOperation, string) Read(long version) => (StoreOperation.Read, TestTable.CommitPath(version));
}
