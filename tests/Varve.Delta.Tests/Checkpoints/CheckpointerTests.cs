using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Checkpoints;

public sealed class CheckpointerTests : IDisposable
{
    const string V2Lines =
        """
        {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["v2Checkpoint"],"writerFeatures":["v2Checkpoint"]}}
        {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],"configuration":{"delta.checkpointPolicy":"v2"}}}
        """;

    const string Log = "t/_delta_log/";
    static readonly CheckpointSettings SmallSidecars = new() { IsV2 = true, SidecarRows = 2 };

    readonly MemoryObjectStore _store = new();
    readonly TemporaryFolder _folder = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_checkpoint_with_sidecars_is_written_where_the_policy_and_the_protocol_say_so()
    {
        Assert.True(CheckpointSettings.Of(await WriteTableAsync(V2Lines), DateTimeOffset.UnixEpoch).IsV2);
        Assert.False(CheckpointSettings.Of(await WriteTableAsync(V2Lines.Replace("\"writerFeatures\":[\"v2Checkpoint\"]", "\"writerFeatures\":[]", StringComparison.Ordinal)), DateTimeOffset.UnixEpoch).IsV2);
        Assert.False(CheckpointSettings.Of(await WriteTableAsync(V2Lines.Replace("\"v2\"", "\"classic\"", StringComparison.Ordinal)), DateTimeOffset.UnixEpoch).IsV2);
    }

    [Fact]
    public async Task A_checkpoint_with_sidecars_is_read_back_as_the_same_state()
    {
        var snapshot = await WriteTableAsync(V2Lines);

        await WriteAsync(_store, snapshot, SmallSidecars);

        await DeleteCommitsAsync(3);
        Assert.Equal(State.Of(snapshot), State.Of(await LoadAsync()));
        Assert.Equal(2, await _store.ListAsync(Log + "_sidecars/", null, Token).CountAsync(Token));
    }

    [Fact]
    public async Task DuckDB_reads_the_same_rows_from_a_classic_checkpoint_and_from_sidecars()
    {
        var snapshot = await WriteTableAsync(V2Lines);
        await WriteAsync(_store, snapshot, SmallSidecars);
        var classic = _folder.At("classic.parquet");
        await File.WriteAllBytesAsync(classic, CheckpointWriter.Write(snapshot, 0).Content, Token);
        foreach (var sidecar in await _store.ListAsync(Log + "_sidecars/", null, Token).ToListAsync(Token))
            await File.WriteAllBytesAsync(_folder.At($"sidecar-{Path.GetFileName(sidecar.Path)}"), (await _store.ReadAsync(sidecar.Path, Token))!, Token);

        const string Rows = "SELECT add, remove FROM '{0}' WHERE add IS NOT NULL OR remove IS NOT NULL ORDER BY coalesce(add.path, remove.path)";
        var expected = DuckDb.Query(string.Format(null, Rows, classic));

        Assert.Equal(4, expected.Count);
        Assert.Equal(expected, DuckDb.Query(string.Format(null, Rows, _folder.At("sidecar-*.parquet"))));
    }

