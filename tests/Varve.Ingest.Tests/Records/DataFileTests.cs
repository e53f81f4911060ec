using System.Globalization;
using System.Text;
using Apache.Arrow;
using CsCheck;
using Varve.Datasets;
using Varve.Delta.Files;
using Varve.Delta.Schema;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Tests.Records;

/// <summary>What is in the buffers is in the files, whatever the buffers are like.</summary>
public sealed class DataFileTests
{
    static readonly Dataset Dataset = DatasetCatalog.BuiltIn.Find("http_requests")!;

    [Fact]
    public void Files_hold_the_rows_of_all_buffers_in_the_order_of_time() =>
        LineGen.Of(Dataset).Array[1, 60].Array[1, 3].Sample(
            buffers => Check([.. buffers.Select(lines => Fill([.. lines]))]), iter: 150);

    [Theory]
    [InlineData(5_000, 5_000)]
    [InlineData(5_000, 10)]
    [InlineData(3, 5_000)]
    public void Columns_whose_texts_repeat_and_such_whose_do_not_may_meet_in_one_file(int distinctOfOne, int distinctOfOther) =>
        Check([Fill(Numbered(5_000, distinctOfOne, "a")), Fill(Numbered(5_000, distinctOfOther, "b"))]);

    [Fact]
    public void A_buffer_that_is_filled_again_has_nothing_of_before()
    {
        var buffer = Fill(Numbered(3_000, 3_000, "before"));
        buffer.Clear();

        foreach (var line in Numbered(500, 7, "after"))
            Take(buffer, line);

        Check([buffer]);
    }

    [Fact]
    public void More_rows_than_a_row_group_has_make_several_with_bounds_over_all()
    {
        var rows = ParquetFile.RowGroupRows + 1_000;
        var buffer = Fill(Numbered(rows, rows, "r"));

        var file = Assert.Single(new DataFiles([buffer], IngestSettings.Everything, TimeProvider.System).Write());

        var statistics = FileStatistics.Parse(file.Add.Stats, SchemaOf("RayID", "EdgeStartTimestamp"));
        Assert.Equal((rows, "r-0", $"r-{Enumerable.Range(0, rows).Select(number => $"{number}").Max(StringComparer.Ordinal)}"), ((int)statistics.NumRecords!, statistics.Columns["RayID"].Min, statistics.Columns["RayID"].Max));
        Check([buffer]);
    }

    [Fact]
    public void A_field_that_no_record_has_is_not_in_the_file_and_counts_as_null_in_every_row()
    {
        var buffer = Fill(Numbered(20, 20, "x"));

        var file = Assert.Single(new DataFiles([buffer], IngestSettings.Everything, TimeProvider.System).Write());

        var batch = Assert.Single(ParquetFile.Read(file.Content.ToArray()));
        Assert.DoesNotContain("ClientASN", batch.Schema.FieldsList.Select(field => field.Name));
        Assert.Equal(20, FileStatistics.Parse(file.Add.Stats, SchemaOf("ClientASN")).Columns["ClientASN"].NullCount);
    }

    static TableSchema SchemaOf(params string[] names) =>
        new([.. names.Select(name => new DeltaField(name, name == "RayID" ? DeltaType.String : name == "ClientASN" ? DeltaType.Long : DeltaType.Timestamp))]);

    static List<byte[]> Numbered(int count, int distinct, string prefix) => [.. Enumerable.Range(0, count).Select(number => Encoding.UTF8.GetBytes(
        $$"""{"RayID":"{{prefix}}-{{number}}","ClientRequestPath":"/{{prefix}}/{{number % distinct}}","BotScore":{{number % distinct}},"SecurityActions":["{{number % 3}}"],"EdgeStartTimestamp":"2026-11-22T{{number * 7919 % 24:00}}:00:{{number % 60:00}}Z"}"""))];

    static RecordBuffer Fill(List<byte[]> lines)
    {
        var buffer = new RecordBuffer(Dataset);
        foreach (var line in lines)
            Take(buffer, line);
        return buffer;
    }

    static void Take(RecordBuffer buffer, byte[] line)
    {
        byte[] padded = [.. line, (byte)'\n', .. new byte[JsonBytes.Padding]];
        buffer.Take(padded, 0, line.Length, new Arrival(ReferenceReader.Arrival, null, IngestSettings.Everything));
        buffer.Settle();
    }

    static void Check(IReadOnlyList<RecordBuffer> buffers)
    {
        var order = TimeOrder.Of(buffers);
        var files = order.Rows.Length == 0 ? [] : new DataFiles(buffers, IngestSettings.Everything, TimeProvider.System).Write().ToList();

        Assert.Equal(order.Days.Count, files.Count);
        for (var day = 0; day < files.Count; day++)
        {
            var next = order.Days[day].Start;
            foreach (var batch in ParquetFile.Read(files[day].Content.ToArray()))
                for (var row = 0; row < batch.Length; row++, next++)
                    for (var column = 0; column < buffers[0].Columns.Length; column++)
                    {
                        var from = buffers[order.Rows[next].Source].Columns[column];
                        var expected = from.Has(order.Rows[next].Row) ? ColumnTexts.Of(from, order.Rows[next].Row) : null;
                        var index = batch.Schema.GetFieldIndex(from.Name);
                        Assert.Equal((from.Name, expected), (from.Name, index < 0 ? null : TextOf(batch.Column(index), row)));
                    }

            Assert.Equal(order.Days[day].Start + order.Days[day].Count, next);
        }
    }

    static string? TextOf(IArrowArray array, int row) => array.IsNull(row) ? null : array switch
    {
        StringArray texts => texts.GetString(row),
        Int64Array whole => whole.GetValue(row)!.Value.ToString(CultureInfo.InvariantCulture),
        TimestampArray times => times.Values[row].ToString(CultureInfo.InvariantCulture),
        DoubleArray reals => reals.GetValue(row)!.Value.ToString("R", CultureInfo.InvariantCulture),
        BooleanArray flags => flags.GetValue(row)!.Value ? "true" : "false",
        MapArray map => $"[{string.Join('|', Enumerable.Range(map.ValueOffsets[row], map.ValueOffsets[row + 1] - map.ValueOffsets[row]).Select(item => $"{TextOf(map.Keys, item)}={TextOf(map.Values, item) ?? "\0"}"))}]",
        ListArray list => $"[{string.Join('|', Enumerable.Range(list.ValueOffsets[row], list.ValueOffsets[row + 1] - list.ValueOffsets[row]).Select(item => TextOf(list.Values, item) ?? "\0"))}]",
        _ => throw new InvalidOperationException(array.GetType().Name),
    };
}
