using System.Buffers;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Files;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Scan;

public sealed class TableScanTests
{
    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_column_that_a_file_lacks_is_null_and_one_that_the_table_lacks_is_left_out()
    {
        var schema = Columns(("x", "long"), ("later", "string"));
        await WriteAsync(schema, [], Batch(("x", Longs(1, 2)), ("other", Longs(8, 9))));

        Assert.Equal(["""{"x":1,"later":null}""", """{"x":2,"later":null}"""], await RowsAsync());
    }

    [Fact]
    public async Task A_column_is_found_by_its_exact_name_first_and_then_ignoring_case()
    {
        await WriteAsync(Columns(("x", "long")), [], Batch(("X", Longs(8)), ("x", Longs(1))), Batch(("X", Longs(2))));

        Assert.Equal(["""{"x":1}""", """{"x":2}"""], await RowsAsync());
    }

    [Theory]
    [InlineData("string", "a b", "\"a b\"")]
    [InlineData("string", "", "null")]
    [InlineData("integer", "-5", "-5")]
    [InlineData("long", null, "null")]
    [InlineData("boolean", "true", "true")]
    [InlineData("float", "1.0E10", "10000000000.0")]
    [InlineData("double", "NaN", "\"NaN\"")]
    [InlineData("double", "-Infinity", "\"-Infinity\"")]
    [InlineData("decimal(10,3)", "-0.5", "\"-0.500\"")]
    [InlineData("date", "0099-12-30", "\"0099-12-30\"")]
    [InlineData("timestamp", "1970-01-01T00:00:00.123456Z", "\"1970-01-01T00:00:00.123456Z\"")]
    [InlineData("timestamp", "1970-01-01 00:00:00.5", "\"1970-01-01T00:00:00.500000Z\"")]
    [InlineData("timestamp_ntz", "1969-12-31 23:59:59.999999", "\"1969-12-31T23:59:59.999999\"")]
    [InlineData("binary", "\u0001\u00FF", "\"0x01ff\"")]
    public async Task A_partition_value_is_read_from_the_log_and_not_from_the_file(string type, string? text, string expected)
    {
        await WriteAsync(Columns(("p", type), ("x", "long")), new() { ["p"] = text }, Batch(("p", Longs(77)), ("x", Longs(1))));

        Assert.Equal([$$"""{"p":{{expected}},"x":1}"""], await RowsAsync());
    }

    [Theory]
    [InlineData("integer", "five")]
    [InlineData("byte", "200")]
    [InlineData("decimal(4,1)", "1.25")]
    [InlineData("date", "today")]
    public async Task A_partition_value_that_is_none_of_its_type_is_corrupt_and_named(string type, string text)
    {
        await WriteAsync(Columns(("p", type)), new() { ["p"] = text }, Batch(("x", Longs(1))));

        var fault = await Assert.ThrowsAsync<VarveException>(RowsAsync);

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains($"'{text}'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'p'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("long", "3")]
    [InlineData("double", "3.0")]
    [InlineData("decimal(12,2)", "\"3.00\"")]
    public async Task A_file_from_before_a_widening_is_read_as_the_new_type(string type, string expected)
    {
        await WriteAsync(Columns(("x", type)), [], Batch(("x", new Int32Array.Builder().Append(3).Build())));

        Assert.Equal([$$"""{"x":{{expected}}}"""], await RowsAsync());
    }

    [Fact]
    public async Task A_column_of_another_type_is_corrupt_and_file_and_column_are_named()
    {
        await WriteAsync(Columns(("x", "date")), [], Batch(("x", Longs(1))));

        var fault = await Assert.ThrowsAsync<VarveException>(RowsAsync);

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains("t/0.parquet", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'x'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nanoseconds_are_rounded_down_to_microseconds()
    {
        var nanoseconds = new TimestampArray(new TimestampType(TimeUnit.Nanosecond, "UTC"),
            new ArrowBuffer.Builder<long>(2).Append(-1).Append(1_999).Build(), ArrowBuffer.Empty, 2, 0, 0);
        await WriteAsync(Columns(("x", "timestamp")), [], Batch(("x", nanoseconds)));

        Assert.Equal(["""{"x":"1969-12-31T23:59:59.999999Z"}""", """{"x":"1970-01-01T00:00:00.000001Z"}"""], await RowsAsync());
    }

    [Theory]
    [InlineData("missing", "missing")]
    [InlineData("damaged", "cannot be read")]
    public async Task A_file_that_is_missing_or_damaged_is_corrupt_and_named(string damage, string reason)
    {
        await WriteAsync(Columns(("x", "long")), [], Batch(("x", Longs(1))));
        if (damage == "missing")
            await _store.DeleteAsync("t/0.parquet", Token);
        else
            await _store.PutAsync("t/0.parquet", new byte[100], Token);

        var fault = await Assert.ThrowsAsync<VarveException>(RowsAsync);

        Assert.Equal(FaultKind.Corrupt, fault.Kind);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.Contains("t/0.parquet", fault.Message, StringComparison.Ordinal);
    }

    static TableSchema Columns(params ReadOnlySpan<(string Name, string Type)> columns) =>
        new([.. columns.ToArray().Select(column => new DeltaField(column.Name, new DeltaType.Primitive(column.Type)))]);

    static Int64Array Longs(params ReadOnlySpan<long> values) => new Int64Array.Builder().Append(values).Build();

    static RecordBatch Batch(params ReadOnlySpan<(string Name, IArrowArray Values)> columns)
    {
        var all = columns.ToArray();
        return new RecordBatch(
            new Apache.Arrow.Schema(all.Select(column => new Field(column.Name, column.Values.Data.DataType, nullable: true)), null),
            all.Select(column => column.Values), all[0].Values.Length);
    }

    async Task WriteAsync(TableSchema schema, Dictionary<string, string?> partition, params RecordBatch[] files)
    {
        var table = await DeltaTable.OpenOrCreateAsync(_store, "t", new TableDefinition(schema, [.. partition.Keys]), TestTable.Impatient, null, Token);
        var adds = new List<AddFile>();
        for (var i = 0; i < files.Length; i++)
        {
            await _store.PutAsync($"t/{i}.parquet", ParquetFile.Write([files[i]]), Token);
            adds.Add(TestTable.Add($"{i}.parquet") with { PartitionValues = partition });
        }

        await table.CommitAsync(new Commit { Operation = "WRITE", Adds = adds }, Token);
    }

    async Task<List<string>> RowsAsync()
    {
        var snapshot = (await DeltaTable.OpenAsync(_store, "t", null, null, Token))!.Latest;
        var output = new ArrayBufferWriter<byte>();
        await foreach (var batch in new TableScan(_store, "t", snapshot).ReadAsync(Token))
            using (batch)
                for (var row = 0; row < batch.Length; row++)
                    new RowText(snapshot.Schema).Write(batch, row, output);
        return [.. Encoding.UTF8.GetString(output.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
