using System.Text;
using System.Text.Json;
using Varve.Storage;

namespace Varve.Delta.Schema;

/// <summary>A type of the Delta schema language. Delta protocol: "Schema Serialization Format".</summary>
public abstract record DeltaType
{
    private protected DeltaType() { }

    /// <summary>A primitive by its protocol name: <c>string long integer short byte float double boolean binary date timestamp timestamp_ntz decimal(p,s)</c>.</summary>
    public sealed record Primitive(string Name) : DeltaType;

    /// <summary>A list.</summary>
    public sealed record ArrayOf(DeltaType Element, bool ContainsNull = true) : DeltaType;

    /// <summary>A map.</summary>
    public sealed record MapOf(DeltaType Key, DeltaType Value, bool ValueContainsNull = true) : DeltaType;

    /// <summary>A nested record.</summary>
    public sealed record StructOf(IReadOnlyList<DeltaField> Fields) : DeltaType;

    /// <summary>UTF-8 text.</summary>
    public static DeltaType String { get; } = new Primitive("string");

    /// <summary>64-bit signed integer.</summary>
    public static DeltaType Long { get; } = new Primitive("long");

    /// <summary>32-bit signed integer.</summary>
    public static DeltaType Integer { get; } = new Primitive("integer");

    /// <summary>64-bit floating point.</summary>
    public static DeltaType Double { get; } = new Primitive("double");

    /// <summary>True or false.</summary>
    public static DeltaType Boolean { get; } = new Primitive("boolean");

    /// <summary>A calendar day.</summary>
    public static DeltaType Date { get; } = new Primitive("date");

    /// <summary>An instant in microseconds since 1970, UTC.</summary>
    public static DeltaType Timestamp { get; } = new Primitive("timestamp");
}

/// <summary>A field of a schema.</summary>
/// <param name="Name">Name; unique in its struct, ignoring case.</param>
/// <param name="Type">Type.</param>
/// <param name="Nullable">False when every row has a value.</param>
public sealed record DeltaField(string Name, DeltaType Type, bool Nullable = true)
{
    /// <summary>Metadata of the field as raw JSON text, kept as it was found; null stands for an empty object.</summary>
    public string? MetadataJson { get; init; }
}

/// <summary>The columns of a table, in order.</summary>
/// <param name="Fields">Top-level columns.</param>
public sealed record TableSchema(IReadOnlyList<DeltaField> Fields)
{
    /// <summary>Reads <c>metaData.schemaString</c>; a type that is not known here is refused by name.</summary>
    public static TableSchema Parse(string schemaString)
    {
        try
        {
            using var document = JsonDocument.Parse(schemaString);
            return new TableSchema(ReadFields(document.RootElement));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new VarveException(FaultKind.Corrupt, $"The table's schemaString cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Writes <c>metaData.schemaString</c>.</summary>
    public string ToSchemaString()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            WriteStruct(writer, Fields);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    static List<DeltaField> ReadFields(JsonElement schema)
    {
        var fields = new List<DeltaField>();
        foreach (var field in schema.GetProperty("fields").EnumerateArray())
        {
            var metadata = field.TryGetProperty("metadata", out var found) ? found.GetRawText() : null;
            fields.Add(new DeltaField(
                field.GetProperty("name").GetString() ?? throw new JsonException("a field has no name"),
                ReadType(field.GetProperty("type")),
                !field.TryGetProperty("nullable", out var nullable) || nullable.GetBoolean())
            {
                MetadataJson = metadata is "{}" ? null : metadata,
            });
        }

        return fields;
    }

    static DeltaType ReadType(JsonElement type)
    {
        if (type.ValueKind == JsonValueKind.String)
            return ReadPrimitive(type.GetString()!);
        return type.GetProperty("type").GetString() switch
        {
            "struct" => new DeltaType.StructOf(ReadFields(type)),
            "array" => new DeltaType.ArrayOf(ReadType(type.GetProperty("elementType")), type.GetProperty("containsNull").GetBoolean()),
            "map" => new DeltaType.MapOf(
                ReadType(type.GetProperty("keyType")), ReadType(type.GetProperty("valueType")), type.GetProperty("valueContainsNull").GetBoolean()),
            var other => throw Unknown(other),
        };
    }

    static DeltaType.Primitive ReadPrimitive(string name) => name switch
    {
        "string" or "long" or "integer" or "short" or "byte" or "float" or "double" or "boolean" or "binary" or "date" or "timestamp"
            or "timestamp_ntz" => new DeltaType.Primitive(name),
        _ when name.StartsWith("decimal(", StringComparison.Ordinal) => new DeltaType.Primitive(name),
        "decimal" => new DeltaType.Primitive("decimal(10,0)"),
        _ => throw Unknown(name),
    };

    static VarveException Unknown(string? name) =>
        new(FaultKind.Invalid, $"The table has a column of type '{name}', which this version cannot read.");

    static void WriteStruct(Utf8JsonWriter writer, IReadOnlyList<DeltaField> fields)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "struct");
        writer.WriteStartArray("fields");
        foreach (var field in fields)
        {
            writer.WriteStartObject();
            writer.WriteString("name", field.Name);
            writer.WritePropertyName("type");
            WriteType(writer, field.Type);
            writer.WriteBoolean("nullable", field.Nullable);
            writer.WritePropertyName("metadata");
            writer.WriteRawValue(field.MetadataJson ?? "{}");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static void WriteType(Utf8JsonWriter writer, DeltaType type)
    {
        switch (type)
        {
            case DeltaType.Primitive primitive:
                writer.WriteStringValue(primitive.Name);
                break;
            case DeltaType.StructOf nested:
                WriteStruct(writer, nested.Fields);
                break;
            case DeltaType.ArrayOf array:
                writer.WriteStartObject();
                writer.WriteString("type", "array");
                writer.WritePropertyName("elementType");
                WriteType(writer, array.Element);
                writer.WriteBoolean("containsNull", array.ContainsNull);
                writer.WriteEndObject();
                break;
            case DeltaType.MapOf map:
                writer.WriteStartObject();
                writer.WriteString("type", "map");
                writer.WritePropertyName("keyType");
                WriteType(writer, map.Key);
                writer.WritePropertyName("valueType");
                WriteType(writer, map.Value);
                writer.WriteBoolean("valueContainsNull", map.ValueContainsNull);
                writer.WriteEndObject();
                break;
        }
    }
}
