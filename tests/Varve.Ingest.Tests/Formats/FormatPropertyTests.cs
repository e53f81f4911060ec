using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Varve.Ingest.Formats;
using Varve.Storage;

namespace Varve.Ingest.Tests.Formats;

/// <summary>What holds for any body.</summary>
public sealed class FormatPropertyTests
{
    static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };

    static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["ab\"\\,\t\n\r[]{}:é\u2028 "], 0, 12], Gen.String[Gen.Char['\u0020', '\uD7FF'], 0, 8], Gen.Const("1e3"), Gen.Const("[1,2]"));

    static readonly Gen<JsonNode?> Value = Gen.Recursive<JsonNode?>((depth, self) => depth > 3
        ? Text.Select(text => (JsonNode?)text)
        : Gen.OneOf(
            Text.Select(text => (JsonNode?)text),
            Gen.Int.Select(number => (JsonNode?)number),
            Gen.Bool.Select(truth => (JsonNode?)truth),
            Gen.Const((JsonNode?)null),
            self.Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            Gen.Select(Text, self).Array[0, 3].Select(Object)));

    static readonly Gen<JsonNode[]> Records = Gen.Select(Text, Value).Array[0, 5].Select(fields => Object(fields)!).Array[0, 6];

    static readonly Gen<int> Chunk = Gen.OneOf(Gen.Int[1, 9], Gen.Const(int.MaxValue));

    static Gen<byte[]> Hostile => Gen.OneOf(
        Gen.Byte.Array[0, 400],
        AnyOf<byte>([.. "\"\"\"[[{{}}]],,::\\\n\n\r\t ae1"u8]).Array[0, 400],
        AnyOf("{\"a\":1}", "{\"a\":\"x", "},{", "[", "]", ",", "\n", "\n  ", "\"", "{\"events\":[", "{\"info\":", "a,b\n", "\"\"", "\\", "\u001E", "\uFEFF", " [01/Jan/2020:00:00:00 +0000] ")
            .Array[0, 60].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))));

    [Fact]
    public Task Records_come_back_from_every_form_of_JSON_as_they_were_sent()
    {
        return Gen.Select(Records, Chunk).SampleAsync(
            async (records, chunk) =>
            {
                var expected = records.Select(record => record.ToJsonString()).ToList();
                var compact = $"[{string.Join(',', expected)}]";
                var events = $$$"""{"events":[{{{string.Join(',', expected.Select(line => $$"""{"info":{{line}}}"""))}}}]}""";
                foreach (var body in new[] { compact, new JsonArray([.. records.Select(record => record.DeepClone())]).ToJsonString(Pretty), records.Length == 0 ? "[]" : events })
                    foreach (var format in new[] { BodyFormat.Json, BodyFormat.Auto })
                        Assert.Equal(expected, (await FormatLines.OfAsync(body, format, chunk: chunk)).Select(line => JsonNode.Parse(line)!.ToJsonString()));
            }, iter: 500, threads: 1);
    }

    [Fact]
    public Task Texts_come_back_from_CSV_and_TSV_as_they_were_sent()
    {
        var rows = Gen.Int[1, 5].SelectMany(width => Text.Array[width].Array[0, 6]);
        return Gen.Select(rows, Chunk, Gen.Bool, Gen.Bool).SampleAsync(
            async (texts, chunk, tabs, quoteAll) =>
            {
                var names = Enumerable.Range(0, texts.Length == 0 ? 1 : texts[0].Length).Select(each => $"f {each}").ToList();
                var delimiter = tabs ? '\t' : ',';
                var body = new StringBuilder();
                foreach (var row in texts.Prepend([.. names]))
                    body.AppendJoin(delimiter, row.Select(text => Quote(text, delimiter, quoteAll))).Append('\n');

                var lines = await FormatLines.OfAsync(body.ToString(), tabs ? BodyFormat.Tsv : BodyFormat.Csv, chunk: chunk);

                // A row of one empty text is a blank line.
                Assert.Equal(
                    texts.Where(row => quoteAll || row.Length > 1 || row[0].Length > 0).Select(row => row.Where(text => text.Length > 0)),
                    lines.Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!.AsObject().Select(field => field.Value!.GetValue<string>())));
            }, iter: 2000, threads: 1);
    }

    [Theory]
    [InlineData(BodyFormat.Auto)]
    [InlineData(BodyFormat.Json)]
    [InlineData(BodyFormat.Csv)]
    [InlineData(BodyFormat.Tsv)]
    [InlineData(BodyFormat.Combined)]
    public async Task Any_bytes_end_in_lines_or_one_fault_however_they_arrive(BodyFormat format)
    {
        await Gen.Select(Hostile, Gen.Int[1, 9], Gen.Bool).SampleAsync(
            async (body, chunk, named) =>
            {
                IReadOnlyList<string>? names = named ? ["a", "b"] : null;
                var whole = await TryAsync(body, format, names, new IngestLimits(), int.MaxValue);
                Assert.Equal(whole, await TryAsync(body, format, names, new IngestLimits(), chunk));
                // Whatever a small limit does to the records, it has to come to an end.
                var lines = await TryAsync(body, format, names, new IngestLimits { LineBytesMax = 16, RejectedLineBytesMax = 4 }, chunk);
                Assert.InRange(lines.Count, 0, body.Length + 2);
            }, iter: 3000, threads: 1);
    }

    static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    static async Task<IReadOnlyList<string>> TryAsync(byte[] body, BodyFormat format, IReadOnlyList<string>? names, IngestLimits limits, int chunk)
    {
        try
        {
            return await FormatLines.OfAsync(body, format, names, limits, chunk);
        }
        catch (VarveException fault)
        {
            return [fault.Message];
        }
    }

    static string Quote(string text, char delimiter, bool always) =>
        always || text.AsSpan().ContainsAny([delimiter, '"', '\n', '\r']) || text.Length != text.Trim().Length
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;

    static JsonNode? Object((string Name, JsonNode? Value)[] fields) =>
        new JsonObject(fields.DistinctBy(field => field.Name).Select(field => KeyValuePair.Create(field.Name, field.Value?.DeepClone())));
}
