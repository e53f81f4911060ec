using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Varve.Server.Otlp;

/// <summary>Values of OTLP as JSON.</summary>
static class OtlpValues
{
    /// <summary>Writes attributes as an object's members.</summary>
    public static void WriteObject(Utf8JsonWriter json, string name, IEnumerable<KeyValue> attributes)
    {
        json.WriteStartObject(name);
        WriteMembers(json, attributes);
        json.WriteEndObject();
    }

    /// <summary>Writes any value.</summary>
    public static void Write(Utf8JsonWriter json, AnyValue? value)
    {
        switch (value?.ValueCase)
        {
            case AnyValue.ValueOneofCase.StringValue:
                json.WriteStringValue(value.StringValue);
                break;
            case AnyValue.ValueOneofCase.BoolValue:
                json.WriteBooleanValue(value.BoolValue);
                break;
            case AnyValue.ValueOneofCase.IntValue:
                json.WriteNumberValue(value.IntValue);
                break;
            case AnyValue.ValueOneofCase.DoubleValue when double.IsFinite(value.DoubleValue):
                json.WriteNumberValue(value.DoubleValue);
                break;
            case AnyValue.ValueOneofCase.DoubleValue:
                json.WriteStringValue(value.DoubleValue.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case AnyValue.ValueOneofCase.ArrayValue:
                json.WriteStartArray();
                foreach (var item in value.ArrayValue.Values)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                json.WriteStartObject();
                WriteMembers(json, value.KvlistValue.Values);
                json.WriteEndObject();
                break;
            case AnyValue.ValueOneofCase.BytesValue:
                json.WriteBase64StringValue(value.BytesValue.Span);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>A value as text: itself, or its JSON.</summary>
    public static string? TextOf(AnyValue? value)
    {
        if (value is null || value.ValueCase == AnyValue.ValueOneofCase.None)
            return null;
        if (value.ValueCase == AnyValue.ValueOneofCase.StringValue)
            return value.StringValue;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, OtlpRecords.JsonOptions))
            Write(json, value);
        return Encoding.UTF8.GetString(value.ValueCase == AnyValue.ValueOneofCase.BytesValue ? buffer.WrittenSpan[1..^1] : buffer.WrittenSpan);
    }

    static void WriteMembers(Utf8JsonWriter json, IEnumerable<KeyValue> attributes)
    {
        foreach (var attribute in attributes)
        {
            json.WritePropertyName(attribute.Key);
            Write(json, attribute.Value);
        }
    }
}
