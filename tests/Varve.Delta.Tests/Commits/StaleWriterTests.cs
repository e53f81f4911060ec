using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Commits;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

/// <summary>Writers that slept while the log behind them was cleaned up: the next version that they know of must not be made twice.</summary>
public sealed class StaleWriterTests
{
    static readonly TableDefinition Definition = TestTable.Definition with { Properties = new Dictionary<string, string> { ["delta.checkpointInterval"] = "2" } };

    readonly MemoryObjectStore _store = new();
    readonly FakeTimeProvider _clock = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    DeltaOptions Options => TestTable.Impatient with { Clock = _clock };

    [Fact]
    public async Task A_writer_that_slept_goes_on_from_the_newest_version()
    {
        var table = await OpenAsync(_store);
        await MoveOnAsync(cleanUp: true);

        var outcome = await table.CommitAsync(TestTable.Append("late"), Token);

        Assert.Equal(new CommitOutcome.Committed(4), outcome);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
        Assert.Equal(["1", "2", "3", "late"], table.Latest.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_appender_that_slept_goes_on_from_the_newest_version()
    {
        var table = await TableAppender.OpenOrCreateAsync(_store, "t", Definition, Options, null, Token);
        await MoveOnAsync(cleanUp: true);

        Assert.Equal(new CommitOutcome.Committed(4), await table.CommitAsync(TestTable.Append("late"), Token));
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
    }

    [Fact]
    public async Task A_transaction_that_slept_conflicts_for_what_was_committed_meanwhile_cannot_be_told()
    {
        var table = await OpenAsync(_store);
        var transaction = table.Begin("WRITE");
        transaction.Add(TestTable.Add("late"));
        await MoveOnAsync(cleanUp: true);

        var conflict = Assert.IsType<CommitOutcome.Conflicted>(await transaction.CommitAsync(Token));

        Assert.Equal((3, ConflictKind.LogTruncated), (conflict.Version, conflict.Kind));
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(4), Token));
    }

    [Fact]
    public async Task A_refresh_of_a_table_that_slept_finds_the_newest_version()
    {
        var table = await OpenAsync(_store);
        await MoveOnAsync(cleanUp: true);

        Assert.Equal(3, (await table.RefreshAsync(Token)).Version);
    }

    [Fact]
    public async Task A_refresh_that_cleanup_overtakes_finds_the_newest_version()
    {
        var store = new FaultyObjectStore(_store, call =>
        {
            if (call.Operation == StoreOperation.Read && call.Path == TestTable.CommitPath(2))
            {
                CleanUp();
                _ = _store.DeleteAsync(TestTable.CommitPath(2), CancellationToken.None);
            }

            return StoreFault.None;
        });
        await OpenAsync(_store);
        var table = await OpenAsync(store);
        await MoveOnAsync(cleanUp: false);

        Assert.Equal(3, (await table.RefreshAsync(Token)).Version);
    }

    [Fact]
    public async Task A_writer_that_slept_over_a_log_that_is_whole_catches_up_before_its_one_put()
    {
        var store = new FaultyObjectStore(_store, _ => StoreFault.None);
        var table = await OpenAsync(store);
        await MoveOnAsync(cleanUp: false);
        var before = store.Calls.Count;

        Assert.Equal(new CommitOutcome.Committed(4), await table.CommitAsync(TestTable.Append("late"), Token));

        // Up to its own commit; what is due after it may list.
        var upToCommit = store.Calls.Skip(before).Take(6).ToList();
        Assert.Equal(
            [StoreOperation.Read, StoreOperation.Read, StoreOperation.Read, StoreOperation.Read, StoreOperation.Head, StoreOperation.PutIfAbsent],
            upToCommit.Select(call => call.Operation));
        Assert.Equal(TestTable.CommitPath(4), upToCommit[^1].Path);
    }

    [Fact]
    public async Task A_cleanup_while_the_put_of_a_writer_that_slept_is_on_its_way_takes_nothing_from_it()
    {
        await OpenAsync(_store);
        var table = await OpenAsync(_store, Options with
        {
            Observer = (phase, _) =>
            {
                if (phase == TransactionPhase.BeforePut)
                    CleanUp();
                return Task.CompletedTask;
            },
        });
        await MoveOnAsync(cleanUp: false);

        Assert.Equal(new CommitOutcome.Committed(4), await table.CommitAsync(TestTable.Append("late"), Token));
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
    }

    [Fact]
    public async Task A_writer_whose_state_is_as_old_as_is_allowed_does_not_look()
    {
        var store = new FaultyObjectStore(_store, _ => StoreFault.None);
        var table = await OpenAsync(store);
        var before = store.Calls.Count;
        _clock.Advance(Options.StateAgeMax);

        await table.CommitAsync(TestTable.Append("in time"), Token);
        _clock.Advance(Options.StateAgeMax + TimeSpan.FromMilliseconds(1));
        await table.CommitAsync(TestTable.Append("late"), Token);

        Assert.Equal(
            [StoreOperation.PutIfAbsent, StoreOperation.Read, StoreOperation.Head, StoreOperation.PutIfAbsent],
            store.Calls.Skip(before).Where(call => call.Path.EndsWith(".json", StringComparison.Ordinal)).Select(call => call.Operation));
    }

    [Fact]
    public async Task A_winner_that_is_gone_when_it_is_looked_at_is_not_made_again()
    {
        var store = new FaultyObjectStore(_store, call =>
        {
            if (call.Operation == StoreOperation.Read && call.Path == TestTable.CommitPath(1))
                CleanUp();
            return StoreFault.None;
        });
        var table = await OpenAsync(store);
        await MoveOnAsync(cleanUp: false, TimeSpan.Zero);

        var outcome = await table.CommitAsync(TestTable.Append("late"), Token);

        Assert.Equal(new CommitOutcome.Committed(4), outcome);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
    }

    Task<DeltaTable> OpenAsync(IObjectStore store, DeltaOptions? options = null) =>
        DeltaTable.OpenOrCreateAsync(store, "t", Definition, options ?? Options, null, Token);

    /// <summary>Others make versions 1 to 3, with a checkpoint of 2; the commits before it are cleaned up.</summary>
    async Task MoveOnAsync(bool cleanUp, TimeSpan? time = null)
    {
        var other = await OpenAsync(_store);
        for (var number = 1; number <= 3; number++)
            await other.CommitAsync(TestTable.Append($"{number}"), Token);
        if (cleanUp)
            CleanUp();
        _clock.Advance(time ?? TimeSpan.FromDays(40));
    }

    void CleanUp()
    {
        _ = _store.DeleteAsync(TestTable.CommitPath(0), CancellationToken.None);
        _ = _store.DeleteAsync(TestTable.CommitPath(1), CancellationToken.None);
    }
}
