using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Commits;

public sealed class ConcurrentCommitTests
{
    static readonly DeltaOptions Patient = new() { CommitDeadline = TimeSpan.FromMinutes(5), BackoffMax = TimeSpan.FromMilliseconds(5) };

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commits_of_many_writers_over_one_folder_are_all_there_once()
    {
        const int writers = 8;
        const int commits = 15;
        using var folder = new TemporaryFolder();

        var versions = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(
            async () =>
            {
                var table = await TestTable.OpenAsync(new LocalObjectStore(folder.FullPath), Token, Patient);
                var mine = new List<long>();
                for (var number = 0; number < commits; number++)
                    mine.Add(Assert.IsType<CommitOutcome.Committed>(await table.CommitAsync(TestTable.Append($"w{writer}-{number}"), Token)).Version);
                return mine;
            },
            Token)));

        var table = await TestTable.OpenAsync(new LocalObjectStore(folder.FullPath), Token);
        Assert.All(versions, mine => Assert.Equal(mine.Order(), mine));
        Assert.Equal(Enumerable.Range(1, writers * commits).Select(version => (long)version), versions.SelectMany(mine => mine).Order());
        Assert.Equal(writers * commits, table.Latest.Version);
        var loader = new SnapshotLoader(new LocalObjectStore(folder.FullPath), "t");
        var added = new List<string>();
        for (var version = 1L; version <= table.Latest.Version; version++)
            added.AddRange((await loader.ReadCommitAsync(version, Token))!.Select(line => line.Add?.Path).OfType<string>());
        Assert.Equal(writers * commits, added.Count);
        Assert.Equal(writers * commits, added.Distinct().Count());
        Assert.Equal(writers * commits, table.Latest.Files.Count);
        var times = (await table.HistoryAsync(1000, Token)).Select(commit => commit.Info!.InCommitTimestamp!.Value).Reverse().ToList();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }

    [Fact]
    public async Task Of_many_creators_one_makes_the_table_and_all_open_it()
    {
        using var folder = new TemporaryFolder();

        var tables = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => TestTable.OpenAsync(new LocalObjectStore(folder.FullPath), Token), Token)));

        Assert.Single(tables.Select(table => table.Latest.Metadata.Id).Distinct());
        Assert.All(tables, table => Assert.Equal(0, table.Latest.Version));
    }

    [Fact]
    public async Task One_table_object_is_used_from_many_tasks()
    {
        var table = await TestTable.OpenAsync(new MemoryObjectStore(), Token, Patient with { GroupCommit = false });

        await Task.WhenAll(Enumerable.Range(0, 60).Select(number => Task.Run(() => table.CommitAsync(TestTable.Append($"{number}"), Token), Token)));

        Assert.Equal((60L, 60), (table.Latest.Version, table.Latest.Files.Count));
    }

    [Fact]
    public async Task Of_many_writers_of_one_app_transaction_one_stores_it()
    {
        var store = new MemoryObjectStore();
        await TestTable.OpenAsync(store, Token);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                var table = await TestTable.OpenAsync(store, Token, Patient);
                return await table.CommitAsync(TestTable.Append($"w{writer}") with { Transaction = new AppTransaction { AppId = "a", Version = 1 } }, Token);
            },
            Token)));

        Assert.Single(outcomes.OfType<CommitOutcome.Committed>());
        Assert.Equal(7, outcomes.OfType<CommitOutcome.AlreadyCommitted>().Count());
        Assert.Single((await TestTable.OpenAsync(store, Token)).Latest.Files);
    }
}
