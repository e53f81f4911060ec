using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Log;

public sealed class WriterFeaturesTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("delta.constraints.positive", "x > 0", "'checkConstraints'")]
    [InlineData("delta.columnMapping.mode", "name", "'columnMapping'")]
    [InlineData("delta.columnMapping.mode", "id", "'columnMapping'")]
    [InlineData("delta.enableIcebergCompatV1", "true", "'icebergCompatV1'")]
    [InlineData("delta.enableIcebergCompatV2", "true", "'icebergCompatV2'")]
    [InlineData("delta.enableRowTracking", "true", "'rowTracking'")]
    [InlineData("delta.universalFormat.enabledFormats", "iceberg", "'universalFormat'")]
    public async Task A_table_with_a_feature_turned_on_that_is_not_written_is_refused_and_the_feature_named(string property, string value, string feature)
    {
        var table = await WriteAsync("{}", (property, value));

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Append("a"), Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(feature, fault.Message, StringComparison.Ordinal);
        Assert.Contains(property, fault.Message, StringComparison.Ordinal);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
    }

    [Theory]
    [InlineData("delta.columnMapping.mode", "none")]
    [InlineData("delta.enableIcebergCompatV1", "false")]
    [InlineData("delta.universalFormat.enabledFormats", "")]
    [InlineData("delta.enableDeletionVectors", "true")]
    [InlineData("delta.enableChangeDataFeed", "true")]
    public async Task A_table_with_such_a_feature_turned_off_or_with_one_that_asks_nothing_of_appends_is_written(string property, string value)
    {
        var table = await WriteAsync("{}", (property, value));

        Assert.Equal(new CommitOutcome.Committed(1), await table.CommitAsync(TestTable.Append("a"), Token));
    }

    [Theory]
    [InlineData("delta.invariants", "'invariants'")]
    [InlineData("delta.generationExpression", "'generatedColumns'")]
    [InlineData("delta.identity.start", "'identityColumns'")]
    [InlineData("CURRENT_DEFAULT", "'allowColumnDefaults'")]
    public async Task A_column_whose_values_the_table_makes_or_checks_is_refused_and_the_feature_named(string key, string feature)
    {
        var table = await WriteAsync($$"""{"{{key}}":"1"}""");

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(TestTable.Append("a"), Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(feature, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_a_table_that_feeds_its_changes_are_added_and_removed_by_whole_files_and_not_rewritten()
    {
        var table = await WriteAsync("{}", ("delta.enableChangeDataFeed", "true"));
        await table.CommitAsync(TestTable.Append("a", "b", "c"), Token);
        var rewrite = TestTable.Append("a2") with { Removes = TestTable.Delete("a").Removes };
        var compaction = new Commit
        {
            Operation = "OPTIMIZE",
            Adds = [TestTable.Add("bc") with { DataChange = false }],
            Removes = [.. TestTable.Delete("b", "c").Removes.Select(remove => remove with { DataChange = false })],
        };

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.CommitAsync(rewrite, Token));

        Assert.Contains("'changeDataFeed'", fault.Message, StringComparison.Ordinal);
        Assert.Equal(new CommitOutcome.Committed(2), await table.CommitAsync(TestTable.Delete("a"), Token));
        Assert.Equal(new CommitOutcome.Committed(3), await table.CommitAsync(compaction, Token));
    }

    async Task<DeltaTable> WriteAsync(string columnMetadata, params (string Key, string Value)[] properties)
    {
        var schema = $$"""{"type":"struct","fields":[{"name":"x","type":"long","nullable":true,"metadata":{{columnMetadata}}}]}""";
        var metadata = new TableMetadata
        {
            Id = "t",
            SchemaString = schema,
            PartitionColumns = [],
            Configuration = properties.ToDictionary(property => property.Key, property => property.Value),
        };
        var protocol = new TableProtocol { MinReaderVersion = 2, MinWriterVersion = 6 };
        await _store.PutAsync(TestTable.CommitPath(0), ActionJson.Write([new() { Protocol = protocol }, new() { MetaData = metadata }]), Token);
        return (await DeltaTable.OpenAsync(_store, "t", TestTable.Impatient, null, Token))!;
    }
}
