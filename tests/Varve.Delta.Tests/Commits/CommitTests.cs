using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

public sealed class CommitTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_commit_is_seen_by_its_writer_and_by_others()
    {
        var table = await TestTable.OpenAsync(_store, Token);

        var outcome = await table.CommitAsync(TestTable.Append("a", "b"), Token);

        Assert.Equal(new CommitOutcome.Committed(1), outcome);
        Assert.Equal(["a", "b"], table.Latest.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(State.Of(table.Latest), State.Of((await TestTable.OpenAsync(_store, Token)).Latest));
    }

    [Fact]
    public async Task A_commit_that_lost_its_race_is_made_as_the_next_version()
    {
        var first = await TestTable.OpenAsync(_store, Token);
        var second = await TestTable.OpenAsync(_store, Token);
        await first.CommitAsync(TestTable.Append("a"), Token);
        await first.CommitAsync(TestTable.Append("b"), Token);

        var outcome = await second.CommitAsync(TestTable.Append("c"), Token);

        Assert.Equal(new CommitOutcome.Committed(3), outcome);
        Assert.Equal(["a", "b", "c"], second.Latest.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(0, (await second.HistoryAsync(1, Token))[0].Info!.ReadVersion);
    }

    [Fact]
    public async Task One_app_transaction_is_stored_once()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        var other = await TestTable.OpenAsync(_store, Token);
        var batch = TestTable.Append("a") with { Transaction = new AppTransaction { AppId = "app", Version = 5 } };
        await table.CommitAsync(batch, Token);

        Assert.Equal(new CommitOutcome.AlreadyCommitted(1), await table.CommitAsync(batch with { Adds = [TestTable.Add("again")] }, Token));
        Assert.Equal(new CommitOutcome.AlreadyCommitted(1), await other.CommitAsync(batch with { Adds = [TestTable.Add("again")] }, Token));
        Assert.Equal(new CommitOutcome.AlreadyCommitted(1), await table.CommitAsync(batch with { Transaction = new AppTransaction { AppId = "app", Version = 4 } }, Token));
        Assert.Equal(new CommitOutcome.Committed(2), await table.CommitAsync(batch with { Transaction = new AppTransaction { AppId = "app2", Version = 1 } }, Token));
        Assert.Equal(new CommitOutcome.Committed(3), await table.CommitAsync(batch with { Transaction = new AppTransaction { AppId = "app", Version = 6 } }, Token));
        Assert.DoesNotContain("again", table.Latest.Files.Keys);
        Assert.Equal(6, table.Latest.Transactions["app"].Version);
    }

    [Fact]
    public async Task Removing_a_file_that_is_gone_conflicts_and_writes_nothing()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        var other = await TestTable.OpenAsync(_store, Token);
        await table.CommitAsync(TestTable.Append("a", "b c%20d"), Token);
        await other.RefreshAsync(Token);
        await table.CommitAsync(TestTable.Delete("a"), Token);

        var outcome = await other.CommitAsync(TestTable.Delete("a"), Token);

        var conflict = Assert.IsType<CommitOutcome.Conflicted>(outcome);
        Assert.Equal(2, conflict.Version);
        Assert.Contains("file a ", conflict.Reason, StringComparison.Ordinal);
        Assert.Equal(2, (await table.RefreshAsync(Token)).Version);
        Assert.Equal(new CommitOutcome.Committed(3), await other.CommitAsync(TestTable.Delete("b%20c%20d"), Token));
        Assert.Empty(other.Latest.Files);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p")]
    [InlineData("p,x")]
    [InlineData("p,q,r")]
    public async Task Wrong_partition_columns_are_refused(string columns)
    {
        var schema = new TableSchema([.. TestTable.Definition.Schema.Fields, new DeltaField("p", DeltaType.String), new DeltaField("q", DeltaType.String)]);
        var table = await DeltaTable.OpenOrCreateAsync(_store, "t", new TableDefinition(schema, ["p", "q"]), TestTable.Impatient, null, Token);
        var values = columns.Split(',', StringSplitOptions.RemoveEmptyEntries).ToDictionary(column => column, string? (_) => "1");

        var outcome = await table.CommitAsync(new Commit { Operation = "WRITE", Adds = [TestTable.Add("a") with { PartitionValues = values }] }, Token);

        Assert.Contains("partitioned by p, q", Assert.IsType<CommitOutcome.Conflicted>(outcome).Reason, StringComparison.Ordinal);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
    }

    [Fact]
    public async Task A_commit_that_loses_until_its_deadline_is_unavailable()
    {
        var clock = new FakeTimeProvider();
        var rival = await TestTable.OpenAsync(_store, Token);
        var losing = new FaultyObjectStore(_store, call =>
        {
            if (call.Operation == StoreOperation.PutIfAbsent)
            {
                clock.Advance(TimeSpan.FromSeconds(4));
                _ = rival.CommitAsync(TestTable.Append($"rival {call.Number}"), Token);
            }

            return StoreFault.None;
        });
        var table = await TestTable.OpenAsync(losing, Token, TestTable.Impatient with { Clock = clock, CommitDeadline = TimeSpan.FromSeconds(10) });

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Append("mine"), Token));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("lost against other writers 3 times in 10 s", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mine", (await rival.RefreshAsync(Token)).Files.Keys);
    }

    [Fact]
    public async Task A_failed_checkpoint_does_not_fail_its_commit()
    {
        var definition = TestTable.Definition with { Properties = new Dictionary<string, string> { ["delta.checkpointInterval"] = "2" } };
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var store = new FaultyObjectStore(_store, call =>
        {
            if (call.Path == TestTable.CheckpointPath(4))
                source.Cancel();
            return call.Path == TestTable.CheckpointPath(2) ? StoreFault.FailBefore : StoreFault.None;
        });
        var table = await DeltaTable.OpenOrCreateAsync(store, "t", definition, TestTable.Impatient, null, Token);
        var outcomes = new List<CommitOutcome>();

        for (var number = 1; number <= 4; number++)
            outcomes.Add(await table.CommitAsync(TestTable.Append($"{number}"), source.Token));

        Assert.Equal([new CommitOutcome.Committed(1), new CommitOutcome.Committed(2), new CommitOutcome.Committed(3), new CommitOutcome.Committed(4)], outcomes);
        Assert.Null(await _store.ReadAsync(TestTable.CheckpointPath(2), Token));
        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    public async Task The_history_tells_the_commits_newest_first()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        await table.CommitAsync(TestTable.Append("a"), Token);
        await table.CommitAsync(TestTable.Delete("a"), Token);

        var history = await table.HistoryAsync(10, Token);

        Assert.Equal([(2L, "DELETE", false), (1L, "WRITE", true), (0L, "CREATE TABLE", true)],
            history.Select(commit => (commit.Version, commit.Info!.Operation, commit.Info.IsBlindAppend!.Value)));
        Assert.Equal([2L, 1L], (await table.HistoryAsync(2, Token)).Select(commit => commit.Version));
    }

    [Fact]
    public async Task A_commit_that_names_a_file_twice_is_refused()
    {
        var store = new MemoryObjectStore();
        var table = await TestTable.OpenAsync(store, TestContext.Current.CancellationToken);
        var both = TestTable.Append("a%20b") with { Removes = TestTable.Delete("a b").Removes };

        foreach (var commit in new[] { TestTable.Append("a", "a"), both })
        {
            var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(commit, TestContext.Current.CancellationToken));
            Assert.Equal(FaultKind.Invalid, fault.Kind);
        }

        Assert.Null(await store.ReadAsync(TestTable.CommitPath(1), TestContext.Current.CancellationToken));
    }
}
