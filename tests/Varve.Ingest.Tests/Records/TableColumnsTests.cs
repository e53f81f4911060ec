using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Schema;
using Varve.Ingest.Records;
using Varve.Query;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Ingest.Tests.Records;

public sealed class TableColumnsTests
{
    static readonly string Root = new TableName("acme", "shop", "things").Path;

    readonly MemoryObjectStore _store = new();
    readonly DeltaOptions _options = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Dataset Things(params DatasetField[] more) =>
        new DatasetDefinition("things", "Time", [new DatasetField { Name = "Time", Type = FieldType.Timestamp, Statistics = true }, .. more]).Build();

    static DatasetField Field(string name, FieldType type = FieldType.String, bool statistics = false) => new() { Name = name, Type = type, Statistics = statistics };

    Task<TableAppender> OpenAsync(Dataset dataset) => TableAppender.OpenOrCreateAsync(_store, Root, TableSchemas.For(dataset), _options, logger: null, Cancellation);

    ValueTask EnsureAsync(TableAppender table, Dataset dataset) => TableColumns.EnsureAsync(_store, table, TableSchemas.For(dataset), _options, logger: null, Cancellation);

    [Fact]
    public async Task A_new_table_has_every_column_and_the_sample_interval()
    {
        var table = await OpenAsync(Things(Field("a")));

        Assert.Equal(
            ["Time:timestamp", "a:string", "_extra:string", "_ingested_at:timestamp", "_sample_interval:double", "date:date", "level:integer"],
            table.Latest.Schema.Fields.Select(field => $"{field.Name}:{((DeltaType.Primitive)field.Type).Name}"));
    }

    [Fact]
    public async Task A_table_that_has_all_columns_is_not_touched()
    {
        var table = await OpenAsync(Things(Field("a"), Field("b", FieldType.Map), Field("c", FieldType.Json), Field("d", FieldType.IntArray)));

        await EnsureAsync(table, Things(Field("c", FieldType.Json), Field("a")));
        await EnsureAsync(table, Things(Field("a"), Field("b", FieldType.Map), Field("c", FieldType.Json), Field("d", FieldType.IntArray)));

        Assert.Equal(0, (await table.RefreshAsync(Cancellation)).Version);
    }

    [Fact]
    public async Task Every_built_in_table_fits_its_dataset_again()
    {
        foreach (var dataset in DatasetCatalog.BuiltIn.Datasets)
        {
            var definition = TableSchemas.For(dataset);
            var table = await TableAppender.OpenOrCreateAsync(_store, $"accounts/acme/{dataset.Name}", definition, _options, logger: null, Cancellation);

            await TableColumns.EnsureAsync(_store, table, definition, _options, logger: null, Cancellation);

            Assert.Equal(0, table.Latest.Version);
        }
    }

    [Fact]
    public async Task Missing_columns_are_added_and_named_for_statistics()
    {
        var table = await OpenAsync(Things(Field("a")));

        await EnsureAsync(table, Things(Field("b", FieldType.Int, statistics: true), Field("a"), Field("c", FieldType.StringArray)));

        Assert.Equal(["Time", "a", "_extra", "_ingested_at", "_sample_interval", "date", "level", "b", "c"], table.Latest.Schema.Fields.Select(field => field.Name));
        Assert.Equal("Time,b,_ingested_at", table.Latest.Metadata.Configuration["delta.dataSkippingStatsColumns"]);
    }

    [Fact]
    public async Task Several_processes_that_add_columns_at_once_add_each_once()
    {
        await OpenAsync(Things());
        var tables = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(Things())));

        await Task.WhenAll(tables.Select((table, index) => Task.Run(() => EnsureAsync(table, Things(Field("all"), Field($"own{index}"))).AsTask())));

        var names = (await tables[0].RefreshAsync(Cancellation)).Schema.Fields.Select(field => field.Name).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(["all", "own0", "own1", "own2", "own3", "own4", "own5"], names.Where(name => name.StartsWith('o') || name == "all").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a", FieldType.Int)]
    [InlineData("A", FieldType.String)]
    public async Task A_column_of_another_type_or_case_stops_the_ingest(string name, FieldType type)
    {
        var table = await OpenAsync(Things(Field("a")));

        var fault = await Assert.ThrowsAsync<VarveException>(() => EnsureAsync(table, Things(Field(name, type), Field("b"))).AsTask());

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains($"{Root} has the column a of type string", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await table.RefreshAsync(Cancellation)).Version);
    }

    [Fact]
    public async Task Records_from_before_and_after_a_field_was_added_are_read_together()
    {
        using var lake = new TestLake();
        await lake.Datasets.DeclareAsync(TestLake.Account, new DatasetDefinition("things", "Time", [.. Things(Field("a")).Fields]), null, Cancellation);
        await lake.IngestAsync("things", ["""{"Time":"2026-11-22T10:00:00Z","a":"x","b":1,"c":true}"""], Cancellation);
        var grown = Things(Field("a"), Field("b", FieldType.Int));
        await lake.Datasets.DeclareAsync(TestLake.Account, new DatasetDefinition("things", "Time", [.. grown.Fields]), null, Cancellation);
        var table = await TableAppender.OpenAsync(lake.Store, new TableName(TestLake.Account, TestLake.Zone, "things").Path, _options, logger: null, Cancellation);
        await TableColumns.EnsureAsync(lake.Store, table!, TableSchemas.For(grown), _options, logger: null, Cancellation);
        await lake.IngestAsync("things", ["""{"Time":"2026-11-22T11:00:00Z","a":"y","b":2}"""], Cancellation);

        var answer = await lake.QueryAsync("SELECT a, b, _extra.b, _extra.c, _sample_interval FROM things ORDER BY Time", Cancellation);

        Assert.Equal(
            ["x  1 true ", "y 2   "],
            answer.Rows.Select(row => string.Join(' ', row.Select(value => $"{value}"))));
        Assert.Equal([ColumnType.String, ColumnType.Int, ColumnType.String, ColumnType.String, ColumnType.Float], answer.Columns.Select(column => column.Type));
        Assert.Equal(1L, (await lake.QueryAsync("SELECT count(*) FROM things WHERE b >= 2", Cancellation)).Value);
    }
}
