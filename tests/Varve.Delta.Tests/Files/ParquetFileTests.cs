using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;
using Varve.TestKit;

namespace Varve.Delta.Tests.Files;

public sealed class ParquetFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DuckDB_reads_every_type_with_its_rows()
    {
        var file = Write(EveryType());

        Assert.Equal(
            ["s VARCHAR", "l BIGINT", "i INTEGER", "d DOUBLE", "b BOOLEAN", "day DATE", "t TIMESTAMP WITH TIME ZONE", "list VARCHAR[]", "map MAP(VARCHAR, VARCHAR)"],
            DuckDb.Columns(file));
        Assert.Equal(
            [
                "ü😀|9223372036854775807|-1|0.1|true|2026-11-21|2026-11-21 10:20:30.123456+00|[a, NULL]|{k=v, n=NULL}",
                "∅|∅|∅|∅|∅|∅|∅|∅|∅",
                "|-9223372036854775808|0|-1e+300|false|1969-12-31|1969-12-31 23:59:59.999999+00|[]|{}",
            ],
            DuckDb.Query($"SELECT * FROM '{file}'"));
    }

    [Fact]
    public void A_timestamp_is_utc_microseconds_and_columns_are_zstd()
    {
        var file = Write(EveryType());

        Assert.Equal(["INT64|TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))"],
            DuckDb.Query($"SELECT type, logical_type FROM parquet_schema('{file}') WHERE name = 't'"));
        Assert.Equal(["ZSTD"], DuckDb.Query($"SELECT DISTINCT compression FROM parquet_metadata('{file}')"));
    }

    [Fact]
    public void Many_batches_are_one_file_of_row_groups_of_the_limit()
    {
        var batches = Enumerable.Range(0, 2).Select(number => Numbers(number * 150_000, 150_000)).ToList();

        var content = ParquetFile.Write(batches);

        var file = Save(content);
        Assert.Equal(300_000, ParquetFile.CountRows(content));
        Assert.Equal(["300000|300000|0|299999"], DuckDb.Query($"SELECT count(*), count(DISTINCT x), min(x), max(x) FROM '{file}'"));
        Assert.Equal(["122880"], DuckDb.Query($"SELECT max(row_group_num_rows) FROM parquet_metadata('{file}')"));
        var next = 0L;
        foreach (var batch in ParquetFile.Read(content))
            using (batch)
                foreach (var value in ((Int64Array)batch.Column(0)).Values)
                    Assert.Equal(next++, value);
        Assert.Equal(300_000, next);
    }

    [Fact]
    public void A_file_without_rows_has_its_columns()
    {
        var content = ParquetFile.Write([Numbers(0, 0)]);

        Assert.Equal(0, ParquetFile.CountRows(content));
        Assert.Equal(["x BIGINT"], DuckDb.Columns(Save(content)));
    }

    static RecordBatch Numbers(long first, int count)
    {
        var values = new Int64Array.Builder().AppendRange(Enumerable.Range(0, count).Select(number => first + number)).Build();
        return new RecordBatch(new Apache.Arrow.Schema([new Field("x", Int64Type.Default, nullable: true)], null), [values], count);
    }

    static RecordBatch EveryType()
    {
        var instants = new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC"))
            .Append(new DateTimeOffset(2026, 11, 21, 10, 20, 30, 123, 456, TimeSpan.Zero)).AppendNull().Append(DateTimeOffset.UnixEpoch.AddMicroseconds(-1)).Build();
        var days = new Date32Array.Builder().Append(new DateOnly(2026, 11, 21)).AppendNull().Append(new DateOnly(1969, 12, 31)).Build();
        var columns = new (string Name, IArrowArray Values)[]
        {
            ("s", new StringArray.Builder().Append("ü😀").AppendNull().Append("").Build()),
            ("l", new Int64Array.Builder().Append(long.MaxValue).AppendNull().Append(long.MinValue).Build()),
            ("i", new Int32Array.Builder().Append(-1).AppendNull().Append(0).Build()),
            ("d", new DoubleArray.Builder().Append(0.1).AppendNull().Append(-1e300).Build()),
            ("b", new BooleanArray.Builder().Append(true).AppendNull().Append(false).Build()),
            ("day", days),
            ("t", instants),
            ("list", List()),
            ("map", Map()),
        };
        return new RecordBatch(new Apache.Arrow.Schema(columns.Select(column => new Field(column.Name, column.Values.Data.DataType, nullable: true)), null),
            columns.Select(column => column.Values), 3);
    }

    static ListArray List()
    {
        var builder = new ListArray.Builder(StringType.Default);
        var items = (StringArray.Builder)builder.ValueBuilder;
        builder.Append();
        items.Append("a").AppendNull();
        builder.AppendNull();
        builder.Append();
        return builder.Build();
    }

    static MapArray Map()
    {
        var builder = new MapArray.Builder(new MapType(StringType.Default, StringType.Default));
        var (keys, values) = ((StringArray.Builder)builder.KeyBuilder, (StringArray.Builder)builder.ValueBuilder);
        builder.Append();
        keys.Append("k").Append("n");
        values.Append("v").AppendNull();
        builder.AppendNull();
        builder.Append();
        return builder.Build();
    }

    string Write(RecordBatch batch) => Save(ParquetFile.Write([batch]));

    string Save(byte[] content)
    {
        var file = _folder.At("data.parquet");
        File.WriteAllBytes(file, content);
        return file;
    }
}
