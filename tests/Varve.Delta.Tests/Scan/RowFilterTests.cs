using System.Globalization;
using Apache.Arrow;
using CsCheck;
using Varve.Delta.Files;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Delta.Tests.Pruning;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Scan;

public sealed class RowFilterTests
{
    const int Rows = 60;
    const int Conditions = 40;

    static readonly TableSchema Schema = new([.. AnyValues.Types.Select(type => new DeltaField(AnyRows.Name(type), new DeltaType.Primitive(type)))]);

    static readonly List<(ColumnPath, string)> Columns = [.. AnyValues.Types.Select(type => (new ColumnPath(AnyRows.Name(type)), type))];

    /// <summary>The truth of every condition for every row of a file, by two programs.</summary>
    [Fact]
    public void DuckDB_sees_the_same_rows()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("rows.parquet");
        var columns = AnyValues.Types.Aggregate(
            Gen.Const(System.Array.Empty<DeltaValue?[]>()),
            (all, type) => Gen.Select(all, AnyRows.Column(type, Rows), DeltaValue?[][] (values, column) => [.. values, column]));

        Gen.Select(columns, AnyRows.Condition(Columns).Array[Conditions]).Sample((values, predicates) =>
        {
            using var batch = new RecordBatch(ArrowSchema.Of(Schema), AnyValues.Types.Zip(values, AnyRows.ToArrow), Rows);
            File.WriteAllBytes(file, ParquetFile.Write([batch]));
            var seen = DuckDb.Query($"SELECT {string.Join(", ", predicates.Select((predicate, index) => $"coalesce({Sql(predicate)}, false) AS p{index}"))} FROM '{file}'");
            for (var index = 0; index < predicates.Length; index++)
            {
                var expected = Enumerable.Range(0, Rows).Where(row => seen[row].Split('|')[index] == "true").ToArray();
                var found = new RowFilter(predicates[index], Schema).Select(batch);
                Assert.True(expected.SequenceEqual(found), $"{predicates[index]}: rows {string.Join(',', found)} instead of {string.Join(',', expected)}");
            }
        }, iter: 40, threads: 1);
    }

    [Fact]
    public void A_field_of_a_record_that_is_null_is_null()
    {
        var schema = new TableSchema([new DeltaField("r", new DeltaType.StructOf([new DeltaField("x", DeltaType.Long)]))]);
        var type = (Apache.Arrow.Types.StructType)ArrowSchema.TypeOf(schema.Fields[0].Type);
        var bits = new ArrowBuffer.BitmapBuilder().Append(true).Append(false).Append(true);
        var array = new StructArray(type, 3, [new Int64Array.Builder().Append(1).Append(1).AppendNull().Build()], bits.Build(), 1);
        using var batch = new RecordBatch(ArrowSchema.Of(schema), [array], 3);

        Assert.Equal([0], new RowFilter(PredicateText.Parse("r.x = 1", schema), schema).Select(batch));
        Assert.Equal([1, 2], new RowFilter(PredicateText.Parse("r.x IS NULL", schema), schema).Select(batch));
        Assert.Equal([1], new RowFilter(PredicateText.Parse("r IS NULL", schema), schema).Select(batch));
        Assert.Equal(["r"], new RowFilter(PredicateText.Parse("r.x = 1 OR r IS NULL", schema), schema).Columns);
    }

    [Fact]
    public void A_condition_that_does_not_suit_the_columns_is_refused()
    {
        var unknown = Assert.Throws<VarveException>(() => new RowFilter(new Predicate.IsNull(new ColumnPath("nope")), Schema));
        var unlike = Assert.Throws<VarveException>(() => new RowFilter(new Predicate.Compare(new ColumnPath("c_long"), Comparison.Equal, DeltaValue.Of("1")), Schema));

        Assert.Equal(FaultKind.Invalid, unknown.Kind);
        Assert.Contains("no column nope", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("c_long compares with a number", unlike.Message, StringComparison.Ordinal);
    }

    static string Sql(Predicate predicate) => predicate switch
    {
        Predicate.Compare compare => $"({compare.Column} {Signs[(int)compare.Operator]} {Sql(compare.Column, compare.Value)})",
        Predicate.In set => $"({set.Column} IN ({string.Join(", ", set.Values.Select(value => Sql(set.Column, value)))}))",
        Predicate.And and => $"({string.Join(" AND ", and.Parts.Select(Sql))})",
        Predicate.Or or => $"({string.Join(" OR ", or.Parts.Select(Sql))})",
        Predicate.Not not => $"(NOT {Sql(not.Part)})",
        _ => predicate.ToString(),
    };

    static readonly string[] Signs = ["=", "<>", "<", "<=", ">", ">="];

    static string Sql(ColumnPath column, DeltaValue value)
    {
        var type = Columns.First(pair => pair.Item1.Equals(column)).Item2;
        return type switch
        {
            "byte" => $"'{value}'::TINYINT",
            "short" => $"'{value}'::SMALLINT",
            "integer" => $"'{value}'::INTEGER",
            "long" => $"'{value}'::BIGINT",
            "float" => $"'{((float)value.Real).ToString("R", CultureInfo.InvariantCulture)}'::FLOAT",
            "double" => $"'{value.Real.ToString("R", CultureInfo.InvariantCulture)}'::DOUBLE",
            "binary" => $"'{string.Concat(value.Bytes.ToArray().Select(part => $"\\x{part:X2}"))}'::BLOB",
            "timestamp" => $"TIMESTAMPTZ '{RowText.TimestampText((long)value.Number).Replace('T', ' ')}+00'",
            _ when type.StartsWith("decimal", StringComparison.Ordinal) => $"'{value}'::{type}",
            _ => value.ToString(),
        };
    }
}
