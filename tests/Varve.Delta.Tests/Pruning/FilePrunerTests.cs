using Varve.Delta.Actions;
using Varve.Delta.Pruning;
using Varve.Delta.Schema;
using Varve.TestKit;

namespace Varve.Delta.Tests.Pruning;

public sealed class FilePrunerTests
{
    static readonly TableSchema Schema = new(
    [
        new DeltaField("p", DeltaType.Date), new DeltaField("l", DeltaType.Long), new DeltaField("s", DeltaType.String), new DeltaField("d", DeltaType.Double),
        new DeltaField("dec", new DeltaType.Primitive("decimal(30,2)")), new DeltaField("t", DeltaType.Timestamp),
        new DeltaField("n", new DeltaType.Primitive("timestamp_ntz")), new DeltaField("day", DeltaType.Date), new DeltaField("flag", DeltaType.Boolean),
        new DeltaField("bin", new DeltaType.Primitive("binary")), new DeltaField("list", new DeltaType.ArrayOf(DeltaType.Long)),
        new DeltaField("r", new DeltaType.StructOf([new DeltaField("a.b", DeltaType.Long), new DeltaField("c", DeltaType.String)])),
        new DeltaField("wide", DeltaType.Double) { MetadataJson = """{"delta.typeChanges":[{"fromType":"float","toType":"double"}]}""" },
    ]);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    // Bounds.
    [InlineData("l = 0", false)]
    [InlineData("l = 1", true)]
    [InlineData("l < 1", false)]
    [InlineData("l <= 1", true)]
    [InlineData("l > 5", false)]
    [InlineData("l >= 5", true)]
    [InlineData("l IN (0, 6)", false)]
    [InlineData("l IN (0, 3)", true)]
    [InlineData("l BETWEEN 6 AND 9", false)]
    [InlineData("l > 4.5", true)]
    [InlineData("l > 5.5", false)]
    [InlineData("NOT l >= 1", false)]
    [InlineData("NOT (l < 1 OR l > 3)", true)]
    [InlineData("l > 5 OR s = 'b'", true)]
    [InlineData("l > 5 OR s = 'd'", false)]
    [InlineData("l > 5 AND d = 2", false)]
    [InlineData("s < 'b'", false)]
    [InlineData("s = 'bb'", true)]
    // Nulls.
    [InlineData("l IS NULL", true)]
    [InlineData("l IS NOT NULL", true)]
    [InlineData("s IS NULL", true)]
    [InlineData("flag IS NULL", true)]
    [InlineData("flag IS NOT NULL", false)]
    [InlineData("flag", false)]
    [InlineData("NOT flag", false)]
    [InlineData("list IS NULL", true)]
    [InlineData("l = NULL", false)]
    [InlineData("l IN (NULL)", false)]
    // Partition values.
    [InlineData("p = '2026-11-01'", true)]
    [InlineData("p <> '2026-11-01'", false)]
    [InlineData("p > TIMESTAMP '2026-11-01T00:00:00Z'", false)]
    [InlineData("p IS NULL", false)]
    // Nested records, with dots in their names.
    [InlineData("r.\"a.b\" > 7", false)]
    [InlineData("r.\"a.b\" = 7", true)]
    [InlineData("r.c = 'x'", true)]
    [InlineData("r IS NULL", true)]
    // Nothing known.
    [InlineData("bin = X'00'", true)]
    [InlineData("TRUE", true)]
    [InlineData("FALSE", false)]
    public async Task A_file_is_left_out_only_when_no_row_can_match(string condition, bool isKept)
    {
        const string Stats = """
            {"numRecords":4,"minValues":{"l":1,"s":"b","r":{"a.b":7}},"maxValues":{"l":5,"s":"c","r":{"a.b":7}},
             "nullCount":{"l":0,"s":1,"flag":4,"list":0,"r":{"a.b":0}}}
            """;

        Assert.Equal(isKept, (await JudgeAsync(condition, Stats)).IsKept);
    }

    [Theory]
    [InlineData("l >= 1", 4)]
    [InlineData("l <> 6", 4)]
    [InlineData("l IN (1, 2)", null)]
    [InlineData("s <> 'd'", null)]
    [InlineData("s <> 'd' OR s IS NULL", null)]
    [InlineData("flag IS NULL AND p IS NOT NULL AND p = '2026-11-01'", 4)]
    [InlineData("NOT l = 0", 4)]
    [InlineData("d < 100", null)]
    [InlineData("d >= 0", 4)]
    public async Task A_file_whose_rows_all_match_is_counted_from_the_log(string condition, int? rows)
    {
        const string Stats = """
            {"numRecords":4,"minValues":{"l":1,"s":"b","d":1.0},"maxValues":{"l":5,"s":"c","d":2.0},"nullCount":{"l":0,"s":1,"flag":4,"d":0}}
            """;

        var verdict = await JudgeAsync(condition, Stats);

        Assert.Equal(rows, verdict.Rows);
        Assert.Equal(rows is not null, verdict.Reason == KeepReason.AllMatch);
    }

