using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using DuckDB.NET.Data;
using Varve.Query.Formats;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Formats;

/// <summary>Arrow and Parquet, read back by others.</summary>
public sealed class BinaryFormatTests
{
    static readonly ResultColumn[] Columns =
    [
        new("text", ColumnType.String, null), new("whole", ColumnType.Int, null), new("real", ColumnType.Float, null), new("flag", ColumnType.Bool, null),
        new("time", ColumnType.Timestamp, null), new("day", ColumnType.Date, null), new("map", ColumnType.Map, null), new("texts", ColumnType.Array, null),
        new("wholes", ColumnType.Array, null) { Item = ColumnType.Int }, new("lists", ColumnType.Array, null) { Item = ColumnType.Array },
        new("json", ColumnType.Json, null), new("text", ColumnType.String, null),
    ];

    static readonly RowBlock Rows = new(3,
    [
        ["é日😀", "", null], [long.MinValue, new BigInteger(7), null], [0.5, double.NaN, null], [true, false, null],
        [new DateTime(2026, 11, 22, 10, 0, 0, DateTimeKind.Utc).AddMicroseconds(1), DateTime.UnixEpoch, null], [new DateOnly(2026, 11, 22), new DateOnly(1969, 12, 31), null],
        [new Dictionary<string, string?> { ["k"] = "v", ["n"] = null }, new Dictionary<string, string?>(), null], [new object?[] { "a", null }, System.Array.Empty<object?>(), null],
        [new object?[] { 1L, null }, System.Array.Empty<object?>(), null], [new object?[] { new object?[] { 1L } }, System.Array.Empty<object?>(), null],
        ["{\"a\":1}", "2", null], ["again", "", null],
    ]);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DuckDB_reads_what_the_Parquet_file_holds()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("a.parquet"), await WriteAsync(new ParquetFormat(), Columns, Rows, Rows), Token);
        using var duckdb = new DuckDBConnection("DataSource=:memory:");
        duckdb.Open();

        Assert.Equal(
            "é日😀|-9223372036854775808|0.5|true|2026-11-22 10:00:00.000001|2026-11-22|{k=v, n=NULL}|[a, NULL]|[1, NULL]|[[1]]|{\"a\":1}|again",
            Scalar(duckdb, $"SELECT concat_ws('|', text, whole, real, flag, time AT TIME ZONE 'UTC', day, map, texts, wholes, lists, json, text_2) FROM '{folder.At("a.parquet")}' LIMIT 1"));
        Assert.Equal(
            "6|4|4|4|2|2|2",
            Scalar(duckdb, $"SELECT concat_ws('|', count(*), count(text), count(map), count(wholes), count(*) FILTER (WHERE isnan(real)), count(*) FILTER (WHERE day = '1969-12-31'), count(*) FILTER (WHERE cardinality(map) = 0)) FROM '{folder.At("a.parquet")}'"));
        Assert.Equal("TIMESTAMP WITH TIME ZONE", Scalar(duckdb, $"SELECT typeof(time) FROM '{folder.At("a.parquet")}' LIMIT 1"));
    }

    [Fact]
    public async Task Arrow_s_reader_reads_the_stream_batch_by_batch()
    {
        using var reader = new ArrowStreamReader(new MemoryStream(await WriteAsync(new ArrowFormat(), Columns, Rows, Rows)));

        using var first = (await reader.ReadNextRecordBatchAsync(Token))!;
        using var second = (await reader.ReadNextRecordBatchAsync(Token))!;

        Assert.Null(await reader.ReadNextRecordBatchAsync(Token));
        Assert.Equal((3, 3), (first.Length, second.Length));
        Assert.Equal("text whole real flag time day map texts wholes lists json text_2", string.Join(' ', first.Schema.FieldsList.Select(field => field.Name)));
        Assert.Equal(["é日😀", "", null], Enumerable.Range(0, 3).Select(row => ((StringArray)first.Column(0)).GetString(row)));
        Assert.Equal([long.MinValue, 7L, null], ((Int64Array)first.Column(1)).ToArray());
    }

    [Theory]
    [InlineData("arrow")]
    [InlineData("parquet")]
    public async Task An_answer_without_rows_has_its_columns(string format)
    {
        var bytes = await WriteAsync(RowFormat.Named(format)!, Columns);

        if (format == "arrow")
        {
            using var reader = new ArrowStreamReader(new MemoryStream(bytes));
            Assert.Null(await reader.ReadNextRecordBatchAsync(Token));
            Assert.Equal(12, reader.Schema.FieldsList.Count);
            return;
        }

        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("a.parquet"), bytes, Token);
        using var duckdb = new DuckDBConnection("DataSource=:memory:");
        duckdb.Open();
        Assert.Equal("12", Scalar(duckdb, $"SELECT count(*)::VARCHAR FROM (DESCRIBE SELECT * FROM '{folder.At("a.parquet")}')"));
    }

    [Theory]
    [InlineData("arrow")]
    [InlineData("parquet")]
    public async Task A_whole_number_beyond_64_bits_is_refused_with_what_to_do(string format)
    {
        var large = new RowBlock(1, [[BigInteger.Pow(2, 63)]]);

        var fault = await Assert.ThrowsAsync<VarveException>(() => WriteAsync(RowFormat.Named(format)!, [new("n", ColumnType.Int, null)], large));

        Assert.Equal((FaultKind.Invalid, true), (fault.Kind, fault.Message.Contains("Cast it to VARCHAR or DOUBLE", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Row_groups_of_a_Parquet_file_are_bounded()
    {
        using var folder = new TemporaryFolder();
        var blocks = Enumerable.Range(0, 140).Select(_ => new RowBlock(500, [Enumerable.Repeat<object?>(1L, 500).ToArray()])).ToArray();
        await File.WriteAllBytesAsync(folder.At("a.parquet"), await WriteAsync(new ParquetFormat(), [new("n", ColumnType.Int, null)], blocks), Token);
        using var duckdb = new DuckDBConnection("DataSource=:memory:");
        duckdb.Open();

        Assert.Equal("70000 3", Scalar(duckdb, $"SELECT num_rows || ' ' || num_row_groups FROM parquet_file_metadata('{folder.At("a.parquet")}')"));
    }

    static async Task<byte[]> WriteAsync(RowFormat format, ResultColumn[] columns, params RowBlock[] blocks)
    {
        using var stream = new MemoryStream();
        await format.WriteAsync(columns, blocks.ToAsyncEnumerable(), stream, Token);
        return stream.ToArray();
    }

    static string Scalar(DuckDBConnection duckdb, string sql)
    {
        using var command = duckdb.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
