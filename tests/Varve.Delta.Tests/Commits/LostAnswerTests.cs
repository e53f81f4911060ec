using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Commits;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

public sealed class LostAnswerTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreFault.LoseAnswer)]
    [InlineData(StoreFault.LoseRequest)]
    [InlineData(StoreFault.LandLate)]
    [InlineData(StoreFault.FailAfter)]
    public async Task A_commit_whose_answer_was_lost_is_there_once(StoreFault fault)
    {
        await TestTable.OpenAsync(_store, Token);
        var table = await TestTable.OpenAsync(FailingOnce(TestTable.CommitPath(1), fault), Token);

        var outcome = await table.CommitAsync(TestTable.Append("a"), Token);

        Assert.Equal(new CommitOutcome.Committed(1), outcome);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(2), Token));
        Assert.Equal(["a"], table.Latest.Files.Keys);
        Assert.Equal(State.Of((await TestTable.OpenAsync(_store, Token)).Latest), State.Of(table.Latest));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_commit_that_is_cancelled_during_its_put_is_reported_as_it_is_in_the_log(bool landed)
    {
        await TestTable.OpenAsync(_store, Token);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var faulty = new FaultyObjectStore(_store, call =>
        {
            if (call.Operation != StoreOperation.PutIfAbsent || call.Path != TestTable.CommitPath(1))
                return StoreFault.None;
            cancellation.Cancel();
            return landed ? StoreFault.CancelAfter : StoreFault.CancelBefore;
        });
        var table = await TestTable.OpenAsync(faulty, Token);

        var commit = () => table.CommitAsync(TestTable.Append("a"), cancellation.Token);

        if (landed)
            Assert.Equal(new CommitOutcome.Committed(1), await commit());
        else
            await Assert.ThrowsAnyAsync<OperationCanceledException>(commit);
        Assert.Equal(landed, await _store.ReadAsync(TestTable.CommitPath(1), Token) is not null);
    }

    [Theory]
    [InlineData(StoreFault.LoseAnswer)]
    [InlineData(StoreFault.LandLate)]
    public async Task A_remove_whose_answer_was_lost_does_not_conflict_with_itself(StoreFault fault)
    {
        await (await TestTable.OpenAsync(_store, Token)).CommitAsync(TestTable.Append("a"), Token);
        var table = await TestTable.OpenAsync(FailingOnce(TestTable.CommitPath(2), fault), Token);

        var outcome = await table.CommitAsync(TestTable.Delete("a"), Token);

        Assert.Equal(new CommitOutcome.Committed(2), outcome);
        Assert.Empty(table.Latest.Files);
    }

    [Fact]
    public async Task A_put_that_failed_and_wrote_nothing_is_the_callers_to_repeat()
    {
        await TestTable.OpenAsync(_store, Token);
        var table = await TestTable.OpenAsync(FailingOnce(TestTable.CommitPath(1), StoreFault.FailBefore), Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Append("a"), Token));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Equal(new CommitOutcome.Committed(1), await table.CommitAsync(TestTable.Append("a"), Token));
    }

    [Theory]
    [InlineData(StoreFault.LoseAnswer)]
    [InlineData(StoreFault.LoseRequest)]
    [InlineData(StoreFault.LandLate)]
    public async Task A_table_whose_first_answer_was_lost_is_made_once(StoreFault fault)
    {
        var table = await TestTable.OpenAsync(FailingOnce(TestTable.CommitPath(0), fault), Token);

        Assert.Equal(0, table.Latest.Version);
        Assert.Equal(table.Latest.Metadata.Id, (await TestTable.OpenAsync(_store, Token)).Latest.Metadata.Id);
    }

    [Fact]
    public async Task A_store_that_never_tells_is_unavailable_at_the_deadline_and_nothing_is_claimed()
    {
        var clock = new FakeTimeProvider();
        var store = new FaultyObjectStore(_store, call =>
        {
            if (call.Operation != StoreOperation.PutIfAbsent)
                return StoreFault.None;
            clock.Advance(TimeSpan.FromSeconds(4));
            return StoreFault.LoseRequest;
        });
        var options = TestTable.Impatient with { Clock = clock, CommitDeadline = TimeSpan.FromSeconds(10) };

        var creating = await Assert.ThrowsAsync<VarveException>(() => TestTable.OpenAsync(store, Token, options));
        await TestTable.OpenAsync(_store, Token);
        var table = await TestTable.OpenAsync(store, Token, options);
        var committing = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Append("a"), Token));

        Assert.All([creating, committing], fault => Assert.Equal(FaultKind.Unavailable, fault.Kind));
        Assert.All([creating, committing], fault => Assert.Contains("does not tell what became of the write", fault.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("Nothing was written", committing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Through_any_faults_what_was_acknowledged_is_there_and_nothing_twice(int seed)
    {
        await TestTable.OpenAsync(_store, Token);

        var acknowledged = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                var table = await TestTable.OpenAsync(
                    FaultyObjectStore.Seeded(_store, (seed * 100) + writer, probability: 0.4), Token, TestTable.Impatient with { BackoffMax = TimeSpan.FromMilliseconds(1) });
                var mine = new List<(string File, long Version)>();
                for (var number = 0; mine.Count < 25; number++)
                    try
                    {
                        // A fault says that nothing was written: the next file has another name, so that one written all the same is found.
                        if (await table.CommitAsync(TestTable.Append($"w{writer}-{number}"), Token) is CommitOutcome.Committed committed)
                            mine.Add(($"w{writer}-{number}", committed.Version));
                    }
                    catch (VarveException fault) when (fault.Kind == FaultKind.Unavailable)
                    {
                        continue;
                    }

                return mine;
            },
            Token)));

        var all = acknowledged.SelectMany(mine => mine).ToList();
        var table = await TestTable.OpenAsync(_store, Token);
        var stored = new List<(string, long)>();
        for (var version = 1L; version <= table.Latest.Version; version++)
            stored.Add((Assert.Single((await Loader().ReadCommitAsync(version, Token))!, line => line.Add is not null).Add!.Path, version));
        Assert.True(all.Order().SequenceEqual(stored.Order()), $"seed {seed}: acknowledged {all.Count}, stored {stored.Count}");
        Assert.Equal(100, all.Count);

        Varve.Delta.Log.SnapshotLoader Loader() => new(_store, "t");
    }

    FaultyObjectStore FailingOnce(string path, StoreFault fault)
    {
        var failed = false;
        return new FaultyObjectStore(_store, call =>
        {
            if (failed || call.Operation != StoreOperation.PutIfAbsent || call.Path != path)
                return StoreFault.None;
            failed = true;
            return fault;
        });
    }
}
