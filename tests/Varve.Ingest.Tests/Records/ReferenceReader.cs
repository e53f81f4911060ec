using System.Globalization;
using System.Text;
using System.Text.Json;
using Varve.Datasets;
using Varve.Ingest.Records;

namespace Varve.Ingest.Tests.Records;

/// <summary>
/// Says what a line has to become, with JsonDocument and without regard to time: the value of each field as text, the extra column, or the
/// reason of a reject.
/// </summary>
static class ReferenceReader
{
    public const long Arrival = 1_760_000_000_000_000;

    public sealed record Reading(string? Reason, IReadOnlyDictionary<string, string> Values, string? Extra);

    public static Reading Read(Dataset dataset, byte[] line)
    {
        var none = new Dictionary<string, string>();
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line);
        }
        catch (ArgumentException)
        {
            return new Reading("not valid UTF-8", none, null);
        }

        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? OfObject(dataset, document.RootElement)
                : new Reading("not a JSON object", none, null);
        }
        catch (JsonException fault)
        {
            var end = fault.Message.IndexOf(". ", StringComparison.Ordinal);
            var reason = $"not JSON: {(end < 0 ? fault.Message : fault.Message[..end])}";
            // A line that begins as another value is no object, whatever follows.
            return new Reading(BeginsAsAnotherValue(line) ? "not a JSON object" : reason, none, null);
        }
    }

    static bool BeginsAsAnotherValue(byte[] line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            return reader.Read() && reader.TokenType != JsonTokenType.StartObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static Reading OfObject(Dataset dataset, JsonElement record)
    {
        var members = record.EnumerateObject().Select(member => (Member: member, Field: FieldOf(dataset, member))).ToList();
        var values = new Dictionary<string, string>();
        var extras = new List<string>();
        for (var index = 0; index < members.Count; index++)
        {
            var (member, field) = members[index];
            var isLast = field is not null && !members.Skip(index + 1).Any(later => later.Field == field);
            if (isLast && member.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (isLast && TextOf(field!, member.Value) is { } text)
                values[field!.Name] = text;
            else
                extras.Add($"{RawName(member)}:{member.Value.GetRawText()}");
        }

        if (!values.ContainsKey(dataset.TimestampField.Name))
        {
            values[dataset.TimestampField.Name] = Arrival.ToString(CultureInfo.InvariantCulture);
            extras.Add("\"_timestamp\":\"arrival\"");
        }

        return new Reading(null, values, extras.Count == 0 ? null : $"{{{string.Join(',', extras)}}}");
    }

    static DatasetField? FieldOf(Dataset dataset, JsonProperty member)
    {
        try
        {
            var name = member.Name;
            return dataset.Fields.FirstOrDefault(field => field.Name == name) ?? dataset.Find(name);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The name as it is written: the text of the member up to where its quotes end.</summary>
    static string RawName(JsonProperty member)
    {
        var text = member.ToString();
        var end = 1;
        while (text[end] != '"')
            end += text[end] == '\\' ? 2 : 1;
        return text[..(end + 1)];
    }

    static string? TextOf(DatasetField field, JsonElement value) => field.Type switch
    {
        FieldType.Json => value.GetRawText(),
        FieldType.String => Text(value),
        FieldType.Int => Integer(value),
        FieldType.Float => Real(value),
        FieldType.Bool => Boolean(value),
        FieldType.Timestamp => Time(value),
        FieldType.StringArray => List(value, item => item.ValueKind == JsonValueKind.String ? Text(item) : null, isText: true),
        FieldType.IntArray => List(value, Integer, isText: false),
        _ => Map(value),
    };

    static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    static string? Integer(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            var inner = value.GetRawText()[1..^1];
            return long.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var digits)
                && digits.ToString(CultureInfo.InvariantCulture) == inner ? inner : null;
        }

        if (value.ValueKind != JsonValueKind.Number)
            return null;
        if (value.TryGetInt64(out var whole))
            return whole.ToString(CultureInfo.InvariantCulture);
        var real = double.Parse(value.GetRawText(), CultureInfo.InvariantCulture);
        return real == Math.Floor(real) && Math.Abs(real) <= 9_007_199_254_740_992 ? ((long)real).ToString(CultureInfo.InvariantCulture) : null;
    }

    static string? Real(JsonElement value)
    {
        var inner = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetRawText()[1..^1],
            _ => null,
        };
        if (!double.TryParse(inner, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) || !double.IsFinite(real))
            return null;
        var text = real.ToString("R", CultureInfo.InvariantCulture);
        return value.ValueKind == JsonValueKind.Number || text == inner ? text : null;
    }

    static string? Boolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.String when value.GetRawText()[1..^1] is var inner && (inner.Equals("true", StringComparison.OrdinalIgnoreCase) || inner.Equals("false", StringComparison.OrdinalIgnoreCase)) =>
            inner.ToLowerInvariant(),
        _ => null,
    };

    static string? Time(JsonElement value)
    {
        var inner = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetRawText()[1..^1],
            _ => "",
        };
        return TimestampParser.TryParse(Encoding.UTF8.GetBytes(inner), out var microseconds) ? microseconds.ToString(CultureInfo.InvariantCulture) : null;
    }

    static string? List(JsonElement value, Func<JsonElement, string?> item, bool isText)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            var inner = value.GetRawText()[1..^1];
            if (!inner.Contains('\\', StringComparison.Ordinal) && inner.Length >= 2 && inner[0] == '[' && inner[^1] == ']')
            {
                try
                {
                    using var document = JsonDocument.Parse(inner);
                    return List(document.RootElement, item, isText);
                }
                catch (JsonException)
                {
                    return null;
                }
            }

            return isText && Text(value) is { } text ? $"[{text}]" : null;
        }

        if (value.ValueKind != JsonValueKind.Array)
            return null;
        var items = new List<string>();
        foreach (var element in value.EnumerateArray())
        {
            var text = element.ValueKind == JsonValueKind.Null ? "\0" : item(element);
            if (text is null)
                return null;
            items.Add(text);
        }

        return $"[{string.Join('|', items)}]";
    }

    static string? Map(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return null;
        var names = new HashSet<string>();
        var entries = new List<string>();
        try
        {
            foreach (var member in value.EnumerateObject())
            {
                if (!names.Add(member.Name))
                    return null;
                entries.Add($"{member.Name}={(member.Value.ValueKind == JsonValueKind.Null ? "\0" : Text(member.Value) ?? member.Value.GetRawText())}");
            }
        }
        catch (InvalidOperationException)
        {
            return null;
        }

        return $"[{string.Join('|', entries)}]";
    }
}
