using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;
using Varve.Delta.Pruning;
using Varve.Delta.Schema;

namespace Varve.Delta.Tests.Files;

public sealed class FileStatisticsTests
{
    static readonly TableSchema Schema = new(
    [
        new DeltaField("l", DeltaType.Long), new DeltaField("i", DeltaType.Integer), new DeltaField("d", DeltaType.Double),
        new DeltaField("f", new DeltaType.Primitive("float")), new DeltaField("s", DeltaType.String), new DeltaField("day", DeltaType.Date),
        new DeltaField("t", DeltaType.Timestamp), new DeltaField("b", DeltaType.Boolean), new DeltaField("dec", new DeltaType.Primitive("decimal(10,2)")),
        new DeltaField("list", new DeltaType.ArrayOf(DeltaType.Long)),
    ]);

    static readonly DateTimeOffset Time = new(2026, 11, 21, 10, 20, 30, 123, 456, TimeSpan.Zero);

    [Fact]
    public void Statistics_are_read_back_as_they_were_written()
    {
        var statistics = new FileStatistics(1000, new Dictionary<string, ColumnStatistics>
        {
            ["l"] = new(long.MinValue, 9007199254740993L, 0),
            ["d"] = new(-0.1, 1e300, 3),
            ["s"] = new("a\"\\ü😀\n", "b\u2028<", 1),
            ["day"] = new(new DateOnly(1, 1, 1), new DateOnly(9999, 12, 31), null),
            ["t"] = new(Time, Time.AddMicroseconds(1), 2),
            ["b"] = new(null, null, 7),
        });

        var read = FileStatistics.Parse(statistics.ToJson(), Schema);

        Assert.Equal(1000, read.NumRecords);
        Assert.Equal(statistics.Columns.OrderBy(pair => pair.Key), read.Columns.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void The_json_is_that_of_the_protocol()
    {
        var statistics = new FileStatistics(2, new Dictionary<string, ColumnStatistics>
        {
            ["l"] = new(1L, 2L, 0),
            ["s"] = new("a", "é", 1),
            ["day"] = new(new DateOnly(2026, 1, 2), new DateOnly(2026, 1, 3), 0),
            ["t"] = new(Time, Time.AddMilliseconds(1), 0),
            ["d"] = new(double.NaN, double.PositiveInfinity, null),
        });

        Assert.Equal(
            """{"numRecords":2,"minValues":{"l":1,"s":"a","day":"2026-01-02","t":"2026-11-21T10:20:30.123456Z"},"maxValues":{"l":2,"s":"é","day":"2026-01-03","t":"2026-11-21T10:20:30.124456Z"},"nullCount":{"l":0,"s":1,"day":0,"t":0}}""",
            statistics.ToJson());
    }

    [Fact]
    public void Nested_records_and_every_type_with_an_order_have_bounds()
    {
        var schema = new TableSchema(
        [
            new DeltaField("r", new DeltaType.StructOf([new DeltaField("dec", new DeltaType.Primitive("decimal(38,2)")), new DeltaField("x", DeltaType.Long)])),
            new DeltaField("ntz", new DeltaType.Primitive("timestamp_ntz")), new DeltaField("f", new DeltaType.Primitive("float")),
        ]);
        var bound = DeltaValue.OfDecimal(Int128.Parse("12345678901234567890123456789012345678", null), 2);
        var statistics = new FileStatistics(3, new Dictionary<string, ColumnStatistics>
        {
            ["r"] = new(null, null, null)
            {
                Fields = new Dictionary<string, ColumnStatistics> { ["dec"] = new(DeltaValue.OfDecimal(-5, 2), bound, 1), ["x"] = new(DeltaValue.Of(1), 2L, 0) },
            },
            ["ntz"] = new(new DateTime(2026, 11, 21, 10, 20, 30), DeltaValue.OfTimestampNtz(1_000_000), 0),
            ["f"] = new(1.1f, 0.0, 0),
            ["b"] = new(DeltaValue.Of(true), DeltaValue.OfBinary([1]), 3),
        })
        { TightBounds = false };

        var json = statistics.ToJson();
        var read = FileStatistics.Parse(json, schema);

        Assert.Equal(
            """{"numRecords":3,"tightBounds":false,"minValues":{"r":{"dec":-0.05,"x":1},"ntz":"2026-11-21T10:20:30.000000","f":1.1},"maxValues":{"r":{"dec":123456789012345678901234567890123456.78,"x":2},"ntz":"1970-01-01T00:00:01.000000","f":0.0},"nullCount":{"r":{"dec":1,"x":0},"ntz":0,"f":0,"b":3}}""",
            json);
        Assert.Equal((false, bound), (read.TightBounds, read.Columns["r"].Fields!["dec"].Max));
        Assert.Equal(((double)1.1f, 0.0), (read.Columns["f"].Min, read.Columns["f"].Max));
        Assert.Equal(new DateTime(2026, 11, 21, 10, 20, 30), read.Columns["ntz"].Min);
        Assert.Equal(["r", "ntz", "f"], read.Columns.Keys);
    }

    [Fact]
    public void A_zero_is_written_so_that_it_bounds_zeros_of_both_signs()
    {
        var column = new Dictionary<string, ColumnStatistics> { ["d"] = new(0.0, -0.0, 0) };

        Assert.Equal("""{"numRecords":1,"minValues":{"d":-0.0},"maxValues":{"d":0.0},"nullCount":{"d":0}}""", new FileStatistics(1, column).ToJson());
    }

    [Fact]
    public void Collected_statistics_count_the_fields_of_null_records_as_null_and_give_NaN_no_bounds()
    {
        var inner = new Int64Array.Builder().Append(7).Append(9).AppendNull().Build();
        var type = new StructType([new Field("x", Int64Type.Default, nullable: true)]);
        var bits = new ArrowBuffer.BitmapBuilder().Append(true).Append(false).Append(true);
        var record = new StructArray(type, 3, [inner], bits.Build(), 1);
        var reals = new DoubleArray.Builder().Append(1).Append(double.NaN).AppendNull().Build();
        using var batch = new RecordBatch(
            new Apache.Arrow.Schema([new Field("r", type, nullable: true), new Field("d", DoubleType.Default, nullable: true)], null), [record, reals], 3);
        var collector = new StatisticsCollector(new TableSchema(
            [new DeltaField("r", new DeltaType.StructOf([new DeltaField("x", DeltaType.Long)])), new DeltaField("d", DeltaType.Double)]));

        collector.Add(batch);
        collector.Add(batch);

        Assert.Equal(
            """{"numRecords":6,"minValues":{"r":{"x":7}},"maxValues":{"r":{"x":7}},"nullCount":{"r":{"x":4},"d":2}}""", collector.Build().ToJson());
    }

    [Theory]
    [InlineData("2026-11-21T10:20:30.123Z", 123_000, 123_999)]
    [InlineData("2026-11-21T10:20:30.123456Z", 123_456, 123_456)]
    [InlineData("2026-11-21T10:20:30Z", 0, 999)]
    [InlineData("2026-11-21T12:20:30.123+02:00", 123_000, 123_999)]
    [InlineData("2026-11-21T10:20:30.123", 123_000, 123_999)]
    [InlineData("2026-11-21 10:20:30.123", 123_000, 123_999)]
    public void A_timestamp_of_milliseconds_may_have_been_cut_so_the_maximum_is_widened(string text, int minMicroseconds, int maxMicroseconds)
    {
        var second = new DateTimeOffset(2026, 11, 21, 10, 20, 30, TimeSpan.Zero);

        var column = FileStatistics.Parse($$$"""{"minValues":{"t":"{{{text}}}"},"maxValues":{"t":"{{{text}}}"}}""", Schema).Columns["t"];

        Assert.Equal(second.AddMicroseconds(minMicroseconds), column.Min);
        Assert.Equal(second.AddMicroseconds(maxMicroseconds), column.Max);
    }

    [Theory]
    [InlineData(1.1f, "1.1")]
    [InlineData(0.1f, "0.1")]
    [InlineData(16777216f, "16777216")]
    [InlineData(1e-30f, "1E-30")]
    public void A_bound_of_a_float_is_the_float_itself(float value, string text)
    {
        var column = FileStatistics.Parse($$$"""{"minValues":{"f":{{{text}}}},"maxValues":{"f":{{{text}}}}}""", Schema).Columns["f"];

        Assert.Equal(((object)(double)value, (object)(double)value), (column.Min, column.Max));
    }

    [Theory]
    [InlineData("l", "\"x\"")]
    [InlineData("l", "1.5")]
    [InlineData("l", "99999999999999999999")]
    [InlineData("l", "null")]
    [InlineData("l", "{}")]
    [InlineData("i", "[1]")]
    [InlineData("d", "\"NaN\"")]
    [InlineData("d", "\"Infinity\"")]
    [InlineData("d", "1e999")]
    [InlineData("f", "1e39")]
    [InlineData("day", "\"2026-02-30\"")]
    [InlineData("day", "20")]
    [InlineData("t", "\"yesterday\"")]
    [InlineData("t", "\"10000-01-01T00:00:00Z\"")]
    [InlineData("b", "true")]
    [InlineData("dec", "\"x\"")]
    [InlineData("dec", "1e99")]
    [InlineData("list", "1")]
    [InlineData("unknown", "1")]
    public void A_bound_that_cannot_be_read_is_unknown_and_the_rest_stands(string column, string value)
    {
        var read = FileStatistics.Parse(
            $$$"""{"numRecords":5,"minValues":{"{{{column}}}":{{{value}}},"s":"a"},"maxValues":{"{{{column}}}":{{{value}}}},"nullCount":{"s":1}}""", Schema);

        Assert.Equal(5, read.NumRecords);
        Assert.Equal([KeyValuePair.Create("s", new ColumnStatistics("a", null, 1))], read.Columns);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{\"numRecords\":\"five\"}")]
    [InlineData("{\"numRecords\":1.5}")]
    [InlineData("{\"minValues\":[1],\"maxValues\":null,\"nullCount\":3}")]
    public void Statistics_that_cannot_be_read_are_unknown(string? json)
    {
        var read = FileStatistics.Parse(json, Schema);

        Assert.Null(read.NumRecords);
        Assert.Empty(read.Columns);
    }

    [Fact]
    public void Absent_row_counts_and_null_counts_are_unknown()
    {
        var read = FileStatistics.Parse("""{"numRecords":null,"minValues":{"l":1},"nullCount":{"l":null,"list":4}}""", Schema);

        Assert.Null(read.NumRecords);
        Assert.Equal([KeyValuePair.Create("l", new ColumnStatistics(1L, null, null))], read.Columns);
    }
}
