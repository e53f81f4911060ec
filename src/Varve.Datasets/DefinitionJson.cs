using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Varve.Datasets.Settings;

namespace Varve.Datasets;

/// <summary>Definitions of datasets as JSON. What is not known is refused.</summary>
static class DefinitionJson
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    static readonly (string Name, FieldType Type)[] Types = [.. Enum.GetValues<FieldType>().Select(type => (NameOf(type), type))];

    public static DatasetDefinition Read(JsonElement json)
    {
        const string What = "the definition";
        StrictJson.CheckMembers(json, "The definition", "name", "title", "description", "scope", "timestampField", "idField", "fields");
        var fields = StrictJson.Items(json, "fields", What)
            ?? throw StrictJson.Invalid("The definition has no 'fields': name at least the timestamp field.");
        var name = StrictJson.Text(json, "name", What) ?? throw StrictJson.Invalid("The definition has no 'name'.");
        var timestamp = StrictJson.Text(json, "timestampField", What)
            ?? throw StrictJson.Invalid("The definition has no 'timestampField': name the field that places a record in time.");
        return new DatasetDefinition(name, timestamp, [.. fields.Select(ReadField)])
        {
            Title = StrictJson.Text(json, "title", What),
            Description = StrictJson.Text(json, "description", What) ?? "",
            Scope = StrictJson.Text(json, "scope", What) switch
            {
                null or "zone" => DatasetScope.Zone,
                "account" => DatasetScope.Account,
                var other => throw StrictJson.Invalid($"The scope '{other}' is not known: use zone or account."),
            },
            IdField = StrictJson.Text(json, "idField", What),
        };
    }

    public static JsonElement Write(DatasetDefinition definition)
    {
        // The scope is written also when it is the default one: a reader of the document need not know that.
        var members = new Dictionary<string, object?>
        {
            ["name"] = definition.Name,
            ["title"] = definition.Title,
            ["description"] = definition.Description,
            ["scope"] = definition.Scope,
            ["timestampField"] = definition.TimestampField,
            ["idField"] = definition.IdField,
            ["fields"] = definition.Fields.Select(WriteField),
        };
        return JsonSerializer.SerializeToElement(members.Where(member => member.Value is not (null or "")).ToDictionary(), Options);
    }

    /// <summary>The name of a type, as definitions have it.</summary>
    public static string NameOf(FieldType type) => JsonSerializer.SerializeToElement(type, Options).GetString()!;

    static Dictionary<string, object?> WriteField(DatasetField field)
    {
        var members = new Dictionary<string, object?> { ["name"] = field.Name, ["type"] = field.Type };
        (string Name, object? Value)[] more =
        [
            ("group", field.Group), ("description", field.Description), ("required", field.Required ? true : null),
            ("statistics", field.Statistics ? true : null), ("index", field.Index ? true : null), ("deprecated", field.Deprecated ? true : null), ("unit", field.Unit),
            ("rule", field.Rule), ("enum", field.KnownValues),
        ];
        foreach (var (name, value) in more)
            if (value is not (null or ""))
                members[name] = value;
        return members;
    }

    static DatasetField ReadField(JsonElement json, int index)
    {
        if (json.ValueKind != JsonValueKind.Object || StrictJson.Text(json, "name", $"field {index + 1}") is not { } name)
            throw StrictJson.Invalid($"Field {index + 1} has no 'name'.");
        var what = $"the field {name}";
        StrictJson.CheckMembers(
            json, $"The field {name}", "name", "type", "group", "description", "required", "statistics", "index", "deprecated", "unit", "rule", "enum");
        return new DatasetField
        {
            Name = name,
            Type = ReadType(StrictJson.Text(json, "type", what), name),
            Group = StrictJson.Text(json, "group", what),
            Description = StrictJson.Text(json, "description", what) ?? "",
            Required = StrictJson.Flag(json, "required", what),
            Statistics = StrictJson.Flag(json, "statistics", what),
            Index = StrictJson.Flag(json, "index", what),
            Deprecated = StrictJson.Flag(json, "deprecated", what),
            Unit = StrictJson.Text(json, "unit", what),
            Rule = StrictJson.Text(json, "rule", what),
            KnownValues = StrictJson.Texts(json, "enum", what),
        };
    }

    static FieldType ReadType(string? type, string field)
    {
        foreach (var (name, known) in Types)
            if (name == type)
                return known;
        var names = string.Join(", ", Types.Select(each => each.Name));
        throw StrictJson.Invalid(type is null
            ? $"The field {field} has no 'type': use one of {names}."
            : $"The type '{type}' of the field {field} is not known: use one of {names}.");
    }
}
