using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Varve.Ingest.Tests.Settings;

/// <summary>Random filters over random records: what is compiled decides as a plain reading of the JSON does.</summary>
public sealed class FilterDifferentialTests
{
    static readonly string[] Words = ["", "a", "A", "ab", "ba", "é", "/static/x", "\"", "true", "12"];
    static readonly long[] Numbers = [long.MinValue, -3, 0, 1, 2, 29, 30, long.MaxValue];
    static readonly double[] Reals = [-1.5, 0, 0.25, 1, 1e300];
    static readonly long[] Seconds = [1_795_341_599, 1_795_341_600, 1_795_341_601];

    static readonly Gen<JsonNode> Text = Pick(Words).Select(word => (JsonNode)word);
    static readonly Gen<JsonNode> Number = Gen.Select(Pick(Numbers), Gen.Bool, (number, quoted) => Quoted(number.ToString(CultureInfo.InvariantCulture), quoted));
    static readonly Gen<JsonNode> Real = Gen.Select(Pick(Reals), Gen.Bool, (real, quoted) => Quoted(real.ToString("R", CultureInfo.InvariantCulture), quoted));
    static readonly Gen<JsonNode> Truth = Gen.Select(Gen.Bool, Gen.Bool, (truth, quoted) => Quoted(truth ? "true" : "false", quoted));
    static readonly Gen<JsonNode> Instant = Gen.Select(Pick(Seconds), Gen.Int[0, 3], (second, form) => form switch
    {
        0 => (JsonNode)second,
        1 => (JsonNode)(second * 1_000),
        2 => (JsonNode)DateTimeOffset.FromUnixTimeSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => (JsonNode)DateTimeOffset.FromUnixTimeSeconds(second).ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
    });

    static readonly Gen<JsonNode> Condition = Gen.OneOf(
        Single("Text", Text, "eq", "startsWith", "endsWith", "contains"), Many("Text", Text),
        Single("Number", Number, "eq"), Orders("Number", Number), Many("Number", Number),
        Single("Real", Real, "eq"), Orders("Real", Real), Many("Real", Real),
        Single("Truth", Truth, "eq"),
        Single("When", Instant, "eq"), Orders("When", Instant), Many("When", Instant),
        Single("Tags", Text, "contains"), Single("Codes", Number, "contains"));

    static readonly Gen<JsonNode> Filter = Nested(3);

    static readonly Gen<JsonNode> Record = Gen.Select(
        Maybe(Text), Maybe(Number), Maybe(Real), Maybe(Truth), Maybe(Instant), Maybe(Text.Array[0, 3].Select(List)), Maybe(Number.Array[0, 3].Select(List)),
        (text, number, real, truth, when, tags, codes) =>
        {
            var record = new JsonObject();
            foreach (var (name, value) in new[] { ("Text", text), ("Number", number), ("Real", real), ("Truth", truth), ("When", when), ("Tags", tags), ("Codes", codes) })
                if (value is not null)
                    record[name] = value.DeepClone();
            return (JsonNode)record;
        });

    [Fact]
    public void Both_decide_the_same()
    {
        var passed = new int[2];
        Gen.Select(Filter, Record.Array[1, 8]).Sample((where, records) =>
        {
            var settings = SettingsBench.Filter(where.ToJsonString());
            foreach (var record in records)
            {
                var expected = ReferenceFilter.Passes(JsonSerializer.SerializeToElement(where), JsonSerializer.SerializeToElement(record));
                Interlocked.Increment(ref passed[expected ? 1 : 0]);
                if (settings.Passes(SettingsBench.Row(record.ToJsonString())) != expected)
                    return false;
            }

            return true;
        }, iter: 5_000);

        Assert.All(passed, count => Assert.True(count > 1_000));
    }

    static Gen<JsonNode> Nested(int depth) => depth == 0 ? Condition : Gen.Frequency(
        (2, Condition),
        (1, Gen.Select(Pick("and", "or"), Nested(depth - 1).Array[1, 3], (name, parts) => (JsonNode)new JsonObject { [name] = List(parts) })));

    static Gen<JsonNode> Single(string key, Gen<JsonNode> value, params string[] signs) => Gen.Select(
        Pick(signs), Gen.Bool, value, (sign, negated, operand) => Make(key, negated ? "!" + sign : sign, operand));

    static Gen<JsonNode> Orders(string key, Gen<JsonNode> value) => Gen.Select(
        Pick("lt", "leq", "gt", "geq"), value, (sign, operand) => Make(key, sign, operand));

    static Gen<JsonNode> Many(string key, Gen<JsonNode> value) => Single(key, value.Array[1, 4].Select(List), "in");

    static Gen<JsonNode?> Maybe(Gen<JsonNode> value) => Gen.Frequency((4, value.Select(it => (JsonNode?)it)), (1, Gen.Const((JsonNode?)null)));

    static JsonNode Make(string key, string sign, JsonNode operand) => new JsonObject { ["key"] = key, ["operator"] = sign, ["value"] = operand.DeepClone() };

    static JsonNode List(JsonNode[] items) => new JsonArray([.. items.Select(item => item.DeepClone())]);

    static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    static JsonNode Quoted(string text, bool quoted) => quoted ? text : JsonNode.Parse(text)!;
}