    [Theory]
    [InlineData(null, "l = 1", KeepReason.NoStatistics)]
    [InlineData("{", "l = 1", KeepReason.NoStatistics)]
    [InlineData("[]", "l = 1", KeepReason.NoStatistics)]
    [InlineData("""{"numRecords":1,"minValues":{"l":"\ud800"}}""", "l = 1", KeepReason.NoStatistics)]
    [InlineData("""{"numRecords":1}""", "l = 1", KeepReason.NotInStatistics)]
    [InlineData("""{"minValues":{"l":null},"maxValues":{"l":null},"nullCount":{"l":null}}""", "l = 1", KeepReason.NotInStatistics)]
    [InlineData("""{"minValues":{"l":1.5},"maxValues":{"l":"x"}}""", "l = 1", KeepReason.NotComparable)]
    [InlineData("""{"minValues":{"wide":"x"},"maxValues":{"wide":"y"}}""", "wide = 1", KeepReason.TypeChanged)]
    [InlineData("""{"minValues":{"l":0},"maxValues":{"l":2}}""", "l = 1", KeepReason.MayMatch)]
    [InlineData("""{"minValues":{"l":2},"maxValues":{"l":0}}""", "l = 1", KeepReason.MayMatch)]
    public async Task A_file_that_is_kept_says_why(string? stats, string condition, KeepReason reason)
    {
        var verdict = await JudgeAsync(condition, stats);

        Assert.Equal((true, reason), (verdict.IsKept, verdict.Reason));
        Assert.Equal(reason == KeepReason.MayMatch ? null : new ColumnPath(condition.Split(' ')[0]), verdict.Column);
    }

