using System.Buffers;
using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Varve.Delta.Files;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Scan;

/// <summary>Tables whose files differ from the table: names by column mapping, deleted rows, types from before a widening, absolute paths.</summary>
public sealed class ForeignFileTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("name", "col-1", "col-3", "col-2")]
    [InlineData("id", "renamed", "anything", "else")]
    public async Task Mapped_columns_are_found_in_files_and_statistics(string mode, string fileName, string innerName, string nestedName)
    {
        var inner = new Int64Array.Builder().Append(7).AppendNull().Build();
        var type = new Apache.Arrow.Types.StructType([Field(innerName, inner, 3)]);
        var nested = new StructArray(type, 2, [inner], ArrowBuffer.Empty, 0);
        await WriteAsync("a.parquet", (fileName, Longs(1, 2), 1), (nestedName, nested, 2), ("x", Longs(8, 9), 9));
        var add = """{"path":"a.parquet","partitionValues":{"col-4":"eu"},"stats":"{\"numRecords\":2,\"minValues\":{\"col-1\":1,\"x\":50},\"maxValues\":{\"col-1\":2,\"x\":60},\"nullCount\":{\"col-1\":0,\"col-2\":{\"col-3\":1}}}",""";
        await WriteLogAsync($$"""{"minReaderVersion":2,"minWriterVersion":5}""", Mapped(), """["p"]""", $$"""{"delta.columnMapping.mode":"{{mode}}"}""", add);

        Assert.Equal(["""{"x":1,"r":{"y":7},"p":"eu"}""", """{"x":2,"r":{"y":null},"p":"eu"}"""], await RowsAsync());
        Assert.Equal(["""{"x":2,"r":{"y":null},"p":"eu"}"""], await RowsAsync("x > 1 AND r.y IS NULL AND p = 'eu'"));
        Assert.Equal((2L, 1), await CountAsync("x >= 1"));
        Assert.Equal((0L, 0), await CountAsync("x > 2"));
        Assert.Equal((0L, 0), await CountAsync("p = 'us'"));
        Assert.Equal((1L, 0), await CountAsync("r.y = 7"));
    }

    [Fact]
    public async Task Deleted_rows_are_no_rows_of_the_table()
    {
        await WriteAsync("a.parquet", ("x", Longs(10, 11, 12, 13, 14), 1));
        var data = RoaringWriter.Write([0, 3], runs: false);
        var padded = data.Concat(new byte[(4 - (data.Length % 4)) % 4]).ToArray();
        var vector = JsonSerializer.Serialize(new { storageType = "i", pathOrInlineDv = Z85.Encode(padded), sizeInBytes = data.Length, cardinality = 2 });
        var stats = """{\"numRecords\":5,\"tightBounds\":false,\"minValues\":{\"x\":10},\"maxValues\":{\"x\":14},\"nullCount\":{\"x\":0}}""";
        await WriteLogAsync(Features("deletionVectors"), Column("long"), "[]", "{}",
            $$"""{"path":"a.parquet","partitionValues":{},"stats":"{{stats}}","deletionVector":{{vector}},""");

        Assert.Equal(["""{"x":11}""", """{"x":12}""", """{"x":14}"""], await RowsAsync());
        Assert.Equal(["""{"x":12}""", """{"x":14}"""], await RowsAsync("x > 11"));
        Assert.Equal((3L, 1), await CountAsync("x >= 10"));
        Assert.Equal((0L, 0), await CountAsync("x = 10"));
        Assert.Equal((0L, 0), await CountAsync("x IS NULL"));
    }

    [Theory]
    [InlineData("integer", "long", "3", "9000000000")]
    [InlineData("integer", "double", "3.0", "3.5")]
    [InlineData("float", "double", "1.100000023841858", "1.2")]
    [InlineData("decimal(10,2)", "decimal(20,4)", "\"3.1000\"", "4")]
    [InlineData("date", "timestamp_ntz", "\"2026-11-01T00:00:00.000000\"", "'2026-11-02'")]
    public async Task A_file_of_before_a_widening_is_read_filtered_and_left_out_as_the_new_type(string from, string to, string row, string beyond)
    {
        IArrowArray old = from switch
        {
            "integer" => new Int32Array.Builder().Append(3).Build(),
            "float" => new FloatArray.Builder().Append(1.1f).Build(),
            "date" => new Date32Array.Builder().Append(new DateOnly(2026, 11, 1)).Build(),
            _ => new Decimal128Array.Builder(new Apache.Arrow.Types.Decimal128Type(10, 2)).Append(3.1m).Build(),
        };
        var bound = from switch { "float" => "1.1", "date" => "\\\"2026-11-01\\\"", "integer" => "3", _ => "3.1" };
        await WriteAsync("a.parquet", ("x", old, 1));
        var changes = $$"""{\"delta.typeChanges\":[{\"fromType\":\"{{from}}\",\"toType\":\"{{to}}\"}]}""";
        await WriteLogAsync(Features(to == "timestamp_ntz" ? "typeWidening\",\"timestampNtz" : "typeWidening"), Column(to, changes), "[]", "{}",
            $$$"""{"path":"a.parquet","partitionValues":{},"stats":"{\"numRecords\":1,\"minValues\":{\"x\":{{{bound}}}},\"maxValues\":{\"x\":{{{bound}}}},\"nullCount\":{\"x\":0}}",""");

        Assert.Equal([$$"""{"x":{{row}}}"""], await RowsAsync());
        Assert.Equal([$$"""{"x":{{row}}}"""], await RowsAsync($"x = {row.Replace('"', '\'')}"));
        Assert.Equal(0, (await CountAsync($"x = {beyond}")).Rows);
        Assert.Empty(await PlanAsync($"x = {beyond}"));
    }

    [Fact]
    public async Task A_file_that_is_named_by_its_address_below_the_table_is_read()
    {
        using var folder = new TemporaryFolder();
        var store = new LocalObjectStore(folder.FullPath);
        await store.PutAsync("t/a b.parquet", ParquetFile.Write([Batch(("x", Longs(5), 1))]), Token);
        await store.PutAsync(TestTable.CommitPath(0), Encoding.UTF8.GetBytes(
            TestTable.FirstLines + "\n" + $$$"""{"add":{"path":"file://{{{folder.FullPath}}}/t/a%20b.parquet","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true}}"""), Token);
        var snapshot = (await DeltaTable.OpenAsync(store, "t", null, null, Token))!.Latest;

        Assert.Equal(1, (await new TableScan(store, "t", snapshot).CountAsync(PredicateText.Parse("x = 5", snapshot.Schema), Token)).Rows);
    }

    [Fact]
    public async Task Chosen_columns_are_given_without_those_of_the_condition()
    {
        await WriteAsync("a.parquet", ("x", Longs(1, 2), 1));
        await WriteLogAsync("""{"minReaderVersion":1,"minWriterVersion":2}""", Column("long"), "[]", "{}", """{"path":"a.parquet","partitionValues":{},""");
        var snapshot = await SnapshotAsync();
        var scan = new TableScan(_store, "t", snapshot, []);

        var batches = 0;
        await foreach (var batch in scan.ReadAsync(PredicateText.Parse("x = 2", snapshot.Schema), Token))
            using (batch)
            {
                Assert.Equal((1, 0), (batch.Length, batch.ColumnCount));
                batches++;
            }

        Assert.Equal(1, batches);
        Assert.Equal(FaultKind.Invalid, Assert.Throws<VarveException>(() => new TableScan(_store, "t", snapshot, ["nope"])).Kind);
    }

    static string Mapped() =>
        Struct(
            Json("x", "\\\"long\\\"", Mapping("col-1", 1)),
            Json("r", $$"""{\"type\":\"struct\",\"fields\":[{{Json("y", "\\\"long\\\"", Mapping("col-3", 3))}}]}""", Mapping("col-2", 2)),
            Json("p", "\\\"string\\\"", Mapping("col-4", 4)));

    static string Column(string type, string metadata = "{}") => Struct(Json("x", $"\\\"{type}\\\"", metadata));

    static string Struct(params string[] fields) => $$"""{\"type\":\"struct\",\"fields\":[{{string.Join(',', fields)}}]}""";

    static string Json(string name, string type, string metadata) => $$"""{\"name\":\"{{name}}\",\"type\":{{type}},\"nullable\":true,\"metadata\":{{metadata}}}""";

    static string Mapping(string name, int id) => $$"""{\"delta.columnMapping.physicalName\":\"{{name}}\",\"delta.columnMapping.id\":{{id}}}""";

    static string Features(string names) => $$"""{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["{{names}}"],"writerFeatures":["{{names}}"]}""";

    static Int64Array Longs(params ReadOnlySpan<long> values) => new Int64Array.Builder().Append(values).Build();

    static Field Field(string name, IArrowArray values, int id) =>
        new(name, values.Data.DataType, nullable: true, new Dictionary<string, string> { ["PARQUET:field_id"] = $"{id}" });

    static RecordBatch Batch(params (string Name, IArrowArray Values, int Id)[] columns) => new(
        new Apache.Arrow.Schema(columns.Select(column => Field(column.Name, column.Values, column.Id)), null), columns.Select(column => column.Values), columns[0].Values.Length);

    Task WriteAsync(string name, params (string Name, IArrowArray Values, int Id)[] columns) =>
        _store.PutAsync("t/" + name, ParquetFile.Write([Batch(columns)]), Token);

    Task WriteLogAsync(string protocol, string schema, string partitionColumns, string properties, string add) => TestTable.WriteCommitAsync(_store, 0,
        $$$"""
        {"protocol":{{{protocol}}}}
        {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{{{schema}}}","partitionColumns":{{{partitionColumns}}},"configuration":{{{properties}}}}}
        {"add":{{{add}}}"size":1,"modificationTime":0,"dataChange":true}}
        """, Token);

    async Task<Snapshot> SnapshotAsync() => (await DeltaTable.OpenAsync(_store, "t", null, null, Token))!.Latest;

    async Task<List<string>> RowsAsync(string condition = "TRUE")
    {
        var snapshot = await SnapshotAsync();
        var output = new ArrayBufferWriter<byte>();
        await foreach (var batch in new TableScan(_store, "t", snapshot).ReadAsync(PredicateText.Parse(condition, snapshot.Schema), Token))
            using (batch)
                for (var row = 0; row < batch.Length; row++)
                    new RowText(snapshot.Schema).Write(batch, row, output);
        return [.. Encoding.UTF8.GetString(output.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    async Task<(long Rows, int ByMetadata)> CountAsync(string condition)
    {
        var snapshot = await SnapshotAsync();
        var count = await new TableScan(_store, "t", snapshot).CountAsync(PredicateText.Parse(condition, snapshot.Schema), Token);
        return (count.Rows, count.FilesByMetadata);
    }

    async Task<IReadOnlyList<PlannedFile>> PlanAsync(string condition)
    {
        var snapshot = await SnapshotAsync();
        return new FilePruner(snapshot, PredicateText.Parse(condition, snapshot.Schema)).Plan().Files;
    }
}
