using System.Text.Json;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Log;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

public sealed class GroupCommitTests
{
    readonly MemoryObjectStore _store = new();
    readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Holds the first commit before its put, so that others gather behind it.</summary>
    DeltaOptions Gated => TestTable.Impatient with
    {
        Observer = (phase, version) => phase == TransactionPhase.BeforePut && version == 1 ? _gate.Task : Task.CompletedTask,
    };

    [Fact]
    public async Task Appends_that_wait_are_made_as_one_version_with_the_sum_of_their_numbers()
    {
        var table = await OpenAsync(_store);

        var outcomes = await MakeAsync(
            table,
            TestTable.Append("a"),
            TestTable.Append("b") with { Metrics = new Dictionary<string, long> { ["numOutputRows"] = 5 }, Transaction = Progress("x", 1) },
            TestTable.Append("c") with { Metrics = new Dictionary<string, long> { ["numOutputRows"] = 7 }, Transactions = [Progress("y", 1), Progress("z", 1)] },
            TestTable.Append("d"));

        Assert.Equal([new CommitOutcome.Committed(1), new CommitOutcome.Committed(2), new CommitOutcome.Committed(2), new CommitOutcome.Committed(2)], outcomes);
        var lines = await LinesAsync(2);
        Assert.Equal(["b", "c", "d"], lines.Select(line => line.Add?.Path).OfType<string>());
        Assert.Equal(["x", "y", "z"], lines.Select(line => line.Txn?.AppId).OfType<string>());
        Assert.True(lines[0].CommitInfo!.IsBlindAppend);
        var metrics = lines[0].CommitInfo!.OperationMetrics!.Value;
        Assert.Equal(("12", "3", "300"), (Text(metrics, "numOutputRows"), Text(metrics, "numFiles"), Text(metrics, "numOutputBytes")));
        Assert.Equal(2, table.Latest.Version);
        Assert.Equal(State.Of((await TestTable.OpenAsync(_store, Token)).Latest), State.Of(table.Latest));
    }

    [Fact]
    public async Task Without_grouping_each_append_is_its_own_version()
    {
        var table = await TestTable.OpenAsync(_store, Token, Gated with { GroupCommit = false });

        var outcomes = await MakeAsync(table, TestTable.Append("a"), TestTable.Append("b"), TestTable.Append("c"));

        Assert.Equal([1L, 2L, 3L], outcomes.Cast<CommitOutcome.Committed>().Select(outcome => outcome.Version).Order());
    }

