using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Varve.Delta.Actions;
using Varve.Delta.Files;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.TestKit;

namespace Varve.Delta.Tests.Pruning;

/// <summary>What the pruner says of a file against the rows of the file.</summary>
public sealed class PruningPropertyTests(ITestOutputHelper output)
{
    static readonly string[] Inner = ["long", "string"];

    static readonly List<DeltaField> DataFields =
    [
        .. AnyValues.Types.Select(type => new DeltaField(AnyRows.Name(type), new DeltaType.Primitive(type))),
        new DeltaField("nested", new DeltaType.StructOf([.. Inner.Select(type => new DeltaField(AnyRows.Name(type), new DeltaType.Primitive(type)))])),
    ];

    static readonly List<DeltaField> PartitionFields = [.. AnyValues.Types.Select(type => new DeltaField("p" + AnyRows.Name(type), new DeltaType.Primitive(type)))];

    static readonly TableSchema Schema = new([.. DataFields, .. PartitionFields]);

    static readonly List<(ColumnPath, string)> Columns =
    [
        .. AnyValues.Types.Select(type => (new ColumnPath(AnyRows.Name(type)), type)),
        .. AnyValues.Types.Select(type => (new ColumnPath("p" + AnyRows.Name(type)), type)),
        .. Inner.Select(type => (new ColumnPath("nested", AnyRows.Name(type)), type)),
    ];

    sealed record Case(int Rows, DeltaValue?[][] Columns, DeltaValue?[][] Fields, bool[] IsNestedNull, DeltaValue?[] Partition, Predicate[] Predicates, string[] Forgotten);

    static readonly Gen<Case> AnyCase = Gen.Int[0, 6].SelectMany(rows => Gen.Select(
        Sequence(AnyValues.Types.Select(type => AnyRows.Column(type, rows))),
        Sequence(Inner.Select(type => AnyRows.Column(type, rows))),
        Gen.Bool.Array[rows],
        Sequence(AnyValues.Types.Select(type => AnyRows.Column(type, 1).Select(values => values[0]))),
        AnyRows.Condition(Columns).Array[20],
        AnyValues.Pick(AnyValues.Types).Array[0, 3],
        (columns, fields, isNull, partition, predicates, forgotten) => new Case(rows, columns, fields, isNull, partition, predicates, forgotten)));

    [Fact]
    public async Task A_file_that_is_left_out_holds_no_match_and_one_that_is_whole_nothing_else()
    {
        var table = await DeltaTable.OpenOrCreateAsync(new MemoryObjectStore(), "t",
            new TableDefinition(Schema, [.. PartitionFields.Select(field => field.Name)]), TestTable.Impatient, null, TestContext.Current.CancellationToken);
        var (skipped, whole, kept) = (0, 0, 0);

        AnyCase.Sample(one =>
        {
            using var batch = Batch(one);
            var file = File(one, batch);
            var snapshot = table.Latest.Apply(1, [new LogLine { Add = file }], "t");
            foreach (var predicate in one.Predicates)
            {
                var matches = new RowFilter(predicate, Schema).Count(batch);
                var verdict = new FilePruner(snapshot, predicate, trustsWriter: one.Rows % 2 == 0).Judge(file);
                if (!verdict.IsKept)
                    Assert.True(matches == 0, $"{predicate} matches {matches} rows of a file that is left out: {file.Stats}");
                if (verdict.Reason == KeepReason.AllMatch && verdict.IsKept)
                    Assert.True(matches == one.Rows && verdict.Rows is null or > 0, $"{predicate} matches {matches} rows of {one.Rows}, not all: {file.Stats}");
                skipped += verdict.IsKept ? 0 : 1;
                whole += verdict.Rows is null ? 0 : 1;
                kept += verdict is { IsKept: true, Rows: null } ? 1 : 0;
            }
        }, iter: 2_000, threads: 1);

        output.WriteLine($"{skipped} left out, {whole} whole, {kept} kept");
        Assert.True(skipped > 1_000 && whole > 1_000 && kept > 1_000);
    }

    [Fact]
    public void A_condition_is_read_back_from_its_text() =>
        AnyRows.Condition(Columns).Sample(
            predicate => Assert.Equal(predicate.ToString(), PredicateText.Parse(predicate.ToString()!, Schema).ToString()), iter: 5_000, threads: 1);

    /// <summary>Statistics as Varve writes them, or cut to milliseconds as others do, of all columns but some.</summary>
    static AddFile File(Case one, RecordBatch batch)
    {
        var collector = new StatisticsCollector(new TableSchema(DataFields));
        // Its arrays belong to the batch.
        var data = new RecordBatch(ArrowSchema.Of(new TableSchema(DataFields)), Enumerable.Range(0, DataFields.Count).Select(batch.Column), batch.Length);
        collector.Add(data);
        var all = collector.Build();
        var forgotten = one.Forgotten.Select(AnyRows.Name).ToHashSet();
        var stats = (all with { Columns = all.Columns.Where(column => !forgotten.Contains(column.Key)).ToDictionary() }).ToJson();
        return TestTable.Add("a.parquet") with
        {
            PartitionValues = PartitionFields.Zip(one.Partition).ToDictionary(pair => pair.First.Name, pair => PartitionValue.Format(pair.Second, pair.First.Type)),
            Stats = one.Rows % 3 == 0 ? System.Text.RegularExpressions.Regex.Replace(stats, @"(:\d\d\.\d\d\d)\d\d\d", "$1") : stats,
        };
    }

    static RecordBatch Batch(Case one)
    {
        var arrays = AnyValues.Types.Zip(one.Columns, AnyRows.ToArrow).ToList();
        var nested = (StructType)ArrowSchema.TypeOf(DataFields[^1].Type);
        var present = new ArrowBuffer.BitmapBuilder(one.Rows);
        foreach (var isNull in one.IsNestedNull)
            present.Append(!isNull);
        arrays.Add(new StructArray(nested, one.Rows, Inner.Zip(one.Fields, AnyRows.ToArrow), present.Build(), present.UnsetBitCount));
        for (var index = 0; index < PartitionFields.Count; index++)
        {
            // The empty text and no bytes are null in the log.
            var value = PartitionValue.Format(one.Partition[index], PartitionFields[index].Type) is null ? null : one.Partition[index];
            arrays.Add(AnyRows.ToArrow(AnyValues.Types[index], [.. Enumerable.Repeat(value, one.Rows)]));
        }

        return new RecordBatch(ArrowSchema.Of(Schema), arrays, one.Rows);
    }

    static Gen<T[]> Sequence<T>(IEnumerable<Gen<T>> gens) =>
        gens.Aggregate(Gen.Const(System.Array.Empty<T>()), (all, next) => Gen.Select(all, next, T[] (items, item) => [.. items, item]));
}
