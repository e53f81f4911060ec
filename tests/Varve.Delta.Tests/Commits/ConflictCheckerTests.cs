using Varve.Delta.Commits;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

/// <summary>What the vectors, which have one winner each, do not tell.</summary>
public sealed class ConflictCheckerTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_that_were_read_are_followed_into_the_files_to_which_they_are_moved()
    {
        var (table, transaction) = await BeginAsync();
        await RearrangeAsync(table, "a", "moved");
        await RearrangeAsync(table, "moved", "moved again");
        await table.CommitAsync(TestTable.Delete("moved again"), Token);

        var conflict = Assert.IsType<CommitOutcome.Conflicted>(await transaction.CommitAsync(Token));

        Assert.Equal((4, ConflictKind.ConcurrentDeleteRead), (conflict.Version, conflict.Kind));
    }

    [Fact]
    public async Task Rows_that_only_moved_and_the_delete_of_others_do_not_matter()
    {
        var (table, transaction) = await BeginAsync();
        await RearrangeAsync(table, "a", "moved");
        await table.CommitAsync(TestTable.Delete("b"), Token);

        Assert.Equal(new CommitOutcome.Committed(4), await transaction.CommitAsync(Token));
    }

    [Fact]
    public async Task The_first_winner_that_conflicts_is_named()
    {
        var (table, transaction) = await BeginAsync();
        await table.CommitAsync(TestTable.Delete("b"), Token);
        await table.CommitAsync(TestTable.Delete("a"), Token);
        await table.SetPropertiesAsync(new Dictionary<string, string> { ["x"] = "y" }, [], Token);

        var conflict = Assert.IsType<CommitOutcome.Conflicted>(await transaction.CommitAsync(Token));

        Assert.Equal((3, ConflictKind.ConcurrentDeleteRead), (conflict.Version, conflict.Kind));
        Assert.Contains("file a,", conflict.Reason, StringComparison.Ordinal);
    }

    /// <summary>A transaction on the files a and b that read a.</summary>
    async Task<(DeltaTable Table, OptimisticTransaction Transaction)> BeginAsync()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        await table.CommitAsync(TestTable.Append("a", "b"), Token);
        var transaction = table.Begin("WRITE");
        transaction.ReadFile("a");
        transaction.Add(TestTable.Add("new"));
        return (table, transaction);
    }

    static Task<CommitOutcome> RearrangeAsync(DeltaTable table, string from, string to) => table.CommitAsync(
        new Commit
        {
            Operation = "OPTIMIZE",
            Adds = [TestTable.Add(to) with { DataChange = false }],
            Removes = [.. TestTable.Delete(from).Removes.Select(remove => remove with { DataChange = false })],
        },
        Token);
}
