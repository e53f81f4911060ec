using Varve.Delta.Commits;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class TableFeaturesTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"minReaderVersion":4,"minWriterVersion":7}""", "version 4")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["variantType"],"writerFeatures":["variantType"]}""", "'variantType'")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["variantType-preview"],"writerFeatures":["variantType-preview"]}""", "'variantType-preview'")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["catalogManaged"],"writerFeatures":["catalogManaged"]}""", "'catalogManaged'")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["geospatial"],"writerFeatures":["geospatial"]}""", "'geospatial'")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["coordinatedCommits-preview"]}""", "'coordinatedCommits-preview'")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["redirectWriterOnly-preview"]}""", "'redirectWriterOnly-preview'")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["vacuumProtocolCheck","someday"],"writerFeatures":["vacuumProtocolCheck","someday"]}""", "'someday'")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7}""", "readerFeatures")]
    public async Task A_table_that_cannot_be_read_is_refused_and_the_reason_named(string protocol, string reason)
    {
        await WriteAsync(protocol);

        var fault = await Assert.ThrowsAsync<VarveException>(() => DeltaTable.OpenAsync(_store, "t", null, null, Token));

        Assert.Contains(fault.Kind, (FaultKind[])[FaultKind.Invalid, FaultKind.Corrupt]);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["appendOnly"]}""", "'deletionVectors'")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":2,"readerFeatures":["deletionVectors"]}""", "writer version 2")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["timestampNtz","typeWidening-preview"],"writerFeatures":["timestampNtz","typeWidening-preview"]}""", "'typeWidening-preview'")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":8}""", "version 8")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["appendOnly","rowTracking"]}""", "'rowTracking'")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["materializePartitionColumns"]}""", "'materializePartitionColumns'")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["collations-preview"]}""", "'collations-preview'")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["liquid"]}""", "'liquid'")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":7}""", "writerFeatures")]
    public async Task A_table_that_cannot_be_written_is_read_but_a_commit_is_refused_and_the_reason_named(string protocol, string reason)
    {
        await WriteAsync(protocol);
        var table = (await DeltaTable.OpenAsync(_store, "t", TestTable.Impatient, null, Token))!;

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Append("a"), Token));

        Assert.Contains(fault.Kind, (FaultKind[])[FaultKind.Invalid, FaultKind.Corrupt]);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
    }

    [Theory]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":1}""")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":2}""")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["appendOnly","invariants","inCommitTimestamp","domainMetadata"]}""")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["vacuumProtocolCheck"],"writerFeatures":["vacuumProtocolCheck"]}""")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":3}""")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":4}""")]
    [InlineData("""{"minReaderVersion":2,"minWriterVersion":5}""")]
    [InlineData("""{"minReaderVersion":2,"minWriterVersion":6}""")]
    [InlineData("""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors","timestampNtz","v2Checkpoint","typeWidening","columnMapping"],"writerFeatures":["deletionVectors","timestampNtz","v2Checkpoint","typeWidening","columnMapping"]}""")]
    [InlineData("""{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["checkConstraints","generatedColumns","identityColumns","changeDataFeed","clustering","allowColumnDefaults","icebergCompatV1","icebergCompatV2"]}""")]
    public async Task A_table_of_known_features_is_read_and_written(string protocol)
    {
        await WriteAsync(protocol);
        var table = (await DeltaTable.OpenAsync(_store, "t", TestTable.Impatient, null, Token))!;

        Assert.Equal(new CommitOutcome.Committed(1), await table.CommitAsync(TestTable.Append("a"), Token));
    }

    [Fact]
    public async Task A_protocol_that_another_writer_raised_stops_a_writer_that_was_open()
    {
        await WriteAsync("""{"minReaderVersion":1,"minWriterVersion":2}""");
        var table = (await DeltaTable.OpenAsync(_store, "t", TestTable.Impatient, null, Token))!;
        await TestTable.WriteCommitAsync(_store, 1, """{"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["rowTracking"]}}""", Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Append("a"), Token));

        Assert.Contains("'rowTracking'", fault.Message, StringComparison.Ordinal);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(2), Token));
    }

    [Fact]
    public async Task A_null_deletion_vector_is_none()
    {
        await TestTable.WriteCommitAsync(_store, 0, TestTable.FirstLines + "\n" +
            """{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true,"deletionVector":null}}""", Token);

        Assert.Single((await DeltaTable.OpenAsync(_store, "t", null, null, Token))!.Latest.Files);
    }

    [Fact]
    public async Task A_column_with_an_invariant_may_be_read_and_not_written()
    {
        await TestTable.WriteCommitAsync(_store, 0,
            """
            {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
            {"metaData":{"id":"t","schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"s\",\"type\":{\"type\":\"struct\",\"fields\":[{\"name\":\"x\",\"type\":\"long\",\"nullable\":true,\"metadata\":{\"delta.invariants\":\"{}\"}}]},\"nullable\":true,\"metadata\":{}}]}","partitionColumns":[],"configuration":{}}}
            """, Token);
        var table = (await DeltaTable.OpenAsync(_store, "t", TestTable.Impatient, null, Token))!;

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Append("a"), Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("delta.invariants", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_to_which_is_only_added_loses_no_rows()
    {
        var definition = TestTable.Definition with { Properties = new Dictionary<string, string> { ["delta.appendOnly"] = "true" } };
        var table = await DeltaTable.OpenOrCreateAsync(_store, "t", definition, TestTable.Impatient, null, Token);
        await table.CommitAsync(TestTable.Append("a"), Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Delete("a"), Token));
        var compaction = TestTable.Append("b") with { Removes = [new() { Path = "a", DeletionTimestamp = 1, DataChange = false }] };

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains("delta.appendOnly", fault.Message, StringComparison.Ordinal);
        Assert.IsType<CommitOutcome.Committed>(await table.CommitAsync(compaction, Token));
    }

    Task WriteAsync(string protocol) => TestTable.WriteCommitAsync(
        _store, 0, $$"""{"protocol":{{protocol}}}""" + "\n" + TestTable.FirstLines.Split('\n')[1], Token);
}