    [Fact]
    public async Task A_partition_value_that_is_none_of_its_type_keeps_the_file()
    {
        var verdict = await JudgeAsync("p = '2026-11-01'", null, file => file with { PartitionValues = new Dictionary<string, string?> { ["p"] = "today" } });

        Assert.Equal((true, KeepReason.NotComparable), (verdict.IsKept, verdict.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_empty_partition_value_is_null(string? text)
    {
        AddFile With(AddFile file) => file with { PartitionValues = new Dictionary<string, string?> { ["P"] = text } };

        Assert.Equal(KeepReason.AllMatch, (await JudgeAsync("p IS NULL", null, With)).Reason);
        Assert.False((await JudgeAsync("p = '2026-11-01'", null, With)).IsKept);
        Assert.False((await JudgeAsync("p <> '2026-11-01'", null, With)).IsKept);
    }

    [Theory]
    // Milliseconds were cut: the file may hold up to 999 microseconds more.
    [InlineData("""{"t":"2026-11-01T00:00:00.123Z"}""", "t > '2026-11-01T00:00:00.123998Z'", true)]
    [InlineData("""{"t":"2026-11-01T00:00:00.123Z"}""", "t > '2026-11-01T00:00:00.123999Z'", false)]
    [InlineData("""{"t":"2026-11-01T02:00:00.123+02:00"}""", "t > '2026-11-01T00:00:00.123999Z'", false)]
    [InlineData("""{"t":"2026-11-01T00:00:00.123456Z"}""", "t > '2026-11-01T00:00:00.123456Z'", false)]
    [InlineData("""{"n":"2026-11-01T00:00:00.123"}""", "n > '2026-11-01T00:00:00.123998'", true)]
    // Offsets of before 1900 were cut to minutes, and days of before 1582 counted in another calendar.
    [InlineData("""{"t":"1850-01-01T00:00:00.000-07:52"}""", "t > '1850-01-01T07:52:58Z'", true)]
    [InlineData("""{"t":"1850-01-01T00:00:00.000-07:52"}""", "t > '1850-01-03T00:00:00Z'", false)]
    [InlineData("""{"day":"1500-01-01"}""", "day > '1500-01-10'", true)]
    [InlineData("""{"day":"1500-01-01"}""", "day > '1500-01-14'", false)]
    [InlineData("""{"day":"1582-10-15"}""", "day > '1582-10-15'", false)]
    // Whole numbers past 2^53, and decimals beyond double.
    [InlineData("""{"l":9007199254740993}""", "l > 9007199254740992", true)]
    [InlineData("""{"l":9007199254740993}""", "l > 9007199254740993", false)]
    [InlineData("""{"dec":0.01}""", "dec > 0.01", false)]
    [InlineData("""{"dec":1E+2}""", "dec >= 100", true)]
    [InlineData("""{"dec":"99.99"}""", "dec > 99.99", false)]
    [InlineData("""{"dec":1234567890123456768}""", "dec = 1234567890123456789.01", true)]
    [InlineData("""{"dec":1234567890123456768}""", "dec > 1234567890123460000", false)]
    // NaN may be in any file, and is the greatest number.
    [InlineData("""{"d":1.5}""", "d > 5", true)]
    [InlineData("""{"d":1.5}""", "d = 5", false)]
    [InlineData("""{"d":1.5}""", "d = 'NaN'", true)]
    [InlineData("""{"d":"NaN"}""", "d = 5", true)]
    [InlineData("""{"d":"Infinity"}""", "d = 5", true)]
    [InlineData("""{"d":"-Infinity"}""", "d = 5", false)]
    [InlineData("""{"d":1e999}""", "d = 'Infinity'", true)]
    // A float of before the widening: its text is that of a float.
    [InlineData("""{"wide":1.1}""", "wide = 1.100000023841858", true)]
    [InlineData("""{"wide":1.1}""", "wide = 1.2", false)]
    [InlineData("""{"flag":false}""", "flag", false)]
    public async Task A_maximum_is_what_its_writer_can_have_meant(string max, string condition, bool isKept) =>
        Assert.Equal(isKept, (await JudgeAsync(condition, $$"""{"numRecords":1,"maxValues":{{max}}}""")).IsKept);

    [Theory]
    [InlineData("d > 5", null)]
    [InlineData("d < 2", 1)]
    [InlineData("d IS NULL", null)]
    [InlineData("d IS NOT NULL", 1)]
    public async Task Of_a_writer_that_is_trusted_bounds_hold_for_NaN_and_counts_of_nulls_are_right(string condition, int? rows)
    {
        var snapshot = await SnapshotAsync("""{"numRecords":1,"minValues":{"d":1.0},"maxValues":{"d":1.5},"nullCount":{"d":0}}""", null);
        var predicate = PredicateText.Parse(condition, Schema);

        Assert.Null(Assert.Single(new FilePruner(snapshot, predicate).Plan().Files).Verdict.Rows);
        Assert.Equal(rows, new FilePruner(snapshot, predicate, trustsWriter: true).Plan().Files.SingleOrDefault()?.Verdict.Rows);
    }

    [Theory]
    [InlineData("l IS NOT NULL", 4, null)]
    [InlineData("flag IS NULL", 4, true)]
    [InlineData("s IS NULL", 4, null)]
    [InlineData("l = 3", 6, null)]
    [InlineData("l >= 1", 6, true)]
    public async Task Of_a_file_with_deleted_rows_the_counts_are_of_before_and_its_rows_those_that_are_left(string condition, long deleted, bool? isWhole)
    {
        const string Stats = """
            {"numRecords":10,"tightBounds":false,"minValues":{"l":1},"maxValues":{"l":5},"nullCount":{"l":0,"s":6,"flag":10}}
            """;

        var verdict = await JudgeAsync(condition, Stats, file => file with { DeletionVector = Vector(deleted) });

        Assert.Equal(isWhole == true ? 10 - deleted : null, verdict.Rows);
        Assert.True(verdict.IsKept);
    }

    [Fact]
    public async Task A_file_without_rows_is_left_out()
    {
        Assert.False((await JudgeAsync("bin IS NULL", """{"numRecords":0}""")).IsKept);
        Assert.False((await JudgeAsync("bin IS NULL", """{"numRecords":3}""", file => file with { DeletionVector = Vector(3) })).IsKept);
    }

    [Fact]
    public async Task A_plan_counts_its_files_by_reason()
    {
        var snapshot = await SnapshotAsync("""{"numRecords":1,"minValues":{"l":1},"maxValues":{"l":5},"nullCount":{"l":0}}""", null);

        var plan = new FilePruner(snapshot, PredicateText.Parse("l < 9", Schema)).Plan();
        var nothing = new FilePruner(snapshot, PredicateText.Parse("l > 9", Schema)).Plan();

        Assert.Equal((1, 0, 1), (plan.FilesTotal, plan.FilesSkipped, plan.Reasons[KeepReason.AllMatch]));
        Assert.Equal(("a.parquet", true), (plan.Files[0].Path, plan.Files[0].IsWhole));
        Assert.Equal((1, 1, 0), (nothing.FilesTotal, nothing.FilesSkipped, nothing.Reasons.Count));
    }

    static DeletionVectorDescriptor Vector(long rows) => new() { StorageType = "i", PathOrInlineDv = "", SizeInBytes = 0, Cardinality = rows };

    static async Task<FileVerdict> JudgeAsync(string condition, string? stats, Func<AddFile, AddFile>? change = null)
    {
        var snapshot = await SnapshotAsync(stats, change);
        return new FilePruner(snapshot, PredicateText.Parse(condition, Schema)).Judge(snapshot.Files["a.parquet"]);
    }

    static async Task<Snapshot> SnapshotAsync(string? stats, Func<AddFile, AddFile>? change)
    {
        var table = await DeltaTable.OpenOrCreateAsync(
            new MemoryObjectStore(), "t", new TableDefinition(Schema, ["p"]), TestTable.Impatient, null, Token);
        var file = TestTable.Add("a.parquet") with { PartitionValues = new Dictionary<string, string?> { ["p"] = "2026-11-01" }, Stats = stats };
        var line = new LogLine { Add = change is null ? file : change(file) };
        return table.Latest.Apply(1, [line], "t");
    }
}