    [Fact]
    public async Task The_top_of_a_checkpoint_with_sidecars_is_written_last_and_names_them()
    {
        var snapshot = await WriteTableAsync(V2Lines);
        var watched = new FaultyObjectStore(_store, _ => StoreFault.None);

        await WriteAsync(watched, snapshot, SmallSidecars);

        var puts = watched.Calls.Where(call => call.Operation is StoreOperation.PutIfAbsent or StoreOperation.Put).Select(call => call.Path).ToList();
        Assert.Equal(4, puts.Count);
        Assert.All(puts[..2], path => Assert.StartsWith(Log + "_sidecars/", path, StringComparison.Ordinal));
        var lines = Encoding.UTF8.GetString((await _store.ReadAsync(puts[2], Token))!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["checkpointMetadata", "protocol", "metaData", "sidecar", "sidecar"],
            lines.Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().Single().Name));
        Assert.Equal(puts[..2], lines[3..].Select(line => $"{Log}_sidecars/{JsonDocument.Parse(line).RootElement.GetProperty("sidecar").GetProperty("path").GetString()}"));
        var hint = LastCheckpoint.Read(await _store.ReadAsync(Log + "_last_checkpoint", Token))!;
        Assert.Equal((3, 6, 3, puts[2]), (hint.Version, hint.Size, hint.NumOfAddFiles, Log + hint.V2Checkpoint!.Path));
    }

    [Fact]
    public async Task A_version_whose_commit_is_not_in_the_store_gets_no_checkpoint()
    {
        var snapshot = await WriteTableAsync(TestTable.FirstLines);
        await _store.DeleteAsync(TestTable.CommitPath(3), Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => WriteAsync(_store, snapshot));

        Assert.Equal(FaultKind.NotFound, fault.Kind);
        Assert.Null(await _store.ReadAsync(TestTable.CheckpointPath(3), Token));
    }

    [Fact]
    public async Task A_checkpoint_that_is_there_is_not_written_over_and_its_hint_is_made_good()
    {
        var snapshot = await WriteTableAsync(TestTable.FirstLines);
        await WriteAsync(_store, snapshot);
        var first = await _store.ReadAsync(TestTable.CheckpointPath(3), Token);
        await _store.DeleteAsync(Log + "_last_checkpoint", Token);

        await WriteAsync(_store, snapshot, new CheckpointSettings { TombstonesExpireBeforeMs = long.MaxValue });

        Assert.Equal(first, await _store.ReadAsync(TestTable.CheckpointPath(3), Token));
        Assert.Equal(3, LastCheckpoint.Read(await _store.ReadAsync(Log + "_last_checkpoint", Token))!.Version);
    }

    [Fact]
    public async Task Of_two_writers_at_once_the_first_wins()
    {
        var snapshot = await WriteTableAsync(TestTable.FirstLines);
        byte[]? winner = null;
        var racing = new FaultyObjectStore(_store, call =>
        {
            if (call.Path == TestTable.CheckpointPath(3) && winner is null)
            {
                winner = CheckpointWriter.Write(snapshot, long.MaxValue).Content.ToArray();
                _store.PutAsync(call.Path, winner, Token).GetAwaiter().GetResult();
            }

            return StoreFault.None;
        });

        await WriteAsync(racing, snapshot);

        Assert.Equal(winner, await _store.ReadAsync(TestTable.CheckpointPath(3), Token));
        Assert.Equal(winner!.Length, LastCheckpoint.Read(await _store.ReadAsync(Log + "_last_checkpoint", Token))!.SizeInBytes);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    [InlineData(7, 7)]
    public async Task The_hint_is_never_moved_back(long there, long after)
    {
        var snapshot = await WriteTableAsync(TestTable.FirstLines);
        await _store.PutAsync(Log + "_last_checkpoint", new LastCheckpoint(there, 1).ToBytes(), Token);

        await WriteAsync(_store, snapshot);

        Assert.Equal(after, LastCheckpoint.Read(await _store.ReadAsync(Log + "_last_checkpoint", Token))!.Version);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_at_any_call_leaves_the_table_as_it_was_and_the_next_try_succeeds(bool isV2)
    {
        var first = isV2 ? V2Lines : TestTable.FirstLines;
        var settings = SmallSidecars with { IsV2 = isV2 };
        var expected = State.Of(await WriteTableAsync(first));
        foreach (var fault in new[] { StoreFault.FailBefore, StoreFault.FailAfter, StoreFault.LoseAnswer, StoreFault.LoseRequest })
            for (var number = 1; ; number++)
            {
                var store = new MemoryObjectStore();
                var snapshot = await WriteTableAsync(first, store);
                var faulty = new FaultyObjectStore(store, call => call.Number != number ? StoreFault.None
                    : call.Operation == StoreOperation.PutIfAbsent || fault is StoreFault.FailBefore or StoreFault.FailAfter ? fault : StoreFault.None);
                try
                {
                    await WriteAsync(faulty, snapshot, settings);
                }
                catch (VarveException thrown)
                {
                    Assert.Equal(FaultKind.Unavailable, thrown.Kind);
                }

                Assert.Equal(expected, State.Of(await LoadAsync(store)));
                await WriteAsync(store, snapshot, settings);
                await DeleteCommitsAsync(3, store);
                Assert.Equal(expected, State.Of(await LoadAsync(store)));
                if (faulty.Calls.Count < number)
                    break;
            }
    }

    static Task WriteAsync(IObjectStore store, Snapshot snapshot, CheckpointSettings? settings = null) =>
        new Checkpointer(store, "t", new SnapshotLoader(store, "t"), TestTable.Impatient, NullLogger.Instance).WriteAsync(snapshot, settings ?? new CheckpointSettings(), Token);

    async Task<Snapshot> WriteTableAsync(string firstLines, MemoryObjectStore? store = null)
    {
        store ??= _store;
        await TestTable.WriteCommitAsync(store, 0, firstLines, Token);
        await TestTable.WriteCommitAsync(store, 1, Add("a") + "\n" + Add("b"), Token);
        await TestTable.WriteCommitAsync(store, 2, Add("c") + "\n" + """{"remove":{"path":"b","deletionTimestamp":9,"size":1}}""", Token);
        await TestTable.WriteCommitAsync(store, 3, """{"commitInfo":{"timestamp":4}}""" + "\n" + Add("d"), Token);
        return await LoadAsync(store);
    }

    async Task<Snapshot> LoadAsync(IObjectStore? store = null) => (await new SnapshotLoader(store ?? _store, "t").LoadAsync(null, Token))!;

    async Task DeleteCommitsAsync(long before, MemoryObjectStore? store = null)
    {
        for (var version = 0; version < before; version++)
            await (store ?? _store).DeleteAsync(TestTable.CommitPath(version), Token);
    }

    static string Add(string path) => $$$"""{"add":{"path":"{{{path}}}","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true}}""";
}
