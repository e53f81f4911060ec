using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

/// <summary>The state of a table without its files.</summary>
public sealed class StateLoaderTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(117)]
    public async Task It_is_that_of_the_snapshot(int commits)
    {
        var table = await FilledAsync(_store, commits);

        var state = await new SnapshotLoader(_store, "t").LoadStateAsync(Token);

        AssertSame(table.Latest, state!);
    }

    [Fact]
    public async Task It_is_refreshed_by_the_commits_that_follow()
    {
        var table = await FilledAsync(_store, 5);
        var loader = new SnapshotLoader(_store, "t");
        var state = await loader.LoadStateAsync(Token);

        await table.CommitAsync(Commit(6), Token);
        state = await loader.RefreshStateAsync(state!, Token);

        AssertSame(table.Latest, state);
    }

    [Fact]
    public async Task Where_there_is_no_table_there_is_no_state() => Assert.Null(await new SnapshotLoader(_store, "t").LoadStateAsync(Token));

    [Fact]
    public async Task A_complete_checksum_spares_the_checkpoint()
    {
        var table = await FilledAsync(_store, 104);
        await _store.PutAsync("t/_delta_log/" + LogFileName.Checksum(103), VersionChecksum.Of(await table.LoadAsync(103, Token)).ToBytes(), Token);
        var watched = new FaultyObjectStore(_store, _ => StoreFault.None);

        var state = await new SnapshotLoader(watched, "t").LoadStateAsync(Token);

        AssertSame(table.Latest, state!);
        Assert.Equal(
            ["t/_delta_log/_last_checkpoint", "t/_delta_log/" + LogFileName.Checksum(103), TestTable.CommitPath(104)],
            watched.Calls.Where(call => call.Operation == StoreOperation.Read).Select(call => call.Path));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"tableSizeBytes":1,"numFiles":1,"numMetadata":1,"numProtocol":1}""")]
    public async Task A_checksum_that_cannot_be_used_is_passed_over(string text)
    {
        var table = await FilledAsync(_store, 104);
        await _store.PutAsync("t/_delta_log/" + LogFileName.Checksum(104), System.Text.Encoding.UTF8.GetBytes(text), Token);

        AssertSame(table.Latest, (await new SnapshotLoader(_store, "t").LoadStateAsync(Token))!);
    }

    [Fact]
    public async Task Of_a_large_checkpoint_a_small_part_is_read()
    {
        const int Files = 60_000;
        var table = await TestTable.OpenAsync(_store, Token);
        var random = new Random(3);
        // Names that do not compress, so that the file is large.
        await table.CommitAsync(new Commit { Operation = "WRITE", Adds = [.. Enumerable.Range(0, Files).Select(_ => TestTable.Add($"{random.NextInt64():x16}{random.NextInt64():x16}"))] }, Token);
        for (var number = 2; number <= 100; number++)
            await table.CommitAsync(Commit(number), Token);
        await RemoveChecksumsAsync();
        var checkpoint = (await _store.HeadAsync(TestTable.CheckpointPath(100), Token))!.SizeBytes;
        var metered = new MeteredObjectStore(_store);

        var state = await new SnapshotLoader(metered, "t").LoadStateAsync(Token);

        AssertSame(table.Latest, state!);
        var read = metered.Usage[StoreRequest.Read].Bytes;
        Assert.True(checkpoint > 1_000_000 && read < checkpoint / 2, $"{read} of {checkpoint} bytes were read");
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_passed_over_for_the_commits()
    {
        var table = await FilledAsync(_store, 104);
        await RemoveChecksumsAsync();
        var content = (await _store.ReadAsync(TestTable.CheckpointPath(100), Token))!;
        await _store.PutAsync(TestTable.CheckpointPath(100), content.AsMemory(0, content.Length / 2), Token);

        var state = await new SnapshotLoader(_store, "t").LoadStateAsync(Token);

        Assert.Equal(State.Of(table.Latest), State.Of(Assert.IsType<Snapshot>(state)));
    }

    [Fact]
    public async Task A_gap_in_the_log_is_corrupt()
    {
        await FilledAsync(_store, 5);
        await _store.DeleteAsync(TestTable.CommitPath(3), Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => new SnapshotLoader(_store, "t").LoadStateAsync(Token));

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
    }

    static async Task<DeltaTable> FilledAsync(IObjectStore store, int commits)
    {
        var table = await TestTable.OpenAsync(store, Token);
        for (var number = 1; number <= commits; number++)
            await table.CommitAsync(Commit(number), Token);
        return table;
    }

    static Commit Commit(int number) => TestTable.Append($"f{number}") with { Transaction = new AppTransaction { AppId = $"a{number % 3}", Version = number } };

    async Task RemoveChecksumsAsync()
    {
        await foreach (var info in _store.ListAsync("t/_delta_log/", startAfter: null, Token))
            if (info.Path.EndsWith(".crc", StringComparison.Ordinal))
                await _store.DeleteAsync(info.Path, Token);
    }

    static void AssertSame(Snapshot expected, TableState found)
    {
        Assert.Equal((expected.Version, expected.CommitTimestampMs, expected.Metadata.Id, expected.Metadata.SchemaString),
            (found.Version, found.CommitTimestampMs, found.Metadata.Id, found.Metadata.SchemaString));
        Assert.Equal(expected.Protocol.WriterFeatures, found.Protocol.WriterFeatures);
        Assert.Equal(expected.Transactions.OrderBy(pair => pair.Key), found.Transactions.OrderBy(pair => pair.Key));
        Assert.False(found is Snapshot && expected.Version >= 100);
    }
}
