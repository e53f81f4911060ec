using System.Text;
using System.Text.Json;
using CsCheck;
using Varve.Datasets;

namespace Varve.Ingest.Tests.Records;

/// <summary>Lines of records as senders write them, and as none should.</summary>
static class LineGen
{
    static readonly Gen<string> Blank = Gen.Frequency((8, Gen.Const("")), (1, AnyOf.These(" ", "  ", "\t", " \r ")));

    static readonly Gen<string> PlainText = Gen.OneOf(
        AnyOf.These("", "a", "https", "2026-11-22T10:00:00.123Z", "/p/some-long-path-of-more-than-thirty-two-bytes", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36"),
        AnyOf.These("true", "FALSE", "20", "007", "-5", "1.5", "[]", "[\"a\",\"b\"]", "[1,2]", "[x]", "1786017600123456789", "1653485126"),
        Gen.Char.AlphaNumeric.Array[0, 70].Select(letters => new string(letters)));

    static readonly Gen<string> Text = Gen.Frequency(
        (6, PlainText.Select(text => $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")),
        (1, PlainText.Select(text => $"\"{text.Replace("\"", "'", StringComparison.Ordinal)}\"")),
        (1, Gen.String.Select(text => JsonSerializer.Serialize(text))),
        (1, AnyOf.These("\"\\u00e9\\n\\\"\\\\\\/\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\udc00x\"", "\"é😀\"", "\"\\u0000\"", "\"a\\tb\"")));

    static readonly Gen<string> Number = Gen.OneOf(
        Gen.Int.Select(number => $"{number}"),
        Gen.Int[0, 999].Select(number => $"{number}"),
        Gen.Long.Select(number => $"{number}"),
        Gen.Double.Where(double.IsFinite).Select(number => JsonSerializer.Serialize(number)),
        AnyOf.These("0", "-0", "0.0", "1e2", "1E+2", "1.50", "200.0", "1e400", "9223372036854775807", "9223372036854775808", "12345678", "123456789", "0.1", "17.25", "99999999999999999999", "4.9e-324", "1653485126000"));

    static readonly Gen<string> Leaf = Gen.Frequency((4, Text), (4, Number), (1, AnyOf.These("true", "false", "null", "[]", "{}")));

    static readonly Gen<string> Nested = Gen.OneOf(
        Text.Array[0, 4].Select(items => $"[{string.Join(',', items)}]"),
        Number.Array[0, 4].Select(items => $"[{string.Join(", ", items)}]"),
        Leaf.Array[0, 4].Select(items => $"[ {string.Join(" ,", items)} ]"),
        Gen.Select(Text, Leaf).Array[0, 4].Select(members => $"{{{string.Join(',', members.Select(member => $"{member.Item1}:{member.Item2}"))}}}"),
        Gen.Select(Text, Text).Array[0, 40].Select(members => $"{{{string.Join(',', members.Select(member => $"{member.Item1} : {member.Item2}"))}}}"),
        Leaf.Array[0, 3].Select(items => $"{{\"a\":[{string.Join(',', items)}],\"b\":{{\"c\":{{}}}}}}"));

    static readonly Gen<string> Value = Gen.Frequency((5, Leaf), (2, Nested));

    public static readonly Gen<(int Kind, double Place, byte Value)[]> Damages = Gen.Select(Gen.Int[0, 3], Gen.Double.Unit, Gen.Byte).Array[1, 3];

    public static Gen<byte[]> Of(Dataset dataset)
    {
        var known = Gen.Int[0, dataset.Fields.Count - 1].SelectMany(index => Gen.Select(NameOf(dataset.Fields[index]), ValueOf(dataset.Fields[index].Type)));
        var other = Gen.Select(Gen.OneOf(AnyOf.These("\"x\"", "\"Ray\\u0049D\"", "\"\"", "\"WAFAction\"", "\"\\ud800\"", "\"a\\\"b\""), Text), Value);
        var member = Gen.Select(Gen.Frequency((9, known), (1, other)), Blank, Blank, Blank)
            .Select((pair, before, after, end) => $"{before}{pair.Item1}{after}:{before}{pair.Item2}{end}");
        var ordered = member.Array[0, 30];
        return Gen.Select(ordered, Blank, Blank).Select((members, before, after) => Encoding.UTF8.GetBytes($"{before}{{{string.Join(',', members)}{after}}}{after}"));
    }

    /// <summary>The line with some bytes changed, added, or taken away, and never a newline.</summary>
    public static byte[] Damage(byte[] line, (int Kind, double Place, byte Value)[] damages)
    {
        var bytes = line.ToList();
        foreach (var (kind, place, value) in damages)
        {
            if (bytes.Count == 0)
                break;
            var at = (int)(place * (bytes.Count - 1));
            if (kind == 0)
                bytes[at] = value;
            else if (kind == 1)
                bytes.Insert(at, value);
            else if (kind == 2)
                bytes.RemoveAt(at);
            else
                bytes.RemoveRange(at, bytes.Count - at);
        }

        return [.. bytes.Where(value => value != '\n')];
    }

    static Gen<string> NameOf(DatasetField field) =>
        Gen.Frequency((12, Gen.Const($"\"{field.Name}\"")), (1, AnyOf.These($"\"{field.Name.ToUpperInvariant()}\"", $"\"{field.Name.ToLowerInvariant()}\"")));

    /// <summary>Mostly what the field takes.</summary>
    static Gen<string> ValueOf(FieldType type) => Gen.Frequency(
        (6, type switch
        {
            FieldType.Int => Number,
            FieldType.Float => Number,
            FieldType.Bool => AnyOf.These("true", "false", "\"true\"", "\"False\"", "null"),
            FieldType.Timestamp => AnyOf.These(
                "\"2026-11-22T10:00:00Z\"", "\"2026-11-22T23:59:59.999999999Z\"", "\"2026-11-21 10:00:00\"", "1786017600123456789", "\"1653485126\"", "1", "0", "\"2026-11-22T10:00:60Z\"", "\"\""),
            FieldType.StringArray or FieldType.IntArray or FieldType.Map => Nested,
            FieldType.Json => Value,
            _ => Text,
        }),
        (1, Value));
}
