using System.Globalization;
using System.Text.Json;
using Google.Protobuf;

namespace Varve.Server.Otlp;

/// <summary>
/// The JSON form of OTLP: Protobuf's, except that trace and span ids are hexadecimal and enumerations numbers. Names are in lowerCamelCase or as in the
/// definition; what is not known is skipped.
/// </summary>
static class OtlpJson
{
    // As deep as the parser of the other form goes.
    static readonly JsonDocumentOptions Options = new() { MaxDepth = 100 };

    /// <summary>Reads a request.</summary>
    /// <exception cref="JsonException">It is no JSON, or of another shape.</exception>
    public static LogsRequest Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Options);
        var request = new LogsRequest();
        foreach (var element in Items(document.RootElement, "resourceLogs", "resource_logs"))
        {
            var resource = new ResourceLogs { Resource = new Resource() };
            if (TryGet(element, "resource", "resource", out var described))
                resource.Resource.Attributes.AddRange(Attributes(described));
            resource.ScopeLogs.AddRange(Items(element, "scopeLogs", "scope_logs").Select(ReadScope));
            request.ResourceLogs.Add(resource);
        }

        return request;
    }

    static ScopeLogs ReadScope(JsonElement element)
    {
        var logs = new ScopeLogs { Scope = new Scope() };
        if (TryGet(element, "scope", "scope", out var scope))
        {
            logs.Scope = new Scope { Name = Text(scope, "name", "name"), Version = Text(scope, "version", "version") };
            logs.Scope.Attributes.AddRange(Attributes(scope));
        }

        logs.LogRecords.AddRange(Items(element, "logRecords", "log_records").Select(ReadRecord));
        return logs;
    }

    static LogRecord ReadRecord(JsonElement element)
    {
        var record = new LogRecord
        {
            TimeUnixNano = (ulong)Number(element, "timeUnixNano", "time_unix_nano", 0, ulong.MaxValue),
            ObservedTimeUnixNano = (ulong)Number(element, "observedTimeUnixNano", "observed_time_unix_nano", 0, ulong.MaxValue),
            SeverityNumber = (int)Number(element, "severityNumber", "severity_number", int.MinValue, int.MaxValue),
            SeverityText = Text(element, "severityText", "severity_text"),
            EventName = Text(element, "eventName", "event_name"),
            Flags = (uint)Number(element, "flags", "flags", 0, uint.MaxValue),
            TraceId = Id(element, "traceId", "trace_id"),
            SpanId = Id(element, "spanId", "span_id"),
        };
        if (TryGet(element, "body", "body", out var body))
            record.Body = Value(body);
        record.Attributes.AddRange(Attributes(element));
        return record;
    }

    static IEnumerable<KeyValue> Attributes(JsonElement element) => Pairs(Items(element, "attributes", "attributes"));

    static IEnumerable<KeyValue> Pairs(IEnumerable<JsonElement> items) => items.Select(item => new KeyValue
    {
        Key = Text(item, "key", "key"),
        Value = TryGet(item, "value", "value", out var value) ? Value(value) : new AnyValue(),
    });

    static AnyValue Value(JsonElement element)
    {
        var value = new AnyValue();
        if (TryGet(element, "stringValue", "string_value", out var text))
            value.StringValue = TextOf(text);
        else if (TryGet(element, "boolValue", "bool_value", out var truth))
            value.BoolValue = truth.ValueKind == JsonValueKind.True;
        else if (TryGet(element, "intValue", "int_value", out var number))
            value.IntValue = (long)NumberOf(number, long.MinValue, long.MaxValue);
        else if (TryGet(element, "doubleValue", "double_value", out var real))
            value.DoubleValue = RealOf(real);
        else if (TryGet(element, "arrayValue", "array_value", out var array))
            (value.ArrayValue = new ArrayValue()).Values.AddRange(Items(array, "values", "values").Select(Value));
        else if (TryGet(element, "kvlistValue", "kvlist_value", out var list))
            (value.KvlistValue = new KeyValueList()).Values.AddRange(Pairs(Items(list, "values", "values")));
        else if (TryGet(element, "bytesValue", "bytes_value", out var bytes))
            value.BytesValue = BytesOf(bytes, TextOf, static text => Convert.FromBase64String(text));
        return value;
    }

    static bool TryGet(JsonElement element, string name, string definedName, out JsonElement value)
    {
        value = default;
        if (element.ValueKind != JsonValueKind.Object)
            throw new JsonException("an object is expected where something else stands");
        return (element.TryGetProperty(name, out value) || element.TryGetProperty(definedName, out value)) && value.ValueKind != JsonValueKind.Null;
    }

    static IEnumerable<JsonElement> Items(JsonElement element, string name, string definedName)
    {
        if (!TryGet(element, name, definedName, out var items))
            return [];
        return items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : throw new JsonException($"{name} is not an array");
    }

    static string Text(JsonElement element, string name, string definedName) => TryGet(element, name, definedName, out var text) ? TextOf(text) : "";

    static string TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString()! : throw new JsonException("a text is expected where something else stands");
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("a text is no Unicode");
        }
    }

    static Int128 Number(JsonElement element, string name, string definedName, Int128 min, Int128 max) =>
        TryGet(element, name, definedName, out var number) ? NumberOf(number, min, max) : 0;

    /// <summary>Numbers of 64 bits are texts in this form, since JSON readers round them; some senders write them as numbers all the same.</summary>
    static Int128 NumberOf(JsonElement element, Int128 min, Int128 max)
    {
        var text = element.ValueKind == JsonValueKind.Number ? element.GetRawText() : TextOf(element);
        return Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new JsonException($"a whole number from {min} to {max} is expected where something else stands");
    }

    static double RealOf(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Number)
            return element.GetDouble();
        return double.TryParse(TextOf(element), NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : throw new JsonException("a number is expected where a text stands");
    }

    static ByteString Id(JsonElement element, string name, string definedName) =>
        TryGet(element, name, definedName, out var id) ? BytesOf(id, TextOf, Convert.FromHexString) : ByteString.Empty;

    static ByteString BytesOf(JsonElement element, Func<JsonElement, string> text, Func<string, byte[]> decode)
    {
        try
        {
            return ByteString.CopyFrom(decode(text(element)));
        }
        catch (FormatException)
        {
            throw new JsonException("bytes are not written as they have to be: hexadecimal for ids, base64 for values");
        }
    }
}
