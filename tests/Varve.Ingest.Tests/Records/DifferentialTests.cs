using System.Text;
using CsCheck;
using Varve.Datasets;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Tests.Records;

/// <summary>The quick reader against the plain one: the same columns for any line that is a record, the same reason for any that is none.</summary>
public sealed class DifferentialTests
{
    static readonly Dataset[] Datasets =
        [.. new[] { "http_requests", "device_posture_results", "gateway_dns" }.Select(name => DatasetCatalog.BuiltIn.Find(name)!)];

    [Fact]
    public void Any_records_in_any_order_are_read_as_the_reference_reads_them() =>
        Gen.Select(AnyOf.These(Datasets), Gen.Int[1, 12], Gen.Int)
            .SelectMany((dataset, count, _) => LineGen.Of(dataset).Array[count].Select(lines => (Dataset: dataset, Lines: lines)))
            .Sample(given => Compare(given.Dataset, given.Lines), iter: 6_000);

    [Fact]
    public void Damaged_records_are_refused_for_the_same_reason_or_read_the_same_way() =>
        AnyOf.These(Datasets)
            .SelectMany(dataset => Gen.Select(LineGen.Of(dataset), LineGen.Damages).Select((line, damages) => (Dataset: dataset, Line: LineGen.Damage(line, damages))).Array[1, 8])
            .Sample(given => Compare(given[0].Dataset, [.. given.Where(line => line.Dataset == given[0].Dataset).Select(line => line.Line)]), iter: 6_000);

    [Fact]
    public void Bytes_without_sense_are_refused_for_the_same_reason() =>
        Gen.OneOf(Gen.Byte.Array[0, 80], AnyOf.These([.. "{}[]\",:\\u0123 trefalsn.-+eE\t\r\0é"u8.ToArray()]).Array[0, 60])
            .Select(line => line.Where(value => value != '\n').ToArray())
            .Sample(line => Compare(Datasets[0], [line]), iter: 20_000);

    [Theory]
    [InlineData("{\"RayID\":\"a\"}")]
    [InlineData("{}")]
    [InlineData("{\"RayID\":\"a\",}")]
    [InlineData("{\"BotScore\":01}")]
    [InlineData("{\"BotScore\":-}")]
    [InlineData("{\"BotScore\":12345678}")]
    [InlineData("{\"BotScore\":123456789012345678901}")]
    [InlineData("{\"BotScore\":-0}")]
    [InlineData("{\"EdgeResponseCompressionRatio\":1.}")]
    [InlineData("{\"EdgeResponseCompressionRatio\":0.1234567890123456789}")]
    [InlineData("{\"EdgeResponseCompressionRatio\":-0.0}")]
    [InlineData("{\"RayID\":\"a\\u0000b\",\"rayid\":\"c\"}")]
    [InlineData("{\"RayID\":\"\\ud800\"}")]
    [InlineData("{\"\\u0052ayID\":\"escaped name\"}")]
    [InlineData("{\"RayID\":\"a\"} ")]
    [InlineData("{\"RayID\":\"a\"}}")]
    [InlineData("{\"RayID\":\"a\"")]
    [InlineData("{\"RayID\":\"a")]
    [InlineData("{\"RayID\":\"a\\")]
    [InlineData("{\"RayID\" : \"a\" , \"BotScore\" : 5}")]
    [InlineData("{\"RequestHeaders\":{\"a\":\"1\",\"a\":\"2\"}}")]
    [InlineData("{\"RequestHeaders\":{\"a\":null,\"b\":1,\"c\":[1,{}]}}")]
    [InlineData("{\"SecurityActions\":[\"a\",null]}")]
    [InlineData("{\"SecurityActions\":[\"a\",1]}")]
    [InlineData("{\"SecurityActions\":\"[]\"}")]
    [InlineData("{\"x\":\"a\tb\"}")]
    [InlineData("{\"EdgeStartTimestamp\":\"2026-02-29T00:00:00Z\"}")]
    public void Known_traps_are_read_as_the_reference_reads_them(string line) =>
        Compare(Datasets[0], [.. Enumerable.Repeat(Encoding.UTF8.GetBytes(line), 3)]);

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    public void Values_may_stand_in_each_other_as_deep_as_the_reference_allows(int depth) => Compare(
        Datasets[0],
        [Encoding.UTF8.GetBytes($"{{\"x\":{new string('[', depth)}{new string(']', depth)}}}"), Encoding.UTF8.GetBytes($"{{\"RayID\":{new string('[', depth)}{new string(']', depth)}}}")]);