    [Fact]
    public async Task A_commit_that_is_refused_takes_no_other_down()
    {
        var table = await OpenAsync(_store);
        var first = table.CommitAsync(TestTable.Append("a"), Token);
        var twice = table.CommitAsync(TestTable.Append("b", "b"), Token);
        var partitioned = table.CommitAsync(
            new Commit { Operation = "WRITE", Adds = [TestTable.Add("c") with { PartitionValues = new Dictionary<string, string?> { ["p"] = "1" } }] }, Token);
        var good = table.CommitAsync(TestTable.Append("d"), Token);

        _gate.SetResult();

        Assert.Equal(new CommitOutcome.Committed(1), await first);
        Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => twice)).Kind);
        Assert.IsType<CommitOutcome.Conflicted>(await partitioned);
        Assert.Equal(new CommitOutcome.Committed(2), await good);
        Assert.Equal(["a", "d"], table.Latest.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Batches_of_one_application_are_made_in_their_order_and_once()
    {
        var table = await OpenAsync(_store);

        var outcomes = await MakeAsync(
            table,
            TestTable.Append("a"),
            TestTable.Append("b") with { Transaction = Progress("x", 1) },
            TestTable.Append("b again") with { Transaction = Progress("x", 1) },
            TestTable.Append("c") with { Transaction = Progress("x", 2) },
            TestTable.Append("d"));

        Assert.Equal(
            [new CommitOutcome.Committed(1), new CommitOutcome.Committed(2), new CommitOutcome.AlreadyCommitted(2), new CommitOutcome.Committed(3), new CommitOutcome.Committed(2)],
            outcomes);
        Assert.Equal(["a", "b", "c", "d"], table.Latest.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_later_batch_does_not_overtake_an_earlier_one_that_has_to_wait()
    {
        var table = await OpenAsync(_store);

        var outcomes = await MakeAsync(
            table,
            TestTable.Append("a"),
            TestTable.Append("b"),
            TestTable.Append("c") with { Transaction = Progress("x", 1), UserMetadata = "another" },
            TestTable.Append("d") with { Transaction = Progress("x", 2) });

        Assert.All(outcomes, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Equal(["a", "b", "c", "d"], table.Latest.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("another", (await LinesAsync(3))[0].CommitInfo!.UserMetadata);
    }

    [Theory]
    [InlineData(3, 1L << 20, "2 2 2 3 3")]
    [InlineData(2, 1L << 20, "2 2 3 3 4")]
    [InlineData(1, 1L << 20, "2 3 4 5 6")]
    [InlineData(100, 2 * 257, "2 2 3 3 4")]
    [InlineData(100, (2 * 257) - 1, "2 3 4 5 6")]
    public async Task A_group_has_bounds(int actions, long bytes, string versions)
    {
        var table = await TestTable.OpenAsync(_store, Token, Gated with { GroupCommitActionsMax = actions, GroupCommitBytesMax = bytes });

        var outcomes = await MakeAsync(table, [.. "abcdef".Select(name => TestTable.Append($"{name}"))]);

        Assert.Equal(versions, string.Join(' ', outcomes.Skip(1).Cast<CommitOutcome.Committed>().Select(outcome => outcome.Version)));
    }

    [Fact]
    public async Task A_caller_that_is_cancelled_while_it_waits_commits_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var table = await OpenAsync(_store);
        var first = table.CommitAsync(TestTable.Append("a"), Token);
        var cancelled = table.CommitAsync(TestTable.Append("b"), cancellation.Token);
        var last = table.CommitAsync(TestTable.Append("c"), Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _gate.SetResult();
        Assert.Equal([new CommitOutcome.Committed(1), new CommitOutcome.Committed(2)], await Task.WhenAll(first, last));
        Assert.Equal(["a", "c"], table.Latest.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_caller_that_is_cancelled_during_the_put_stops_nobody_and_learns_what_is_in_the_log()
    {
        using var cancellation = new CancellationTokenSource();
        var store = new FaultyObjectStore(_store, call =>
        {
            if (call.Operation == StoreOperation.PutIfAbsent && call.Path == TestTable.CommitPath(2))
                cancellation.Cancel();
            return StoreFault.None;
        });
        var table = await OpenAsync(store);
        var first = table.CommitAsync(TestTable.Append("a"), Token);
        var cancelled = table.CommitAsync(TestTable.Append("b"), cancellation.Token);
        var last = table.CommitAsync(TestTable.Append("c"), Token);

        _gate.SetResult();

        Assert.Equal([new CommitOutcome.Committed(1), new CommitOutcome.Committed(2), new CommitOutcome.Committed(2)], await Task.WhenAll(first, cancelled, last));
        Assert.True(cancellation.IsCancellationRequested);
    }

    [Theory]
    [InlineData(StoreFault.CancelBefore, false)]
    [InlineData(StoreFault.CancelAfter, true)]
    public async Task A_put_that_nobody_wants_any_more_is_cancelled_and_reported_as_it_is_in_the_log(StoreFault fault, bool landed)
    {
        using var cancellation = new CancellationTokenSource();
        var store = new FaultyObjectStore(_store, call =>
        {
            if (call.Operation != StoreOperation.PutIfAbsent || call.Path != TestTable.CommitPath(2))
                return StoreFault.None;
            cancellation.Cancel();
            return fault;
        });
        var table = await OpenAsync(store);
        var first = table.CommitAsync(TestTable.Append("a"), Token);
        Task<CommitOutcome>[] unwanted = [table.CommitAsync(TestTable.Append("b"), cancellation.Token), table.CommitAsync(TestTable.Append("c"), cancellation.Token)];

        _gate.SetResult();

        await first;
        foreach (var commit in unwanted)
            if (landed)
                Assert.Equal(new CommitOutcome.Committed(2), await commit);
            else
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => commit);
        Assert.Equal(landed, await _store.ReadAsync(TestTable.CommitPath(2), Token) is not null);
    }

    [Theory]
    [InlineData(StoreFault.LoseAnswer)]
    [InlineData(StoreFault.LoseRequest)]
    [InlineData(StoreFault.LandLate)]
    [InlineData(StoreFault.FailAfter)]
    public async Task A_group_whose_answer_was_lost_is_there_once(StoreFault fault)
    {
        var failed = false;
        var store = new FaultyObjectStore(_store, call =>
        {
            if (failed || call.Operation != StoreOperation.PutIfAbsent || call.Path != TestTable.CommitPath(2))
                return StoreFault.None;
            failed = true;
            return fault;
        });
        var table = await OpenAsync(store);

        var outcomes = await MakeAsync(table, TestTable.Append("a"), TestTable.Append("b"), TestTable.Append("c"));

        Assert.Equal([new CommitOutcome.Committed(1), new CommitOutcome.Committed(2), new CommitOutcome.Committed(2)], outcomes);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(3), Token));
        Assert.Equal(3, (await TestTable.OpenAsync(_store, Token)).Latest.Files.Count);
    }

    [Fact]
    public async Task A_put_that_failed_fails_its_group_and_the_next_commit_is_made()
    {
        var failed = false;
        var store = new FaultyObjectStore(_store, call =>
        {
            if (failed || call.Operation != StoreOperation.PutIfAbsent || call.Path != TestTable.CommitPath(2))
                return StoreFault.None;
            failed = true;
            return StoreFault.FailBefore;
        });
        var table = await OpenAsync(store);
        var first = table.CommitAsync(TestTable.Append("a"), Token);
        Task<CommitOutcome>[] failing = [table.CommitAsync(TestTable.Append("b"), Token), table.CommitAsync(TestTable.Append("c"), Token)];

        _gate.SetResult();

        await first;
        foreach (var commit in failing)
            Assert.Equal(FaultKind.Unavailable, (await Assert.ThrowsAsync<VarveException>(() => commit)).Kind);
        Assert.Equal(new CommitOutcome.Committed(2), await table.CommitAsync(TestTable.Append("d"), Token));
    }

    [Fact]
    public async Task A_batch_that_another_process_stored_meanwhile_leaves_its_group_and_the_rest_is_made()
    {
        var table = await OpenAsync(_store);
        var first = table.CommitAsync(TestTable.Append("a"), Token);
        var stored = table.CommitAsync(TestTable.Append("b") with { Transaction = Progress("x", 1) }, Token);
        var last = table.CommitAsync(TestTable.Append("c"), Token);
        await (await TestTable.OpenAsync(_store, Token)).CommitAsync(TestTable.Append("theirs") with { Transaction = Progress("x", 1) }, Token);

        _gate.SetResult();

        Assert.Equal([new CommitOutcome.Committed(2), new CommitOutcome.AlreadyCommitted(2), new CommitOutcome.Committed(3)], await Task.WhenAll(first, stored, last));
        Assert.Equal(["a", "c", "theirs"], table.Latest.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Appends_stand_when_columns_were_added_and_fall_when_one_was_changed()
    {
        var table = await OpenAsync(_store);
        var other = await TestTable.OpenAsync(_store, Token);
        var first = table.CommitAsync(TestTable.Append("a"), Token);
        await other.AddColumnsAsync([new DeltaField("y", DeltaType.String)], Token);
        _gate.SetResult();
        Assert.Equal(new CommitOutcome.Committed(2), await first);
        var changed = table.Latest.Metadata with { SchemaString = table.Latest.Metadata.SchemaString.Replace("\"long\"", "\"string\"", StringComparison.Ordinal) };
        await _store.PutAsync(TestTable.CommitPath(3), ActionJson.Write([new() { MetaData = changed }]), Token);

        var conflict = Assert.IsType<CommitOutcome.Conflicted>(await table.CommitAsync(TestTable.Append("b"), Token));

        Assert.Equal((3, ConflictKind.MetadataChanged), (conflict.Version, conflict.Kind));
        Assert.Contains("column x", conflict.Reason, StringComparison.Ordinal);
        Assert.Equal(new CommitOutcome.Committed(4), await table.CommitAsync(TestTable.Append("of the new schema"), Token));
    }

    [Fact]
    public async Task Through_many_tasks_and_another_process_each_file_is_there_once_in_the_version_that_was_told()
    {
        var options = new DeltaOptions { BackoffMax = TimeSpan.FromMilliseconds(1), CommitDeadline = TimeSpan.FromMinutes(5) };
        DeltaTable[] tables = [await TestTable.OpenAsync(_store, Token, options), await TestTable.OpenAsync(_store, Token, options)];

        var told = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(
            async () => (File: $"f{number}", Assert.IsType<CommitOutcome.Committed>(await tables[number % 2].CommitAsync(TestTable.Append($"f{number}"), Token)).Version), Token)));

        var newest = await tables[0].RefreshAsync(Token);
        var stored = new List<(string, long)>();
        for (var version = 1L; version <= newest.Version; version++)
            stored.AddRange((await LinesAsync(version)).Select(line => line.Add?.Path).OfType<string>().Select(path => (path, version)));
        Assert.Equal(told.Order(), stored.Order());
        Assert.Equal(200, newest.Files.Count);
    }

    Task<DeltaTable> OpenAsync(IObjectStore store) => TestTable.OpenAsync(store, Token, Gated);

    /// <summary>Asks for all commits, the first of which is held until all are asked for.</summary>
    async Task<CommitOutcome[]> MakeAsync(DeltaTable table, params Commit[] commits)
    {
        List<Task<CommitOutcome>> tasks = [.. commits.Select(commit => table.CommitAsync(commit, Token))];
        _gate.SetResult();
        return await Task.WhenAll(tasks);
    }

    async Task<List<LogLine>> LinesAsync(long version) => (await new SnapshotLoader(_store, "t").ReadCommitAsync(version, Token))!;

    static AppTransaction Progress(string appId, long version) => new() { AppId = appId, Version = version };

    static string? Text(JsonElement metrics, string name) => metrics.GetProperty(name).GetString();
}
