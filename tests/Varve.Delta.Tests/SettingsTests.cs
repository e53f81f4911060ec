using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests;

public sealed class SettingsTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Properties_are_set_and_unset_and_the_rest_stays()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        var before = table.Latest.Metadata;

        Assert.Equal(new CommitOutcome.Committed(1), await SetAsync(table, ("DELTA.logretentionduration", "interval 60 days"), ("Owner", "me")));
        Assert.Equal(new CommitOutcome.Committed(2), await table.SetPropertiesAsync(new Dictionary<string, string>(), ["Owner", "never set"], Token));

        var metadata = table.Latest.Metadata;
        Assert.Equal("interval 60 days", metadata.Configuration["delta.logRetentionDuration"]);
        Assert.Equal(before.Configuration.Count + 1, metadata.Configuration.Count);
        Assert.Equal((before.Id, before.SchemaString), (metadata.Id, metadata.SchemaString));
        Assert.Equal(["UNSET TBLPROPERTIES", "SET TBLPROPERTIES"], (await table.HistoryAsync(2, Token)).Select(commit => commit.Info!.Operation));
    }

    [Fact]
    public async Task What_has_its_value_is_not_written_again()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        await SetAsync(table, ("delta.appendOnly", "true"));

        Assert.Equal(new CommitOutcome.AlreadyCommitted(1), await SetAsync(table, ("delta.appendOnly", "true")));
        Assert.Equal(new CommitOutcome.AlreadyCommitted(1), await table.AddColumnsAsync([new DeltaField("x", DeltaType.Long)], Token));
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(2), Token));
    }

    [Theory]
    [InlineData("delta.appendOnly", "yes")]
    [InlineData("delta.checkpointInterval", "0")]
    [InlineData("delta.logRetentionDuration", "interval 1 month")]
    [InlineData("delta.logRetentionDuration", "interval 6 days")]
    [InlineData("delta.deletedFileRetentionDuration", "interval 31 days")]
    [InlineData("delta.isolationLevel", "Snapshot")]
    [InlineData("delta.checkpointPolicy", "v3")]
    [InlineData("delta.parquet.compression.codec", "brotli")]
    [InlineData("delta.enableDeletionVectors", "true")]
    [InlineData("delta.columnMapping.mode", "name")]
    [InlineData("delta.enableRowTracking", "true")]
    [InlineData("delta.inCommitTimestampEnablementVersion", "1")]
    [InlineData("delta.unheardOf", "1")]
    [InlineData("delta.feature.rowTracking", "supported")]
    [InlineData("delta.feature.v2Checkpoint", "perhaps")]
    [InlineData("delta.minWriterVersion", "2")]
    public async Task A_property_that_is_none_or_has_no_such_value_is_refused(string key, string value)
    {
        var table = await TestTable.OpenAsync(_store, Token);

        var fault = await Assert.ThrowsAsync<VarveException>(() => SetAsync(table, (key, value)));
        var creating = await Assert.ThrowsAsync<VarveException>(() => DeltaTable.OpenOrCreateAsync(
            _store, "other", TestTable.Definition with { Properties = new Dictionary<string, string> { [key] = value } }, null, null, Token));

        Assert.Equal((FaultKind.Invalid, FaultKind.Invalid), (fault.Kind, creating.Kind));
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(1), Token));
    }

    [Theory]
    [InlineData("delta.appendOnly", "true", """{"minReaderVersion":1,"minWriterVersion":1}""", """{"minReaderVersion":1,"minWriterVersion":2}""")]
    [InlineData("delta.checkpointPolicy", "v2", """{"minReaderVersion":1,"minWriterVersion":2}""",
        """{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["v2Checkpoint"],"writerFeatures":["appendOnly","invariants","v2Checkpoint"]}""")]
    [InlineData("delta.feature.domainMetadata", "supported", """{"minReaderVersion":1,"minWriterVersion":1}""",
        """{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["domainMetadata"]}""")]
    [InlineData("delta.enableChangeDataFeed", "true", """{"minReaderVersion":1,"minWriterVersion":2}""", """{"minReaderVersion":1,"minWriterVersion":4}""")]
    public async Task A_feature_that_a_property_needs_is_added_in_the_same_version(string key, string value, string before, string after)
    {
        await TestTable.WriteCommitAsync(_store, 0, $$"""{"protocol":{{before}}}""" + "\n" + TestTable.FirstLines.Split('\n')[1], Token);
        var table = (await DeltaTable.OpenAsync(_store, "t", TestTable.Impatient, null, Token))!;

        Assert.Equal(new CommitOutcome.Committed(1), await SetAsync(table, (key, value)));

        Assert.Equal(after, System.Text.Json.JsonSerializer.Serialize(table.Latest.Protocol, ActionJsonContext.Default.TableProtocol));
        Assert.Equal(!key.StartsWith("delta.feature.", StringComparison.Ordinal), table.Latest.Metadata.Configuration.ContainsKey(key));
    }

    [Fact]
    public async Task In_commit_times_that_are_turned_on_tell_since_when_also_after_a_lost_race()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        var store = new MemoryObjectStore(new FakeTimeProvider(clock.GetUtcNow().AddMinutes(5)));
        await TestTable.WriteCommitAsync(store, 0, TestTable.FirstLines, Token);
        var rival = (await DeltaTable.OpenAsync(store, "t", TestTable.Impatient with { Clock = clock }, null, Token))!;
        var lost = false;
        var table = (await DeltaTable.OpenAsync(store, "t", TestTable.Impatient with
        {
            Clock = clock,
            Observer = async (phase, _) =>
            {
                if (phase != TransactionPhase.BeforePut || lost)
                    return;
                lost = true;
                await rival.CommitAsync(TestTable.Append("a"), Token);
            },
        }, null, Token))!;

        Assert.Equal(new CommitOutcome.Committed(2), await SetAsync(table, ("delta.enableInCommitTimestamps", "true")));

        // The store's clock is ahead: the time of the file before counts until here.
        var since = clock.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds() + 1;
        var configuration = table.Latest.Metadata.Configuration;
        Assert.Equal("2", configuration["delta.inCommitTimestampEnablementVersion"]);
        Assert.Equal(since.ToString(CultureInfo.InvariantCulture), configuration["delta.inCommitTimestampEnablementTimestamp"]);
        Assert.Equal(since, (await table.HistoryAsync(1, Token))[0].Info!.InCommitTimestamp);
        Assert.Equal(2, (await table.LoadAsOfAsync(DateTimeOffset.FromUnixTimeMilliseconds(since), Token)).Version);
        await SetAsync(table, ("delta.enableInCommitTimestamps", "false"));
        Assert.DoesNotContain("delta.inCommitTimestampEnablementVersion", table.Latest.Metadata.Configuration.Keys);
    }

    [Fact]
    public async Task A_new_table_has_the_features_that_its_definition_needs()
    {
        var definition = new TableDefinition(new TableSchema([new DeltaField("at", new DeltaType.Primitive("timestamp_ntz")), new DeltaField("s", DeltaType.String)]), [])
        {
            Properties = new Dictionary<string, string> { ["delta.checkpointPolicy"] = "v2", ["delta.feature.vacuumProtocolCheck"] = "supported" },
        };

        var table = await DeltaTable.OpenOrCreateAsync(_store, "t", definition, TestTable.Impatient, null, Token);

        Assert.Equal((3, 7), (table.Latest.Protocol.MinReaderVersion, table.Latest.Protocol.MinWriterVersion));
        Assert.Equal(["timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"], table.Latest.Protocol.ReaderFeatures!.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("delta.feature.vacuumProtocolCheck", table.Latest.Metadata.Configuration.Keys);
        Assert.Equal(new CommitOutcome.Committed(1), await table.CommitAsync(TestTable.Append("a"), Token));
    }

    [Fact]
    public async Task Columns_are_added_at_the_end_and_fields_to_structs()
    {
        var schema = new TableSchema([new DeltaField("x", DeltaType.Long) { MetadataJson = """{"comment":"kept"}""" }, new DeltaField("s", Struct(new DeltaField("a", DeltaType.Long)))]);
        var table = await DeltaTable.OpenOrCreateAsync(_store, "t", new TableDefinition(schema, []), TestTable.Impatient, null, Token);

        var outcome = await table.AddColumnsAsync(
            [new DeltaField("y", DeltaType.String), new DeltaField("s", Struct(new DeltaField("b", DeltaType.Date))), new DeltaField("x", DeltaType.Long), new DeltaField("n", new DeltaType.Primitive("timestamp_ntz"))],
            Token);

        Assert.Equal(new CommitOutcome.Committed(1), outcome);
        Assert.Equal(["x", "s", "y", "n"], table.Latest.Schema.Fields.Select(field => field.Name));
        Assert.Equal(["a", "b"], ((DeltaType.StructOf)table.Latest.Schema.Fields[1].Type).Fields.Select(field => field.Name));
        Assert.Contains("kept", table.Latest.Metadata.SchemaString, StringComparison.Ordinal);
        Assert.Contains("timestampNtz", table.Latest.Protocol.ReaderFeatures!);
    }

    [Fact]
    public async Task A_column_that_cannot_be_added_is_refused()
    {
        var table = await TestTable.OpenAsync(_store, Token);
        DeltaField[] fields =
        [
            new("x", DeltaType.String), new("X", DeltaType.String), new("y", DeltaType.Long, Nullable: false), new("a b", DeltaType.Long), new("", DeltaType.Long),
            new("s", Struct(new DeltaField("q", DeltaType.Long), new DeltaField("Q", DeltaType.Long))),
        ];

        foreach (var field in fields)
            Assert.Equal(FaultKind.Invalid, (await Assert.ThrowsAsync<VarveException>(() => table.AddColumnsAsync([field], Token))).Kind);

        Assert.Equal(0, (await table.RefreshAsync(Token)).Version);
    }

    [Fact]
    public async Task Two_changes_at_once_are_both_made()
    {
        var rival = await TestTable.OpenAsync(_store, Token);
        var lost = false;
        var table = await TestTable.OpenAsync(_store, Token, TestTable.Impatient with
        {
            Observer = async (phase, _) =>
            {
                if (phase != TransactionPhase.BeforePut || lost)
                    return;
                lost = true;
                await rival.AddColumnsAsync([new DeltaField("y", DeltaType.Long)], Token);
            },
        });

        Assert.Equal(new CommitOutcome.Committed(2), await SetAsync(table, ("a", "b")));

        Assert.Equal(["x", "y"], table.Latest.Schema.Fields.Select(field => field.Name));
        Assert.Equal("b", table.Latest.Metadata.Configuration["a"]);
    }

    [Theory]
    [InlineData("x,X")]
    [InlineData("a b")]
    [InlineData("a=b")]
    [InlineData("q")]
    public async Task A_table_of_a_wrong_schema_is_not_made(string columns)
    {
        var schema = new TableSchema([.. columns.Split(',').Select(column => new DeltaField(column, DeltaType.Long))]);

        var fault = await Assert.ThrowsAsync<VarveException>(() => DeltaTable.OpenOrCreateAsync(
            _store, "t", new TableDefinition(schema, columns == "q" ? ["p"] : []), null, null, Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Null(await _store.ReadAsync(TestTable.CommitPath(0), Token));
    }

    static Task<CommitOutcome> SetAsync(DeltaTable table, params (string Key, string Value)[] properties) =>
        table.SetPropertiesAsync(properties.ToDictionary(property => property.Key, property => property.Value), [], Token);

    static DeltaType.StructOf Struct(params DeltaField[] fields) => new(fields);
}
