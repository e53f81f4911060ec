using System.Text;
using Varve.Delta.Actions;
using Varve.Delta.Checkpoints;
using Varve.Delta.Log;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Checkpoints;

public sealed class CheckpointWriterTests : IDisposable
{
    const string Statistics =
        """
        {\"numRecords\":7,\"minValues\":{\"x\":-3,\"s\":\"a\",\"t\":\"2026-01-02T03:04:05.123456Z\",\"d\":\"2026-01-02\",\"m\":1.50,\"n\":{\"y\":2}},\"maxValues\":{\"x\":9,\"s\":\"z\",\"n\":{\"y\":\"wrong\"}},\"nullCount\":{\"x\":1,\"b\":2,\"n\":{\"y\":3},\"l\":4}}
        """;

    readonly MemoryObjectStore _store = new();
    readonly TemporaryFolder _folder = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 2)]
    [InlineData(100, 2)]
    [InlineData(101, 3)]
    [InlineData(250, 4)]
    public async Task Row_groups_have_a_bound_and_the_first_holds_what_is_not_about_files(int files, int groups)
    {
        var snapshot = await LoadAsync([.. Enumerable.Range(0, files).Select(number => Add($"f{files - number:D4}"))]);

        var file = Save(CheckpointWriter.Write(snapshot, new CheckpointSettings { RowGroupRows = 100 }, Token).Content);

        Assert.Equal([$"{groups}"], DuckDb.Query($"SELECT count(DISTINCT row_group_id) FROM parquet_metadata('{file}')"));
        Assert.Equal(["2"], DuckDb.Query($"SELECT DISTINCT row_group_num_rows FROM parquet_metadata('{file}') WHERE row_group_id = 0"));
        Assert.Equal(Enumerable.Range(1, files).Select(number => $"f{number:D4}"), DuckDb.Query($"SELECT add.path FROM '{file}' WHERE add IS NOT NULL"));
    }

    [Fact]
    public async Task Every_field_of_an_action_is_kept()
    {
        var snapshot = await LoadAsync(
            """{"add":{"path":"a","partitionValues":{},"size":5,"modificationTime":6,"dataChange":true,"deletionVector":{"storageType":"u","pathOrInlineDv":"v","offset":4,"sizeInBytes":6,"cardinality":2},"baseRowId":10,"defaultRowCommitVersion":3,"clusteringProvider":"liquid"}}""",
            """{"remove":{"path":"r","deletionTimestamp":9,"dataChange":true,"deletionVector":{"storageType":"i","pathOrInlineDv":"w","sizeInBytes":1,"cardinality":1},"baseRowId":11,"defaultRowCommitVersion":4}}""");

        var file = Save(CheckpointWriter.Write(snapshot, new CheckpointSettings(), Token).Content);

        Assert.Equal(["u|v|4|6|2|10|3|liquid"], DuckDb.Query(
            $"SELECT unnest(add.deletionVector), add.baseRowId, add.defaultRowCommitVersion, add.clusteringProvider FROM '{file}' WHERE add IS NOT NULL"));
        Assert.Equal(["i|w|∅|1|1|11|4"], DuckDb.Query(
            $"SELECT unnest(remove.deletionVector), remove.baseRowId, remove.defaultRowCommitVersion FROM '{file}' WHERE remove IS NOT NULL"));
    }

    [Theory]
    [InlineData("zstd", "ZSTD")]
    [InlineData("snappy", "SNAPPY")]
    [InlineData("gzip", "GZIP")]
    [InlineData("lz4_raw", "LZ4_RAW")]
    [InlineData("none", "UNCOMPRESSED")]
    [InlineData("of the future", "ZSTD")]
    public async Task The_codec_is_that_of_the_table(string property, string codec)
    {
        var snapshot = await LoadWithPropertiesAsync(new() { ["delta.parquet.compression.codec"] = property });

        var file = Save(CheckpointWriter.Write(snapshot, 0).Content);

        Assert.Equal([codec], DuckDb.Query($"SELECT DISTINCT compression FROM parquet_metadata('{file}')"));
    }

    [Theory]
    [InlineData(null, null, "1")]
    [InlineData("false", null, "0")]
    [InlineData("true", "true", "1")]
    [InlineData("false", "true", "0")]
    public async Task Statistics_are_in_the_form_that_the_table_asks_for(string? asJson, string? asStruct, string texts)
    {
        var properties = new Dictionary<string, string>();
        if (asJson is not null)
            properties["delta.checkpoint.writeStatsAsJson"] = asJson;
        if (asStruct is not null)
            properties["delta.checkpoint.writeStatsAsStruct"] = asStruct;
        var snapshot = await LoadWithPropertiesAsync(properties, Add("a", "\"stats\":\"{\\\"numRecords\\\":7}\""));

        var file = Save(CheckpointWriter.Write(snapshot, 0).Content);

        Assert.Equal([texts], DuckDb.Query($"SELECT count(add.stats) FROM '{file}'"));
        Assert.Equal(asStruct is not null, DuckDb.Columns(file).Any(column => column.Contains("stats_parsed", StringComparison.Ordinal)));
        if (asStruct is not null)
            Assert.Equal(["7"], DuckDb.Query($"SELECT add.stats_parsed.numRecords FROM '{file}' WHERE add IS NOT NULL"));
    }

    [Fact]
    public async Task Statistics_in_columns_have_the_types_of_the_table()
    {
        await TestTable.WriteCommitAsync(_store, 0, Wide + "\n" + Add("p=1/a", $"\"stats\":\"{Statistics.Trim()}\"", """{"p":"1","q":"2026-03-04 05:06:07"}""")
            + "\n" + Add("p=x/b", "\"stats\":\"torn\"", """{"p":"x","q":null}"""), Token);
        var snapshot = (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!;

        var file = Save(CheckpointWriter.Write(snapshot, new CheckpointSettings { StatsAsStruct = true }, Token).Content);

        Assert.Equal(["7|-3|a|2026-01-02 03:04:05.123456+00|2026-01-02|1.50|2", "∅|∅|∅|∅|∅|∅|∅"], DuckDb.Query(
            $"SELECT s.numRecords, s.minValues.x, s.minValues.s, s.minValues.t, s.minValues.d, s.minValues.m, s.minValues.n.y FROM (SELECT add.stats_parsed AS s FROM '{file}' WHERE add IS NOT NULL)"));
        Assert.Equal(["9|z|∅|∅", "∅|∅|∅|∅"], DuckDb.Query(
            $"SELECT s.maxValues.x, s.maxValues.s, s.maxValues.t, s.maxValues.n.y FROM (SELECT add.stats_parsed AS s FROM '{file}' WHERE add IS NOT NULL)"));
        Assert.Equal(["1|∅|2|3|4", "∅|∅|∅|∅|∅"], DuckDb.Query(
            $"SELECT s.nullCount.x, s.nullCount.s, s.nullCount.b, s.nullCount.n.y, s.nullCount.l FROM (SELECT add.stats_parsed AS s FROM '{file}' WHERE add IS NOT NULL)"));
        Assert.Equal(["1|2026-03-04 05:06:07+00", "∅|∅"], DuckDb.Query(
            $"SELECT add.partitionValues_parsed.p, add.partitionValues_parsed.q FROM '{file}' WHERE add IS NOT NULL"));
        Assert.Equal(["BIGINT|DECIMAL(9,2)|DATE|INTEGER"], DuckDb.Query(
            $"""
             SELECT typeof(s.minValues.x), typeof(s.minValues.m), typeof(s.minValues.d), typeof(v.p)
             FROM (SELECT add.stats_parsed AS s, add.partitionValues_parsed AS v FROM '{file}' WHERE add IS NOT NULL LIMIT 1)
             """));
        Assert.Equal(2, CheckpointReader.Read(File.ReadAllBytes(file), "x").Count(line => line.Add is not null));
    }

    [Theory]
    [InlineData("interval 1 hour", "young")]
    [InlineData("interval 3 hours", "old,young")]
    [InlineData("a while", "ancient,never,old,young")]
    [InlineData(null, "old,young")]
    public async Task Tombstones_are_forgotten_after_the_retention_of_the_table(string? retention, string kept)
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(100);
        var properties = new Dictionary<string, string>();
        if (retention is not null)
            properties["delta.deletedFileRetentionDuration"] = retention;
        var snapshot = await LoadWithPropertiesAsync(
            properties, Remove("young", now.AddHours(-1)), Remove("old", now.AddHours(-2)), Remove("ancient", now.AddDays(-8)), """{"remove":{"path":"never"}}""");

        var content = new CheckpointActions(snapshot, CheckpointSettings.Of(snapshot, now));

        Assert.Equal(kept, string.Join(',', content.FileLinesAt(0, 10).Select(line => line.Remove!.Path)));
    }

    [Theory]
    [InlineData(null, "dated,undated")]
    [InlineData("interval 1 day", "dated,undated")]
    [InlineData("interval 23 hours", "undated")]
    public async Task The_progress_of_applications_is_forgotten_after_the_retention_of_the_table(string? retention, string kept)
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(100);
        var properties = new Dictionary<string, string>();
        if (retention is not null)
            properties["delta.setTransactionRetentionDuration"] = retention;
        var snapshot = await LoadWithPropertiesAsync(
            properties, $$$"""{"txn":{"appId":"dated","version":1,"lastUpdated":{{{now.AddDays(-1).ToUnixTimeMilliseconds()}}}}}""", """{"txn":{"appId":"undated","version":1}}""");

        var content = new CheckpointActions(snapshot, CheckpointSettings.Of(snapshot, now));

        Assert.Equal(kept, string.Join(',', content.TableLines.Select(line => line.Txn?.AppId).OfType<string>()));
    }

    [Fact]
    public async Task A_file_beyond_its_limit_is_refused_and_the_way_out_is_named()
    {
        var snapshot = await LoadAsync([.. Enumerable.Range(0, 50).Select(number => Add($"f{number}"))]);
        var sizeBytes = CheckpointWriter.Write(snapshot, new CheckpointSettings(), Token).Content.Length;

        Assert.Equal(sizeBytes, CheckpointWriter.Write(snapshot, new CheckpointSettings { FileBytesMax = sizeBytes }, Token).Content.Length);
        var fault = Assert.Throws<VarveException>(() => CheckpointWriter.Write(snapshot, new CheckpointSettings { FileBytesMax = sizeBytes - 1 }, Token));

        Assert.Equal(FaultKind.LimitExceeded, fault.Kind);
        Assert.Contains("delta.checkpointPolicy", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sidecars_hold_no_more_than_their_bound_and_only_adds_and_removes()
    {
        var snapshot = await LoadAsync([.. Enumerable.Range(0, 25).Select(number => Add($"f{number:D2}")), Remove("r", DateTimeOffset.UnixEpoch)]);
        var settings = new CheckpointSettings { SidecarRows = 10, RowGroupRows = 4 };

        var sidecars = CheckpointWriter.WriteSidecars(snapshot, new CheckpointActions(snapshot, settings), settings, Token).ToList();

        Assert.Equal([10, 10, 6], sidecars.Select(sidecar => sidecar.Actions));
        Assert.Equal(["add", "remove"], DuckDb.Columns(Save(sidecars[2].Content)).Select(column => column.Split(' ')[0]));
        Assert.Equal(
            [.. Enumerable.Range(0, 25).Select(number => $"f{number:D2}"), "r"],
            sidecars.SelectMany(sidecar => CheckpointReader.Read(sidecar.Content.ToArray(), "x")).Select(line => line.Add?.Path ?? line.Remove!.Path));
    }

    const string Wide =
        """
        {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
        {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"x\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}},{\"name\":\"s\",\"type\":\"string\",\"nullable\":true,\"metadata\":{}},{\"name\":\"t\",\"type\":\"timestamp\",\"nullable\":true,\"metadata\":{}},{\"name\":\"d\",\"type\":\"date\",\"nullable\":true,\"metadata\":{}},{\"name\":\"m\",\"type\":\"decimal(9,2)\",\"nullable\":true,\"metadata\":{}},{\"name\":\"b\",\"type\":\"boolean\",\"nullable\":true,\"metadata\":{}},{\"name\":\"n\",\"type\":{\"type\":\"struct\",\"fields\":[{\"name\":\"y\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}}]},\"nullable\":true,\"metadata\":{}},{\"name\":\"l\",\"type\":{\"type\":\"array\",\"elementType\":\"long\",\"containsNull\":true},\"nullable\":true,\"metadata\":{}},{\"name\":\"p\",\"type\":\"integer\",\"nullable\":true,\"metadata\":{}},{\"name\":\"q\",\"type\":\"timestamp\",\"nullable\":true,\"metadata\":{}}]}","partitionColumns":["p","q"],"configuration":{}}}
        """;

    static string Add(string path, string? more = null, string values = "{}") =>
        $$$"""{"add":{"path":"{{{path}}}","partitionValues":{{{values}}},{{{(more is null ? "" : more + ",")}}}"size":1,"modificationTime":0,"dataChange":true}}""";

    static string Remove(string path, DateTimeOffset time) => $$$"""{"remove":{"path":"{{{path}}}","deletionTimestamp":{{{time.ToUnixTimeMilliseconds()}}}}}""";

    async Task<Snapshot> LoadAsync(params string[] lines)
    {
        await TestTable.WriteCommitAsync(_store, 0, TestTable.FirstLines + "\n" + string.Join('\n', lines), Token);
        return (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!;
    }

    async Task<Snapshot> LoadWithPropertiesAsync(Dictionary<string, string> properties, params string[] lines)
    {
        var first = ActionJson.Read(Encoding.UTF8.GetBytes(TestTable.FirstLines), "x");
        first[1] = new LogLine { MetaData = first[1].MetaData! with { Configuration = properties } };
        await TestTable.WriteCommitAsync(_store, 0, Encoding.UTF8.GetString(ActionJson.Write(first)) + string.Join('\n', lines), Token);
        return (await new SnapshotLoader(_store, "t").LoadAsync(null, Token))!;
    }

    string Save(ReadOnlyMemory<byte> content)
    {
        var file = _folder.At("checkpoint.parquet");
        File.WriteAllBytes(file, content.Span);
        return file;
    }
}
