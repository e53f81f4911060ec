using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Commits;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Housekeeping;

public sealed class HousekeeperTests
{
    const string Log = "t/_delta_log/";

    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checksums_compactions_and_checkpoints_come_in_their_turns()
    {
        var table = await OpenAsync(_store, checkpointInterval: 25);

        await AppendAsync(table, 60);

        Assert.Equal(
            [
                Name("{0}.{1}.compacted.json", 1, 10), Name("{0}.crc", 10), Name("{0}.{1}.compacted.json", 11, 20), Name("{0}.crc", 20), Name("{0}.checkpoint.parquet", 25),
                Name("{0}.{1}.compacted.json", 26, 30), Name("{0}.crc", 30), Name("{0}.{1}.compacted.json", 31, 40), Name("{0}.crc", 40),
                Name("{0}.checkpoint.parquet", 50), Name("{0}.crc", 50), Name("{0}.{1}.compacted.json", 51, 60), Name("{0}.crc", 60), "_last_checkpoint",
            ],
            await NamesAsync());
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(3, false)]
    public async Task A_checksum_that_would_name_many_applications_comes_with_checkpoints_only(int most, bool comesAlone)
    {
        var options = TestTable.Impatient with { ChecksumInterval = 2, LogCompactionInterval = 0, ChecksumTransactionsMax = most };
        await OpenAsync(_store, checkpointInterval: 6, options);
        var appender = (await TableAppender.OpenAsync(_store, "t", options, logger: null, Token))!;

        for (var number = 1; number <= 6; number++)
            await appender.CommitAsync(TestTable.Append($"f{number}") with { Transaction = new AppTransaction { AppId = $"a{number}", Version = 1 } }, Token);

        var names = await NamesAsync();
        Assert.Equal(comesAlone, names.Contains(Name("{0}.crc", 4)));
        Assert.Contains(Name("{0}.crc", 6), names);
        var again = (await TableAppender.OpenAsync(_store, "t", options, logger: null, Token))!;
        Assert.Equal(["a1", "a2", "a3", "a4", "a5", "a6"], again.Latest.Transactions.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_checkpoint_of_many_files_waits_until_there_are_versions_enough_to_be_worth_it()
    {
        var table = await OpenAsync(_store, checkpointInterval: 2, TestTable.Impatient with { ChecksumInterval = 0, LogCompactionInterval = 0 });
        await table.CommitAsync(new Commit { Operation = "WRITE", Adds = [.. Enumerable.Range(0, 1_000).Select(number => TestTable.Add($"many{number}", 1))] }, Token);

        await AppendAsync(table, 21);

        // Of 1,000 files one in ten versions; the first comes when it is due, since nothing is known before it.
        Assert.Equal(
            [Name("{0}.checkpoint.parquet", 2), Name("{0}.checkpoint.parquet", 12), Name("{0}.checkpoint.parquet", 22)],
            (await NamesAsync()).Where(name => name.Contains(".checkpoint.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_a_checkpoint_is_due_and_waits_the_commits_before_it_are_compacted()
    {
        var table = await OpenAsync(_store, checkpointInterval: 10, TestTable.Impatient with { ChecksumInterval = 0, LogCompactionInterval = 5 });
        await table.CommitAsync(new Commit { Operation = "WRITE", Adds = [.. Enumerable.Range(0, 2_000).Select(number => TestTable.Add($"many{number}", 1))] }, Token);

        await AppendAsync(table, 19);

        // The checkpoint of version 20 waits until version 30.
        Assert.Equal(
            [Name("{0}.{1}.compacted.json", 1, 5), Name("{0}.checkpoint.parquet", 10), Name("{0}.{1}.compacted.json", 11, 15), Name("{0}.{1}.compacted.json", 16, 20), "_last_checkpoint"],
            await NamesAsync());
    }

    [Fact]
    public async Task Commits_need_not_wait_for_a_checkpoint_of_which_one_is_written_at_a_time()
    {
        using var gate = new ManualResetEventSlim();
        var begun = 0;
        var store = new FaultyObjectStore(_store, call =>
        {
            if (call.Path.EndsWith(".checkpoint.parquet", StringComparison.Ordinal) && call.Operation is StoreOperation.Put or StoreOperation.PutIfAbsent)
            {
                Interlocked.Increment(ref begun);
                gate.Wait(Token);
            }

            return StoreFault.None;
        });
        var table = await OpenAsync(store, checkpointInterval: 5, TestTable.Impatient with { BackgroundScheduler = TaskScheduler.Default });

        // Two fall due, and no caller waits for either.
        await AppendAsync(table, 12);
        Assert.DoesNotContain(await NamesAsync(), name => name.Contains(".checkpoint.", StringComparison.Ordinal));
        gate.Set();
        while (await _store.ReadAsync(Log + "_last_checkpoint", Token) is null)
            await Task.Yield();

        Assert.Equal(1, begun);
        Assert.Contains(Name("{0}.checkpoint.parquet", 5), await NamesAsync());
    }

    [Fact]
    public async Task A_range_of_fewer_than_three_commits_is_not_compacted()
    {
        var table = await OpenAsync(_store, checkpointInterval: 8);

        await AppendAsync(table, 10);

        Assert.Equal([Name("{0}.checkpoint.parquet", 8), Name("{0}.crc", 10), "_last_checkpoint"], await NamesAsync());
    }

    [Fact]
    public async Task What_is_turned_off_is_not_written()
    {
        var table = await OpenAsync(_store, checkpointInterval: 100, TestTable.Impatient with { LogCompactionInterval = 0, ChecksumInterval = 0 });

        await AppendAsync(table, 20);

        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task Every_checksum_agrees_with_a_full_replay()
    {
        var table = await OpenAsync(_store, checkpointInterval: 100, TestTable.Impatient with { ChecksumInterval = 1 });
        await AppendAsync(table, 3);
        await table.CommitAsync(TestTable.Delete("f2") with { Transaction = new AppTransaction { AppId = "a", Version = 7 } }, Token);

        for (var version = 1; version <= 4; version++)
        {
            var checksum = VersionChecksum.Read(await _store.ReadAsync(Log + LogFileName.Checksum(version), Token))!;
            Assert.Empty(checksum.Verify(await table.LoadAsync(version, Token)));
            Assert.Equal(version == 4 ? 2 : version, checksum.NumFiles);
        }
    }

    [Fact]
    public async Task A_writer_without_the_list_of_files_derives_checksums_and_writes_checkpoints()
    {
        var options = TestTable.Impatient with { ChecksumInterval = 3, LogCompactionInterval = 0 };
        await AppendAsync(await OpenAsync(_store, checkpointInterval: 7, options), 3);
        var appender = (await TableAppender.OpenAsync(_store, "t", options, logger: null, Token))!;
        Assert.IsNotType<Snapshot>(appender.Latest);

        for (var number = 4; number <= 15; number++)
            await appender.CommitAsync(TestTable.Append($"f{number}"), Token);

        Assert.Equal(
            [
                Name("{0}.crc", 3), Name("{0}.crc", 6), Name("{0}.checkpoint.parquet", 7), Name("{0}.crc", 7), Name("{0}.crc", 9), Name("{0}.crc", 12),
                Name("{0}.checkpoint.parquet", 14), Name("{0}.crc", 14), Name("{0}.crc", 15), "_last_checkpoint",
            ],
            await NamesAsync());
        var derived = VersionChecksum.Read(await _store.ReadAsync(Log + LogFileName.Checksum(15), Token))!;
        Assert.Equal(15, derived.NumFiles);
        Assert.Empty(derived.Verify((await new SnapshotLoader(_store, "t").LoadAsync(15, Token))!));
    }

    [Theory]
    [InlineData(20, null, true)]
    [InlineData(12, null, false)]
    [InlineData(30, 10L, true)]
    [InlineData(30, 11L, false)]
    [InlineData(30, 99L, true)]
    public async Task A_checkpoint_that_another_writer_owes_is_written_after_two_intervals(int handmade, long? hint, bool isWritten)
    {
        await TestTable.WriteCommitAsync(_store, 0, TestTable.FirstLines, Token);
        for (var version = 1; version <= handmade; version++)
            await TestTable.WriteCommitAsync(_store, version, """{"commitInfo":{"timestamp":1}}""", Token);
        if (hint is { } there)
            await _store.PutAsync(Log + "_last_checkpoint", new LastCheckpoint(there, 1).ToBytes(), Token);
        var table = await TestTable.OpenAsync(_store, Token);

        await table.CommitAsync(TestTable.Append("f"), Token);

        Assert.Equal(isWritten, await _store.ReadAsync(TestTable.CheckpointPath(handmade + 1), Token) is not null);
    }

    [Theory]
    [InlineData(StoreFault.FailBefore)]
    [InlineData(StoreFault.FailAfter)]
    [InlineData(StoreFault.CancelBefore)]
    public async Task No_fault_of_housekeeping_fails_a_commit(StoreFault fault)
    {
        var faulty = new FaultyObjectStore(_store, call =>
            LogFileName.Parse(Path.GetFileName(call.Path)) is { Kind: LogFileKind.Commit } || call.Operation is not (StoreOperation.PutIfAbsent or StoreOperation.Put or StoreOperation.List) || call.Number < 8
                ? StoreFault.None : fault);
        var table = await OpenAsync(faulty, checkpointInterval: 4, TestTable.Impatient with { ChecksumInterval = 1, LogCompactionInterval = 3 });

        for (var number = 1; number <= 13; number++)
            Assert.Equal(new CommitOutcome.Committed(number), await table.CommitAsync(TestTable.Append($"f{number}"), Token));

        Assert.Equal(13, (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!.Files.Count);
    }

    [Fact]
    public async Task A_checkpoint_can_be_asked_for_at_any_version()
    {
        var table = await OpenAsync(_store, checkpointInterval: 100);
        await AppendAsync(table, 3);

        Assert.Equal(3, await table.CheckpointAsync(Token));
        Assert.Equal(3, await table.CheckpointAsync(Token));

        Assert.NotNull(await _store.ReadAsync(TestTable.CheckpointPath(3), Token));
    }

    [Fact]
    public async Task The_commits_after_the_checkpoint_can_be_compacted()
    {
        var table = await OpenAsync(_store, checkpointInterval: 100);
        await AppendAsync(table, 3);
        await table.CheckpointAsync(Token);
        await AppendAsync(table, 2, from: 3);

        Assert.Null(await table.CompactLogAsync(Token));
        await AppendAsync(table, 1, from: 5);
        Assert.Equal((4, 6), await table.CompactLogAsync(Token));

        Assert.Contains(Name("{0}.{1}.compacted.json", 4, 6), await NamesAsync());
        Assert.Equal(State.Of(table.Latest), State.Of((await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!));
    }

    [Fact]
    public async Task Old_commits_are_cleaned_up_after_a_checkpoint()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(1000));
        var store = new MemoryObjectStore(clock);
        var table = await OpenAsync(store, checkpointInterval: 5, TestTable.Impatient with { Clock = clock, ChecksumInterval = 0, LogCompactionInterval = 0 });
        await AppendAsync(table, 6);
        clock.Advance(TimeSpan.FromDays(32));

        await AppendAsync(table, 4, from: 6);

        Assert.Null(await store.ReadAsync(TestTable.CommitPath(4), Token));
        Assert.NotNull(await store.ReadAsync(TestTable.CommitPath(5), Token));
        Assert.Equal(10, (await new SnapshotLoader(store, "t").LoadAsync(null, Token))!.Files.Count);
        Assert.Equal(FaultKind.NotFound, (await Assert.ThrowsAsync<VarveException>(() => table.LoadAsync(3, Token))).Kind);
    }

    static Task<DeltaTable> OpenAsync(IObjectStore store, int checkpointInterval, DeltaOptions? options = null) => DeltaTable.OpenOrCreateAsync(
        store, "t", TestTable.Definition with { Properties = new Dictionary<string, string> { ["delta.checkpointInterval"] = $"{checkpointInterval}" } },
        options ?? TestTable.Impatient, logger: null, Token);

    static async Task AppendAsync(DeltaTable table, int commits, int from = 0)
    {
        for (var number = from + 1; number <= from + commits; number++)
            await table.CommitAsync(TestTable.Append($"f{number}"), Token);
    }

    static string Name(string format, params long[] versions) => string.Format(null, format, [.. versions.Select(version => $"{version:D20}")]);

    async Task<List<string>> NamesAsync() => await _store.ListAsync(Log, null, Token).Select(info => info.Path[Log.Length..])
        .Where(name => LogFileName.Parse(name) is not { Kind: LogFileKind.Commit }).ToListAsync(Token);
}