    [Fact]
    public void Timestamps_of_every_form_are_read_the_same_with_the_day_remembered_and_without() =>
        Gen.Select(AnyOf.These("2026-11-22", "2026-11-21", "1969-12-31", "0001-01-01"), Gen.Int[0, 25], Gen.Int[0, 61], Gen.Int[0, 61], AnyOf.These("", ".1", ".123", ".123456789", ".1234567890", ".", ".x"), AnyOf.These("Z", "z", "", "+01:00", "ZZ"))
            .Select((day, hour, minute, second, fraction, zone) => $"{day}T{hour:00}:{minute:00}:{second:00}{fraction}{zone}")
            .Array[1, 6]
            .Sample(texts =>
            {
                var cached = new CachedTimes();
                foreach (var text in texts)
                {
                    var bytes = Encoding.UTF8.GetBytes(text);
                    var expected = TimestampParser.TryParse(bytes, out var time);
                    Assert.Equal((expected, expected ? time : 0, text), (cached.TryParse(bytes, out var found), expected ? found : 0, text));
                }
            }, iter: 20_000);

    static void Compare(Dataset dataset, IReadOnlyList<byte[]> lines)
    {
        var buffer = new RecordBuffer(dataset);
        var arrival = new Arrival(ReferenceReader.Arrival, null, IngestSettings.Everything);
        // Twice into the same buffer: what it learned must not change what it reads.
        for (var round = 0; round < 2; round++)
        {
            buffer.Clear();
            var expected = lines.Select(line => ReferenceReader.Read(dataset, line)).ToList();
            // In the second round all lines are in one buffer, so that their texts wait for each other.
            byte[] together = [.. lines.SelectMany(line => (byte[])[.. line, (byte)'\n']), .. Garbage, .. Garbage];

            var (fates, at) = (new List<LineFate>(), 0);
            foreach (var line in lines)
            {
                byte[] alone = [.. line, (byte)'\n', .. Garbage, .. Garbage];
                fates.Add(round == 0 ? buffer.Take(alone, 0, line.Length, arrival) : buffer.Take(together, at, at + line.Length, arrival));
                at += line.Length + 1;
            }

            buffer.Settle();

            var row = 0;
            for (var index = 0; index < lines.Count; index++)
            {
                var shown = Encoding.UTF8.GetString(lines[index]);
                Assert.Equal((shown, expected[index].Reason), (shown, fates[index].Reason));
                if (fates[index].Kind == LineFateKind.Accepted)
                    Assert.Equal(Show(shown, expected[index].Values, expected[index].Extra), Show(shown, ValuesOf(buffer, row), ExtraOf(buffer, row++)));
            }
        }
    }

    // What stands beyond a line must not matter.
    static byte[] Garbage { get; } = [.. Enumerable.Repeat((byte)'"', 16), .. Enumerable.Repeat((byte)'\\', 16), .. Enumerable.Repeat((byte)'7', 32)];

    static string Show(string line, IReadOnlyDictionary<string, string> values, string? extra) =>
        $"{line}\n{string.Join('\n', values.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key} = {value.Value}"))}\nextra {extra}";

    static Dictionary<string, string> ValuesOf(RecordBuffer buffer, int row) =>
        buffer.Columns.Take(buffer.Dataset.Fields.Count).Where(column => column.Has(row)).ToDictionary(column => column.Name, column => ColumnTexts.Of(column, row));

    static string? ExtraOf(RecordBuffer buffer, int row) =>
        buffer.Columns.Single(column => column.Name == TableLayout.ExtraColumn) is var extra && extra.Has(row) ? ColumnTexts.Of(extra, row) : null;
}
