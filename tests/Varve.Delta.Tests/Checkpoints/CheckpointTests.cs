using System.Text;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_hundredth_commit_of_a_table_of_ours_writes_a_checkpoint_and_its_hint()
    {
        var store = new MemoryObjectStore();
        var table = await TestTable.OpenAsync(store, Token);

        for (var number = 1; number <= 201; number++)
            await table.CommitAsync(TestTable.Append($"f{number}"), Token);

        var checkpoints = await store.ListAsync("t/_delta_log/", null, Token).Where(info => info.Path.EndsWith(".parquet", StringComparison.Ordinal)).ToListAsync(Token);
        Assert.Equal([TestTable.CheckpointPath(100), TestTable.CheckpointPath(200)], checkpoints.Select(info => info.Path));
        var hint = Encoding.UTF8.GetString((await store.ReadAsync("t/_delta_log/_last_checkpoint", Token))!);
        Assert.StartsWith($$"""{"version":200,"size":202,"sizeInBytes":{{checkpoints[1].SizeBytes}},"numOfAddFiles":200,"checksum":""", hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_through_the_checkpoint_gives_what_reading_all_commits_gives()
    {
        var store = new MemoryObjectStore();
        var table = await TestTable.OpenAsync(store, Token);
        for (var number = 1; number <= 103; number++)
        {
            var commit = number % 10 == 0 ? TestTable.Delete($"f{number - 1}") with { Removes = [Tombstone($"f{number - 1}")] } : TestTable.Append($"f{number}");
            await table.CommitAsync(commit with { Transaction = new AppTransaction { AppId = $"app{number % 3}", Version = number } }, Token);
        }

        var through = State.Of((await new SnapshotLoader(store, "t").LoadAsync(null, Token))!);
        Assert.NotNull(await store.ReadAsync(TestTable.CheckpointPath(100), Token));
        await store.DeleteAsync(TestTable.CheckpointPath(100), Token);

        Assert.Equal(State.Of((await new SnapshotLoader(store, "t").LoadAsync(null, Token))!), through);
        Assert.Equal(State.Of(table.Latest), through);
        Assert.Equal(10, table.Latest.Tombstones.Count);
    }

    [Fact]
    public async Task A_foreign_table_is_checkpointed_as_often_as_its_property_or_the_protocol_says()
    {
        var store = new MemoryObjectStore();
        await TestTable.WriteCommitAsync(store, 0, TestTable.FirstLines, Token);
        var table = await TestTable.OpenAsync(store, Token);

        for (var number = 1; number <= 10; number++)
            await table.CommitAsync(TestTable.Append($"f{number}"), Token);

        Assert.Null(await store.ReadAsync(TestTable.CheckpointPath(9), Token));
        Assert.NotNull(await store.ReadAsync(TestTable.CheckpointPath(10), Token));
    }

    [Fact]
    public async Task DuckDB_reads_a_checkpoint_with_the_schema_of_the_protocol()
    {
        var file = await WriteAsync(RichHistory);

        Assert.Equal(
            [
                "txn STRUCT(appId VARCHAR, \"version\" BIGINT, lastUpdated BIGINT)",
                "add STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, tags MAP(VARCHAR, VARCHAR), " + Vector + ", baseRowId BIGINT, defaultRowCommitVersion BIGINT, clusteringProvider VARCHAR, stats VARCHAR)",
                "remove STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, " + Vector + ", baseRowId BIGINT, defaultRowCommitVersion BIGINT)",
                "metaData STRUCT(id VARCHAR, \"name\" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, \"options\" MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[], createdTime BIGINT, \"configuration\" MAP(VARCHAR, VARCHAR))",
                "protocol STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])",
                "domainMetadata STRUCT(\"domain\" VARCHAR, \"configuration\" VARCHAR, removed BOOLEAN)",
            ],
            DuckDb.Columns(file).Select(column => column.Replace("\"path\"", "path", StringComparison.Ordinal).Replace("\"offset\"", "offset", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task DuckDB_reads_every_row_of_a_checkpoint()
    {
        var file = await WriteAsync(RichHistory);

        Assert.Equal(["1|1|1|1|2|1|7"], DuckDb.Query(
            $"SELECT count(txn), count(metaData), count(protocol), count(domainMetadata), count(add), count(remove), count(*) FROM '{file}'"));
        Assert.Equal(["a b|{p=1, q=NULL}|5|6|false|∅|{\"numRecords\":1}", "z|{p=∅, q=2}|7|8|false|{t=1, u=NULL}|∅"], DuckDb.Query(
            $"SELECT add.path, add.partitionValues, add.size, add.modificationTime, add.dataChange, add.tags, add.stats FROM '{file}' WHERE add IS NOT NULL"));
        Assert.Equal(["r|9|false|true|{p=1, q=2}|3|∅|∅|∅"], DuckDb.Query($"SELECT unnest(remove) FROM '{file}' WHERE remove IS NOT NULL"));
        Assert.Equal(["app|4|∅"], DuckDb.Query($"SELECT unnest(txn) FROM '{file}' WHERE txn IS NOT NULL"));
        Assert.Equal(["1|7|∅|[domainMetadata, appendOnly]"], DuckDb.Query($"SELECT unnest(protocol) FROM '{file}' WHERE protocol IS NOT NULL"));
        Assert.Equal(["i|∅|d|parquet|{o=1}|[p, q]|∅|{k=v}"], DuckDb.Query(
            $"""
             SELECT metaData.id, metaData.name, metaData.description, metaData.format.provider, metaData.format.options, metaData.partitionColumns,
             metaData.createdTime, metaData.configuration FROM '{file}' WHERE metaData IS NOT NULL
             """));
        Assert.Equal(["kept|{}|false"], DuckDb.Query($"SELECT unnest(domainMetadata) FROM '{file}' WHERE domainMetadata IS NOT NULL"));
    }

    [Fact]
    public async Task Only_tombstones_that_have_not_expired_are_kept()
    {
        var store = new MemoryObjectStore();
        await TestTable.WriteCommitAsync(store, 0, TestTable.FirstLines + """

            {"remove":{"path":"old","deletionTimestamp":99}}
            {"remove":{"path":"never dated"}}
            {"remove":{"path":"young","deletionTimestamp":100}}
            """, Token);
        var snapshot = (await new SnapshotLoader(store, "t").LoadAsync(null, Token))!;

        var (content, actions) = CheckpointWriter.Write(snapshot, expiredBeforeMs: 100);

        Assert.Equal(["young"], CheckpointReader.Read(content.ToArray(), "x").Select(line => line.Remove?.Path).OfType<string>());
        Assert.Equal(3, actions);
    }

    [Fact]
    public async Task A_checkpoint_of_more_rows_than_a_batch_holds_is_read_whole()
    {
        const int files = 70_000;
        var store = new MemoryObjectStore();
        var lines = new StringBuilder(TestTable.FirstLines);
        for (var number = 0; number < files; number++)
            lines.Append($"\n{{\"add\":{{\"path\":\"f{number:D6}\",\"partitionValues\":{{\"p\":\"{number % 7}\"}},\"size\":{number},\"modificationTime\":0,\"dataChange\":true}}}}");
        await TestTable.WriteCommitAsync(store, 0, lines.ToString(), Token);
        var snapshot = (await new SnapshotLoader(store, "t").LoadAsync(null, Token))!;

        var read = CheckpointReader.Read(CheckpointWriter.Write(snapshot, 0).Content.ToArray(), "x");

        var adds = read.Select(line => line.Add).OfType<AddFile>().ToList();
        Assert.Equal(files, adds.Count);
        for (var number = 0; number < files; number++)
            Assert.True(adds[number].Path == $"f{number:D6}" && adds[number].Size == number && adds[number].PartitionValues["p"] == $"{number % 7}");
    }

    [Fact]
    public void A_checkpoint_of_many_row_groups_is_read_whole()
    {
        var file = _folder.At("groups.parquet");
        DuckDb.Execute(
            $$"""
              COPY (SELECT {'path': 'f' || i, 'partitionValues': map {'p': CAST(i % 7 AS VARCHAR)}, 'size': i} AS add FROM range(10000) AS r(i))
              TO '{{file}}' (FORMAT parquet, ROW_GROUP_SIZE 2048)
              """);

        var adds = CheckpointReader.Read(File.ReadAllBytes(file), "x").Select(line => line.Add!).ToList();

        Assert.Equal(["5"], DuckDb.Query($"SELECT count(DISTINCT row_group_id) FROM parquet_metadata('{file}')"));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(number => ($"f{number}", (long)number, (string?)$"{number % 7}")),
            adds.Select(add => (add.Path, add.Size, add.PartitionValues["p"])));
    }

    [Fact]
    public void A_checkpoint_with_missing_and_unknown_columns_is_read()
    {
        var file = _folder.At("foreign.parquet");
        DuckDb.Execute($"COPY (SELECT {{'path': 'a', 'size': 3::BIGINT, 'someday': {{'x': 1}}}} AS add, {{'y': 1}} AS someday) TO '{file}' (FORMAT parquet)");

        var add = Assert.Single(CheckpointReader.Read(File.ReadAllBytes(file), "x")).Add!;

        Assert.Equal(("a", 3L, 0, null), (add.Path, add.Size, add.PartitionValues.Count, add.Stats));
    }

    [Theory]
    [InlineData("{'size': 3::BIGINT} AS add")]
    [InlineData("{'path': 17} AS add")]
    [InlineData("{'path': NULL::VARCHAR, 'size': 3::BIGINT} AS add")]
    [InlineData("{'path': 'a', 'partitionValues': 'p=1'} AS add")]
    [InlineData("{'path': 'a', 'partitionValues': map {'p': 1}} AS add")]
    [InlineData("{'path': 'a', 'size': 'big'} AS add")]
    [InlineData("'a' AS add")]
    [InlineData("{'appId': NULL::VARCHAR, 'version': 1} AS txn")]
    public void A_checkpoint_whose_columns_are_of_other_types_is_corrupt_and_not_half_read(string columns)
    {
        var file = _folder.At("foreign.parquet");
        DuckDb.Execute($"COPY (SELECT {columns}) TO '{file}' (FORMAT parquet)");

        var fault = Assert.Throws<VarveException>(() => CheckpointReader.Read(File.ReadAllBytes(file), "t/_delta_log/x.parquet"));

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains("t/_delta_log/x.parquet", fault.Message, StringComparison.Ordinal);
    }

    const string Vector = "deletionVector STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, offset INTEGER, sizeInBytes INTEGER, cardinality BIGINT)";

    const string RichHistory =
        """
        {"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["domainMetadata","appendOnly"]}}
        {"metaData":{"id":"i","description":"d","format":{"provider":"parquet","options":{"o":"1"}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":["p","q"],"configuration":{"k":"v"}}}
        {"add":{"path":"a b","partitionValues":{"p":"1","q":null},"size":5,"modificationTime":6,"dataChange":true,"stats":"{\"numRecords\":1}"}}
        {"add":{"path":"z","partitionValues":{"p":"∅","q":"2"},"size":7,"modificationTime":8,"dataChange":true,"tags":{"t":"1","u":null}}}
        {"remove":{"path":"r","deletionTimestamp":9,"dataChange":false,"extendedFileMetadata":true,"partitionValues":{"p":"1","q":"2"},"size":3}}
        {"txn":{"appId":"app","version":4}}
        {"domainMetadata":{"domain":"kept","configuration":"{}","removed":false}}
        {"domainMetadata":{"domain":"gone","configuration":"","removed":true}}
        """;

    static RemoveFile Tombstone(string path) => new() { Path = path, DeletionTimestamp = long.MaxValue, Size = 100, ExtendedFileMetadata = true };

    async Task<string> WriteAsync(string history)
    {
        var store = new MemoryObjectStore();
        await TestTable.WriteCommitAsync(store, 0, history, Token);
        var snapshot = (await new SnapshotLoader(store, "t").LoadAsync(null, Token))!;
        var file = _folder.At("checkpoint.parquet");
        await File.WriteAllBytesAsync(file, CheckpointWriter.Write(snapshot, 0).Content, Token);
        return file;
    }
}
