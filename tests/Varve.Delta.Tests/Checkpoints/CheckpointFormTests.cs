using System.Text;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Checkpoints;

public sealed class CheckpointFormTests : IDisposable
{
    const string Uuid = "0a1b2c3d-0000-4000-8000-000000000001";
    const string Log = "t/_delta_log/";
    const string Name = Log + "00000000000000000003.checkpoint";

    readonly MemoryObjectStore _store = new();
    readonly TemporaryFolder _folder = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_parts_of_a_checkpoint_are_read()
    {
        await WritePartsAsync(firstPart: true, secondPart: true);
        await DeleteCommitsAsync();

        Assert.Equal(["f1", "f2", "f3", "part"], await LoadAsync());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_set_with_a_part_missing_is_as_if_it_were_not_there(bool firstPart, bool secondPart)
    {
        await WritePartsAsync(firstPart, secondPart);

        Assert.Equal(["f1", "f2", "f3"], await LoadAsync());
    }

    [Fact]
    public async Task Parts_of_two_sets_make_no_whole()
    {
        await WritePartsAsync(firstPart: true, secondPart: false);
        await _store.PutAsync($"{Name}.0000000002.0000000003.parquet", Adds("part"), Token);

        Assert.Equal(["f1", "f2", "f3"], await LoadAsync());
    }

    [Fact]
    public async Task A_checkpoint_in_json_is_read_with_its_sidecars()
    {
        await WriteCommitsAsync();
        await WriteJsonAsync(sidecars: ["one.parquet", "two%20.parquet"]);
        await _store.PutAsync(Log + "_sidecars/one.parquet", Adds("s1", "s2"), Token);
        await _store.PutAsync(Log + "_sidecars/two .parquet", Adds("s3"), Token);
        await DeleteCommitsAsync();

        Assert.Equal(["s1", "s2", "s3"], await LoadAsync());
    }

    [Fact]
    public async Task A_classic_name_may_hold_sidecars()
    {
        await WriteCommitsAsync();
        var classic = _folder.At("top.parquet");
        await _store.PutAsync(Log + "_sidecars/one.parquet", Adds("s1"), Token);
        DuckDb.Execute(
            $$"""
              COPY (SELECT {'version': 3} AS checkpointMetadata, NULL AS sidecar, NULL AS protocol, NULL AS metaData
                    UNION ALL SELECT NULL, {'path': 'one.parquet', 'sizeInBytes': 1}, NULL, NULL
                    UNION ALL SELECT NULL, NULL, {'minReaderVersion': 3, 'minWriterVersion': 7, 'readerFeatures': ['v2Checkpoint'], 'writerFeatures': ['v2Checkpoint']}, NULL
                    UNION ALL SELECT NULL, NULL, NULL, {'id': 't', 'schemaString': '{"type":"struct","fields":[]}'})
              TO '{{classic}}' (FORMAT parquet)
              """);
        await _store.PutAsync($"{Name}.parquet", File.ReadAllBytes(classic), Token);
        await DeleteCommitsAsync();

        Assert.Equal(["s1"], await LoadAsync());
    }

    [Fact]
    public async Task A_checkpoint_whose_sidecar_is_missing_is_passed_over()
    {
        await WriteCommitsAsync();
        await WriteJsonAsync(sidecars: ["gone.parquet"]);

        Assert.Equal(["f1", "f2", "f3"], await LoadAsync());
    }

    [Fact]
    public async Task A_checkpoint_that_cleanup_takes_away_while_it_is_read_is_to_be_tried_again()
    {
        await WriteCommitsAsync();
        await WriteJsonAsync(sidecars: ["gone.parquet"]);
        await DeleteCommitsAsync();
        var store = new FaultyObjectStore(_store, call =>
        {
            if (call.Path.EndsWith("gone.parquet", StringComparison.Ordinal))
                _store.DeleteAsync($"{Name}.{Uuid}.json", Token).Wait(Token);
            return StoreFault.None;
        });

        var fault = await Assert.ThrowsAsync<VarveException>(() => new SnapshotLoader(store, "t").LoadAsync(version: null, Token));

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
    }

    [Fact]
    public async Task A_checkpoint_whose_sidecar_is_missing_is_corrupt_when_nothing_stands_in_for_it()
    {
        await WriteCommitsAsync();
        await WriteJsonAsync(sidecars: ["gone.parquet"]);
        await DeleteCommitsAsync();

        var fault = await Assert.ThrowsAsync<VarveException>(LoadAsync);

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains("gone.parquet", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_checkpoint_is_the_best_and_of_one_version_the_most_modern()
    {
        string[] names =
        [
            "00000000000000000003.checkpoint.parquet", $"00000000000000000003.checkpoint.{Uuid}.json", "00000000000000000004.checkpoint.parquet",
            "00000000000000000003.checkpoint.0000000002.0000000002.parquet", "00000000000000000003.checkpoint.0000000001.0000000002.parquet",
            "00000000000000000009.checkpoint.0000000001.0000000002.parquet",
        ];

        var best = CheckpointFiles.Complete(names.Select(name => (LogFileName.Parse(name)!.Value, name)));

        Assert.Equal([names[2], names[1], names[4], names[0]], best.Select(checkpoint => checkpoint.Names[0]));
    }

    [Theory]
    [InlineData("00000000000000000003.checkpoint.0000000000.0000000002.parquet")]
    [InlineData("00000000000000000003.checkpoint.0000000003.0000000002.parquet")]
    [InlineData("00000000000000000003.checkpoint.1.2.parquet")]
    [InlineData("00000000000000000003.checkpoint.no-uuid.json")]
    [InlineData("00000000000000000003.checkpoint.json")]
    [InlineData("00000000000000000003.00000000000000000003.compacted.json")]
    [InlineData("00000000000000000003.4.compacted.json")]
    [InlineData("3.json")]
    [InlineData("00000000000000000003")]
    public void Names_that_come_close_are_none_of_the_log(string name) => Assert.Null(LogFileName.Parse(name));

    async Task WritePartsAsync(bool firstPart, bool secondPart)
    {
        await WriteCommitsAsync();
        var whole = await new SnapshotLoader(_store, "t").LoadAsync(3, Token);
        if (firstPart)
            await _store.PutAsync($"{Name}.0000000001.0000000002.parquet", CheckpointWriter.Write(whole!, 0).Content, Token);
        if (secondPart)
            await _store.PutAsync($"{Name}.0000000002.0000000002.parquet", Adds("part"), Token);
    }

    Task WriteJsonAsync(string[] sidecars) => _store.PutAsync($"{Name}.{Uuid}.json", Encoding.UTF8.GetBytes(string.Join('\n',
        [
            """{"checkpointMetadata":{"version":3}}""", .. TestTable.FirstLines.Split('\n'),
            .. sidecars.Select(path => $$$"""{"sidecar":{"path":"{{{path}}}","sizeInBytes":1,"modificationTime":0}}"""),
        ])), Token);

    byte[] Adds(params string[] paths)
    {
        var file = _folder.At("adds.parquet");
        DuckDb.Execute($"COPY (SELECT {{'path': path, 'size': 1::BIGINT}} AS add FROM (VALUES {string.Join(", ", paths.Select(path => $"('{path}')"))}) AS t(path)) TO '{file}' (FORMAT parquet)");
        return File.ReadAllBytes(file);
    }

    async Task WriteCommitsAsync()
    {
        await TestTable.WriteCommitAsync(_store, 0, TestTable.FirstLines, Token);
        for (var version = 1; version <= 3; version++)
            await TestTable.WriteCommitAsync(
                _store, version, $$$"""{"add":{"path":"f{{{version}}}","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true}}""", Token);
    }

    async Task DeleteCommitsAsync()
    {
        for (var version = 0; version <= 3; version++)
            await _store.DeleteAsync(TestTable.CommitPath(version), Token);
    }

    async Task<IEnumerable<string>> LoadAsync() =>
        (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!.Files.Keys.Order(StringComparer.Ordinal);
}
