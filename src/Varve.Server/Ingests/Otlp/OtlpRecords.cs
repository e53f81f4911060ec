using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Varve.Datasets;

namespace Varve.Server.Otlp;

/// <summary>Log records as lines of a dataset.</summary>
sealed class OtlpRecords(Dataset dataset)
{
    /// <summary>The dataset whose fields are those of the OpenTelemetry log data model.</summary>
    public const string DatasetName = "otel_logs";

    const string ServiceName = "service.name";

    readonly bool _isModel = dataset.Name == DatasetName;
    readonly HashSet<string> _written = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How these lines are written.</summary>
    public static JsonWriterOptions JsonOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes all records of a request, a line each, and gives their number.</summary>
    public long Write(LogsRequest request, Stream output)
    {
        var count = 0L;
        using var json = new Utf8JsonWriter(output, JsonOptions);
        foreach (var resource in request.ResourceLogs)
            foreach (var scope in resource.ScopeLogs)
                foreach (var record in scope.LogRecords)
                {
                    json.Reset();
                    json.WriteStartObject();
                    if (_isModel)
                        WriteModel(json, resource.Resource, scope.Scope, record);
                    else
                        WriteFlat(json, resource.Resource, scope.Scope, record);
                    json.WriteEndObject();
                    json.Flush();
                    output.WriteByte((byte)'\n');
                    count++;
                }

        return count;
    }

    static void WriteModel(Utf8JsonWriter json, Resource? resource, Scope? scope, LogRecord record)
    {
        if (TimeOf(record) is { } time)
            json.WriteNumber("Timestamp", time);
        if (record.ObservedTimeUnixNano > 0)
            json.WriteNumber("ObservedTimestamp", record.ObservedTimeUnixNano);
        WriteText(json, "SeverityText", record.SeverityText);
        if (record.SeverityNumber != 0)
            json.WriteNumber("SeverityNumber", record.SeverityNumber);
        WriteText(json, "Body", OtlpValues.TextOf(record.Body));
        WriteText(json, "TraceId", Hex(record.TraceId));
        WriteText(json, "SpanId", Hex(record.SpanId));
        if (record.Flags != 0)
            json.WriteNumber("Flags", record.Flags);
        WriteText(json, "EventName", record.EventName);
        WriteText(json, "ServiceName", OtlpValues.TextOf(resource?.Attributes.FirstOrDefault(each => each.Key == ServiceName)?.Value));
        WriteText(json, "ScopeName", scope?.Name);
        WriteText(json, "ScopeVersion", scope?.Version);
        if (resource?.Attributes.Count > 0)
            OtlpValues.WriteObject(json, "ResourceAttributes", resource.Attributes);
        if (scope?.Attributes.Count > 0)
            OtlpValues.WriteObject(json, "ScopeAttributes", scope.Attributes);
        if (record.Attributes.Count > 0)
            OtlpValues.WriteObject(json, "LogAttributes", record.Attributes);
    }

    /// <summary>Attributes stand beside each other, so that one which is named like a field becomes it. The record's own come first, then the resource's.</summary>
    void WriteFlat(Utf8JsonWriter json, Resource? resource, Scope? scope, LogRecord record)
    {
        _written.Clear();
        var body = record.Body?.ValueCase == AnyValue.ValueOneofCase.KvlistValue ? record.Body.KvlistValue.Values : null;
        foreach (var attribute in record.Attributes.Concat(body ?? []).Concat(resource?.Attributes ?? []))
            if (_written.Add(attribute.Key))
            {
                json.WritePropertyName(attribute.Key);
                OtlpValues.Write(json, attribute.Value);
            }

        if (TimeOf(record) is { } time && _written.Add(dataset.TimestampField.Name))
            json.WriteNumber(dataset.TimestampField.Name, time);
        if (body is null)
            WriteOnce(json, "Body", OtlpValues.TextOf(record.Body));
        WriteOnce(json, "SeverityText", record.SeverityText);
        if (record.SeverityNumber != 0 && _written.Add("SeverityNumber"))
            json.WriteNumber("SeverityNumber", record.SeverityNumber);
        WriteOnce(json, "TraceId", Hex(record.TraceId));
        WriteOnce(json, "SpanId", Hex(record.SpanId));
        WriteOnce(json, "EventName", record.EventName);
        WriteOnce(json, "ScopeName", scope?.Name);
    }

    void WriteOnce(Utf8JsonWriter json, string name, string? text)
    {
        if (text is { Length: > 0 } && _written.Add(name))
            json.WriteString(name, text);
    }

    static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is { Length: > 0 })
            json.WriteString(name, text);
    }

    /// <summary>Nanoseconds since 1970. A record that does not say when it happened was observed at some time.</summary>
    static ulong? TimeOf(LogRecord record) => (record.TimeUnixNano, record.ObservedTimeUnixNano) switch
    {
        ( > 0, _) => record.TimeUnixNano,
        (_, > 0) => record.ObservedTimeUnixNano,
        _ => null,
    };

    /// <summary>An id of zeros is none.</summary>
    static string? Hex(ByteString id) => id.Span.ContainsAnyExcept((byte)0) ? Convert.ToHexStringLower(id.Span) : null;
}
