using System.Buffers;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Files;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Delta.Tests.Files;

/// <summary>Rows that come as Arrow, on their way into a table and out again.</summary>
public sealed class DataFileWriterTests
{
    static readonly TableDefinition Definition = new(
        new TableSchema([
            new DeltaField("day", DeltaType.Date), new DeltaField("id", DeltaType.Long, Nullable: false), new DeltaField("text", DeltaType.String),
            new DeltaField("flag", DeltaType.Boolean),
        ]),
        ["day", "flag"]);

    readonly MemoryObjectStore _store = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_come_back_as_they_were_given_in_a_file_for_each_partition()
    {
        var table = await OpenAsync();
        using var batch = Batch(Days(20_000, 20_001, null, 20_000), Longs(1, 2, 3, 4), Texts("a", null, "c/ü", "d"), Flags(true, true, null, true));

        var outcome = await table.AppendAsync(batch, transaction: null, Token);

        Assert.IsType<CommitOutcome.Committed>(outcome);
        Assert.Equal(
            ["""{"day":"2024-10-04","id":1,"text":"a","flag":true}""", """{"day":"2024-10-04","id":4,"text":"d","flag":true}""",
                """{"day":"2024-10-05","id":2,"text":null,"flag":true}""", """{"day":null,"id":3,"text":"c/ü","flag":null}"""],
            await RowsAsync(table));
        Assert.Equal(
            ["day=2024-10-04/flag=true", "day=2024-10-05/flag=true", "day=__HIVE_DEFAULT_PARTITION__/flag=__HIVE_DEFAULT_PARTITION__"],
            table.Latest.Files.Keys.Select(key => key[..key.LastIndexOf('/')]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_have_statistics_by_which_they_are_left_out()
    {
        var table = await OpenAsync();
        foreach (var first in new[] { 0, 100, 200 })
        {
            using var batch = Batch(Days(1, 1), Longs(first, first + 9), Texts("a", "b"), Flags(true, true));
            await table.AppendAsync(batch, transaction: null, Token);
        }

        var plan = new FilePruner(table.Latest, PredicateText.Parse("id >= 109 AND id < 200", table.Latest.Schema)).Plan();

        Assert.Equal((3, 2), (plan.FilesTotal, plan.FilesSkipped));
    }

    [Fact]
    public async Task A_column_that_may_be_null_can_be_left_out()
    {
        var table = await OpenAsync();
        using var batch = new RecordBatch(new Apache.Arrow.Schema([new Field("id", Int64Type.Default, nullable: false)], null), [Longs(7)], 1);

        await table.AppendAsync(batch, transaction: null, Token);

        Assert.Equal(["""{"day":null,"id":7,"text":null,"flag":null}"""], await RowsAsync(table));
    }

    [Fact]
    public async Task No_rows_are_no_files()
    {
        var table = await OpenAsync();
        using var batch = Batch(Days(), Longs(), Texts(), Flags());

        Assert.Empty(await new DataFileWriter(_store, "t", table.Latest).WriteAsync(batch, Token));
    }

    [Fact]
    public async Task A_batch_that_is_sent_twice_with_its_number_is_stored_once()
    {
        var table = await OpenAsync();
        using var batch = Batch(Days(1), Longs(1), Texts("a"), Flags(true));
        var number = new AppTransaction { AppId = "a", Version = 1 };

        await table.AppendAsync(batch, number, Token);
        var again = await table.AppendAsync(batch, number, Token);

        Assert.IsType<CommitOutcome.AlreadyCommitted>(again);
        Assert.Single(await RowsAsync(table));
    }

    [Fact]
    public async Task A_column_that_the_table_does_not_have_is_refused()
    {
        using var batch = new RecordBatch(
            new Apache.Arrow.Schema([new Field("id", Int64Type.Default, nullable: false), new Field("more", Int64Type.Default, nullable: true)], null),
            [Longs(1), Longs(2)], 1);

        Assert.Contains("no column 'more'", await RefusedAsync(batch), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_of_another_type_is_refused_with_both_types()
    {
        using var batch = new RecordBatch(new Apache.Arrow.Schema([new Field("id", StringType.Default, nullable: false)], null), [Texts("1")], 1);

        Assert.Contains("'id' of t is of Arrow type int64; it is given as utf8", await RefusedAsync(batch), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_null_where_the_table_allows_none_is_refused()
    {
        using var batch = new RecordBatch(
            new Apache.Arrow.Schema([new Field("id", Int64Type.Default, nullable: true)], null), [new Int64Array.Builder().Append(1).AppendNull().Build()], 2);
        using var without = new RecordBatch(new Apache.Arrow.Schema([new Field("text", StringType.Default, nullable: true)], null), [Texts("a")], 1);

        Assert.Contains("'id' of t has to have a value in every row; 1 of the rows", await RefusedAsync(batch), StringComparison.Ordinal);
        Assert.Contains("'id' of t has to have a value in every row, and is not given", await RefusedAsync(without), StringComparison.Ordinal);
    }

    async Task<string> RefusedAsync(RecordBatch batch)
    {
        var table = await OpenAsync();

        var fault = await Assert.ThrowsAsync<VarveException>(() => table.AppendAsync(batch, transaction: null, Token));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Empty(table.Latest.Files);
        return fault.Message;
    }

    Task<DeltaTable> OpenAsync() => DeltaTable.OpenOrCreateAsync(_store, "t", Definition, TestTable.Impatient, logger: null, Token);

    static async Task<List<string>> RowsAsync(DeltaTable table)
    {
        var rows = new List<string>();
        var text = new RowText(table.Latest.Schema);
        await foreach (var batch in table.Scan(table.Latest).ReadAsync(Token))
            using (batch)
                for (var row = 0; row < batch.Length; row++)
                {
                    var line = new ArrayBufferWriter<byte>();
                    text.Write(batch, row, line);
                    rows.Add(Encoding.UTF8.GetString(line.WrittenSpan).TrimEnd());
                }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    static RecordBatch Batch(IArrowArray days, IArrowArray ids, IArrowArray texts, IArrowArray flags) => new(
        ArrowSchema.Of(Definition.Schema), [days, ids, texts, flags], ids.Length);

    static Date32Array Days(params int?[] days)
    {
        var builder = new Date32Array.Builder();
        foreach (var day in days)
            _ = day is { } known ? builder.Append(DateTime.UnixEpoch.AddDays(known)) : builder.AppendNull();
        return builder.Build();
    }

    static Int64Array Longs(params long[] values) => new Int64Array.Builder().AppendRange(values).Build();

    static StringArray Texts(params string?[] values)
    {
        var builder = new StringArray.Builder();
        foreach (var value in values)
            _ = value is null ? builder.AppendNull() : builder.Append(value);
        return builder.Build();
    }

    static BooleanArray Flags(params bool?[] values)
    {
        var builder = new BooleanArray.Builder();
        foreach (var value in values)
            _ = value is { } known ? builder.Append(known) : builder.AppendNull();
        return builder.Build();
    }
}
