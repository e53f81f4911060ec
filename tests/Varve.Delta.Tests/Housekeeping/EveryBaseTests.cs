using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Housekeeping;
using Varve.Delta.Log;
using Varve.TestKit;

namespace Varve.Delta.Tests.Housekeeping;

public sealed class EveryBaseTests(ITestOutputHelper output)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Every_version_is_the_same_from_zero_from_compactions_and_from_checkpoints(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var log = new RandomLog(seed);
        var store = new MemoryObjectStore();
        var loader = new SnapshotLoader(store, "t");
        const int Last = 40;
        await store.PutAsync(TestTable.CommitPath(0), ActionJson.Write(RandomLog.First), Token);
        for (var version = 1; version <= Last; version++)
            await store.PutAsync(TestTable.CommitPath(version), ActionJson.Write(log.Next(1000 + version)), Token);
        var expected = new List<string>();
        for (var version = 0; version <= Last; version++)
            expected.Add(State.Of((await loader.LoadAsync(version, Token))!));

        for (var round = 0; round < 12; round++)
        {
            var first = random.Next(Last - 3);
            Assert.True(await new LogCompactor(store, "t", loader, NullLogger.Instance).WriteAsync(first, Math.Min(Last, first + 2 + random.Next(12)), Token));
            await AssertSameAsync(0);
        }

        var oldest = 0;
        foreach (var version in new[] { 12, 25 })
        {
            var settings = new CheckpointSettings { IsV2 = version == 12 == (seed % 2 == 0), SidecarRows = 3, RowGroupRows = 2 };
            await new Checkpointer(store, "t", loader, TestTable.Impatient, NullLogger.Instance).WriteAsync((await loader.LoadAsync(version, Token))!, settings, Token);
            await AssertSameAsync(oldest);
            for (var old = 0; old < version; old++)
                await store.DeleteAsync(TestTable.CommitPath(old), Token);
            await AssertSameAsync(oldest = version);
        }

        async Task AssertSameAsync(int from)
        {
            for (var version = from; version <= Last; version++)
                Assert.Equal(expected[version], State.Of((await new SnapshotLoader(store, "t").LoadAsync(version, Token))!));
        }
    }

    [Fact]
    public async Task A_compaction_has_one_line_a_key_keeps_what_undoes_and_no_commit_info()
    {
        var store = new MemoryObjectStore();
        await TestTable.WriteCommitAsync(store, 0, TestTable.FirstLines, Token);
        await TestTable.WriteCommitAsync(store, 1, """{"commitInfo":{"timestamp":1}}""" + "\n" + Add("a") + "\n" + Add("b") + "\n" + Domain("d", removed: false), Token);
        await TestTable.WriteCommitAsync(store, 2, Remove("a") + "\n" + Remove("old") + "\n" + Txn(1), Token);
        await TestTable.WriteCommitAsync(store, 3, Remove("b") + "\n" + Add("b") + "\n" + Domain("d", removed: true) + "\n" + Txn(2) + "\n" + """{"cdc":{"path":"c"}}""", Token);

        await new LogCompactor(store, "t", new SnapshotLoader(store, "t"), NullLogger.Instance).WriteAsync(1, 3, Token);

        var lines = System.Text.Encoding.UTF8.GetString((await store.ReadAsync("t/_delta_log/00000000000000000001.00000000000000000003.compacted.json", Token))!).TrimEnd().Split('\n');
        Assert.Equal([Txn(2), Domain("d", removed: true), Add("b"), Remove("a"), Remove("old")], lines);
    }

    [Fact]
    public async Task No_compaction_is_made_over_a_commit_that_is_gone()
    {
        var store = new MemoryObjectStore();
        await TestTable.WriteCommitAsync(store, 0, TestTable.FirstLines, Token);
        await TestTable.WriteCommitAsync(store, 2, Add("a"), Token);

        Assert.False(await new LogCompactor(store, "t", new SnapshotLoader(store, "t"), NullLogger.Instance).WriteAsync(0, 2, Token));

        Assert.Equal(2, await store.ListAsync("t/", null, Token).CountAsync(Token));
    }

    static string Add(string path) => $$$"""{"add":{"path":"{{{path}}}","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true}}""";

    static string Remove(string path) => $$$"""{"remove":{"path":"{{{path}}}","deletionTimestamp":5,"dataChange":true}}""";

    static string Txn(int version) => $$$"""{"txn":{"appId":"app","version":{{{version}}}}}""";

    static string Domain(string domain, bool removed) => $$$"""{"domainMetadata":{"domain":"{{{domain}}}","configuration":"","removed":{{{(removed ? "true" : "false")}}}}}""";
}
