using System.Text;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class BrokenLogTests
{
    const string Hint = "t/_delta_log/_last_checkpoint";

    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_missing_commit_is_a_gap_and_named()
    {
        await WriteCommitsAsync(5);
        await _store.DeleteAsync(TestTable.CommitPath(3), Token);

        var fault = await Assert.ThrowsAsync<VarveException>(LoadAsync);

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains("gap", fault.Message, StringComparison.Ordinal);
        Assert.Contains("00000000000000000003.json", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await new SnapshotLoader(_store, "t").LoadAsync(2, Token))!.Version);
    }

    [Fact]
    public async Task A_commit_missing_after_the_checkpoint_is_a_gap()
    {
        await WriteCommitsAsync(5);
        await WriteCheckpointAsync(2);
        await _store.DeleteAsync(TestTable.CommitPath(3), Token);

        Assert.Equal(FaultKind.Corrupt, (await Assert.ThrowsAsync<VarveException>(LoadAsync)).Kind);
    }

    [Theory]
    [InlineData("""{"commitInfo":{}}""", "protocol")]
    [InlineData("""{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}""", "metaData")]
    [InlineData("", "protocol")]
    public async Task A_log_without_protocol_or_metadata_is_corrupt(string first, string missing)
    {
        await TestTable.WriteCommitAsync(_store, 0, first, Token);

        var fault = await Assert.ThrowsAsync<VarveException>(LoadAsync);

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains($"no {missing} action", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_log_there_is_no_table()
    {
        await _store.PutAsync("t/part.parquet", new byte[] { 1 }, Token);
        await _store.PutAsync("t/_delta_log/00000000000000000000.crc", new byte[] { 1 }, Token);

        Assert.Null(await LoadAsync());
        Assert.Null(await DeltaTable.OpenAsync(_store, "t", null, null, Token));
    }

    [Theory]
    [InlineData("""{"version":3,"size":9}""")]
    [InlineData("""{"version":4,"size":9}""")]
    [InlineData("""{"version":1000000,"size":9}""")]
    [InlineData("""{"version":-4,"size":9}""")]
    [InlineData("""{"version":2,"size":6,"parts":7,"checksum":"x","checkpointSchema":{"type":"struct"}}""")]
    [InlineData("""{"version":"2"}""")]
    [InlineData("""{"version":2""")]
    [InlineData("""{"version":2}}{"version":1}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("\0\0\0")]
    public async Task A_hint_that_is_stale_dangling_or_damaged_changes_nothing(string hint)
    {
        await WriteCommitsAsync(5);
        await WriteCheckpointAsync(2);
        var expected = State.Of((await LoadAsync())!);

        await _store.PutAsync(Hint, Encoding.UTF8.GetBytes(hint), Token);

        Assert.Equal(expected, State.Of((await LoadAsync())!));
    }

    [Fact]
    public async Task A_dangling_hint_of_a_table_without_checkpoints_changes_nothing()
    {
        await WriteCommitsAsync(5);

        await _store.PutAsync(Hint, """{"version":3,"size":9}"""u8.ToArray(), Token);

        Assert.Equal(5, (await LoadAsync())!.Files.Count);
    }

    [Fact]
    public async Task A_hint_to_an_old_checkpoint_finds_the_newer_one()
    {
        await WriteCommitsAsync(5);
        await WriteCheckpointAsync(1);
        await WriteCheckpointAsync(4);
        await _store.PutAsync(Hint, """{"version":1,"size":3}"""u8.ToArray(), Token);
        foreach (var version in (long[])[0, 1, 2, 3])
            await _store.DeleteAsync(TestTable.CommitPath(version), Token);

        Assert.Equal((5L, 5), ((await LoadAsync())!.Version, (await LoadAsync())!.Files.Count));
    }

    [Fact]
    public async Task A_hint_newer_than_the_asked_version_is_not_followed()
    {
        await WriteCommitsAsync(5);
        await WriteCheckpointAsync(4);
        await _store.PutAsync(Hint, """{"version":4,"size":6}"""u8.ToArray(), Token);

        var snapshot = await new SnapshotLoader(_store, "t").LoadAsync(2, Token);

        Assert.Equal((2L, 2), (snapshot!.Version, snapshot.Files.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_checkpoint_of_no_bytes_is_as_if_it_were_not_there(bool hinted)
    {
        await WriteCommitsAsync(5);
        await _store.PutAsync(TestTable.CheckpointPath(4), Array.Empty<byte>(), Token);
        if (hinted)
            await _store.PutAsync(Hint, """{"version":4,"size":6}"""u8.ToArray(), Token);

        Assert.Equal(5, (await LoadAsync())!.Files.Count);
    }

    [Fact]
    public async Task A_checkpoint_is_found_without_a_hint()
    {
        await WriteCommitsAsync(5);
        await WriteCheckpointAsync(3);
        foreach (var version in (long[])[0, 1, 2])
            await _store.DeleteAsync(TestTable.CommitPath(version), Token);

        Assert.Equal((5L, 5), ((await LoadAsync())!.Version, (await LoadAsync())!.Files.Count));
    }

    [Fact]
    public async Task A_damaged_checkpoint_that_nothing_stands_in_for_is_corrupt_and_named()
    {
        await WriteCommitsAsync(5);
        await WriteCheckpointAsync(3);
        await _store.DeleteAsync(TestTable.CommitPath(0), Token);
        var content = (await _store.ReadAsync(TestTable.CheckpointPath(3), Token))!;

        foreach (var damaged in (byte[][])[content[..^20], content[20..], [1, 2, 3]])
        {
            await _store.PutAsync(TestTable.CheckpointPath(3), damaged, Token);
            var fault = await Assert.ThrowsAsync<VarveException>(LoadAsync);
            Assert.Equal(FaultKind.Corrupt, fault.Kind);
            Assert.Contains(TestTable.CheckpointPath(3), fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{\"version\":4,\"size\":6}")]
    public async Task A_damaged_checkpoint_is_passed_over_for_the_one_before(string? hint)
    {
        await WriteCommitsAsync(5);
        await WriteCheckpointAsync(2);
        await WriteCheckpointAsync(4);
        var expected = State.Of((await LoadAsync())!);
        if (hint is not null)
            await _store.PutAsync(Hint, Encoding.UTF8.GetBytes(hint), Token);
        foreach (var version in (long[])[0, 1])
            await _store.DeleteAsync(TestTable.CommitPath(version), Token);

        await _store.PutAsync(TestTable.CheckpointPath(4), new byte[] { 1, 2, 3 }, Token);

        Assert.Equal(expected, State.Of((await LoadAsync())!));
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_passed_over_for_the_commits_from_the_start()
    {
        await WriteCommitsAsync(5);
        var expected = State.Of((await LoadAsync())!);

        await _store.PutAsync(TestTable.CheckpointPath(5), new byte[] { 1, 2, 3 }, Token);

        Assert.Equal(expected, State.Of((await LoadAsync())!));
    }

    [Fact]
    public async Task An_older_checkpoint_never_stands_in_without_the_commits_up_to_the_damaged_one()
    {
        await WriteCommitsAsync(5);
        await WriteCheckpointAsync(2);
        await WriteCheckpointAsync(5);
        foreach (var version in (long[])[4, 5])
            await _store.DeleteAsync(TestTable.CommitPath(version), Token);

        await _store.PutAsync(TestTable.CheckpointPath(5), new byte[] { 1, 2, 3 }, Token);

        Assert.Equal(FaultKind.Corrupt, (await Assert.ThrowsAsync<VarveException>(LoadAsync)).Kind);
    }

    [Fact]
    public async Task Foreign_names_in_the_log_are_ignored()
    {
        await WriteCommitsAsync(2);
        foreach (var name in (string[])["00000000000000000002.crc", ".00000000000000000003.json.crc", "_commit_x.json.tmp", "00000000000000000009.json.tmp",
            "00000000000000000001.00000000000000000002.compacted.json", "_sidecars/x.parquet", "_staged_commits/00000000000000000009.x.json",
            "9.json", "00000000000000000009json", "99999999999999999999.json", "-0000000000000000009.json", "latest.manifest"])
            await _store.PutAsync("t/_delta_log/" + name, "garbage"u8.ToArray(), Token);

        Assert.Equal(2, (await LoadAsync())!.Version);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task A_version_that_is_not_there_is_not_found_and_the_newest_is_named(long version)
    {
        await WriteCommitsAsync(2);
        var table = (await DeltaTable.OpenAsync(_store, "t", null, null, Token))!;

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.LoadAsync(version, Token));

        Assert.Equal(FaultKind.NotFound, fault.Kind);
        Assert.Contains($"no version {version}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_before_the_oldest_that_the_log_still_has_is_not_found()
    {
        await WriteCommitsAsync(5);
        await WriteCheckpointAsync(3);
        foreach (var version in (long[])[0, 1])
            await _store.DeleteAsync(TestTable.CommitPath(version), Token);
        var table = (await DeltaTable.OpenAsync(_store, "t", null, null, Token))!;

        foreach (var version in (long[])[0, 1, 2])
        {
            var fault = await Assert.ThrowsAsync<VarveException>(() => table.LoadAsync(version, Token));
            Assert.Equal(FaultKind.NotFound, fault.Kind);
        }

        Assert.Equal(3, (await table.LoadAsync(3, Token)).Version);
    }

    Task<Snapshot?> LoadAsync() => new SnapshotLoader(_store, "t").LoadAsync(null, Token);

    async Task WriteCommitsAsync(int count)
    {
        await TestTable.WriteCommitAsync(_store, 0, TestTable.FirstLines, Token);
        for (var version = 1; version <= count; version++)
            await TestTable.WriteCommitAsync(
                _store, version, $$$"""{"add":{"path":"f{{{version}}}","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true}}""", Token);
    }

    async Task WriteCheckpointAsync(long version)
    {
        var snapshot = await new SnapshotLoader(_store, "t").LoadAsync(version, Token);
        await _store.PutAsync(TestTable.CheckpointPath(version), CheckpointWriter.Write(snapshot!, 0).Content, Token);
    }
}
