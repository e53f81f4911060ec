using System.Text;
using System.Text.Json;
using Varve.Datasets.Settings;
using Varve.Storage;

namespace Varve.Ingest.Settings;

/// <summary>
/// Ingest settings of a table as a user writes them; docs/ingest-settings.md has their form. They count once they are bound to a dataset.
/// </summary>
public sealed record IngestSettingsDefinition
{
    /// <summary>The fields that are kept; null for all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>Logpush's filter, <c>{"where": …}</c>; null to take every record.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary>What is not stored as it came.</summary>
    public IReadOnlyList<Redaction> Redactions { get; init; } = [];

    /// <summary>The fields that files get a side index of; null for those of the dataset.</summary>
    public IReadOnlyList<string>? Index { get; init; }

    /// <summary>True when binding needs the account's key.</summary>
    internal bool NeedsKey => Redactions.Any(redaction => redaction.Method == RedactionMethod.Hash);

    /// <summary>Reads settings.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="limits">Bounds; the default ones when null.</param>
    /// <exception cref="VarveException">These are no settings: the message names the member and what to change.</exception>
    public static IngestSettingsDefinition Parse(ReadOnlyMemory<byte> json, IngestSettingsLimits? limits = null) =>
        Read(StrictJson.ParseObject(json, "The settings", (limits ?? new IngestSettingsLimits()).SettingsBytesMax));

    /// <summary>Reads settings.</summary>
    /// <exception cref="VarveException">As <see cref="Parse"/>.</exception>
    internal static IngestSettingsDefinition Read(JsonElement json)
    {
        const string What = "the settings";
        StrictJson.CheckMembers(json, "The settings object", "fields", "filter", "redact", "index");
        return new IngestSettingsDefinition
        {
            Fields = StrictJson.Texts(json, "fields", What),
            Filter = StrictJson.Has(json, "filter", out var filter) ? ReadFilter(filter) : null,
            Redactions = [.. (StrictJson.Items(json, "redact", What) ?? []).Select(ReadRedaction)],
            Index = StrictJson.Texts(json, "index", What),
        };
    }

    /// <summary>The settings as JSON, in the form that <see cref="Parse"/> reads.</summary>
    public JsonElement ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WritePropertyName("fields");
            JsonSerializer.Serialize(json, Fields);
            json.WritePropertyName("filter");
            JsonSerializer.Serialize(json, Filter);
            json.WriteStartArray("redact");
            foreach (var redaction in Redactions)
            {
                json.WriteStartObject();
                json.WriteString("field", redaction.Field);
                json.WriteString("method", NameOf(redaction.Method));
                if (redaction.Keep > 0)
                    json.WriteNumber("keep", redaction.Keep);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (Index is not null)
            {
                json.WritePropertyName("index");
                JsonSerializer.Serialize(json, Index);
            }

            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }

    /// <summary>Logpush's API has the filter as a text with the JSON in it: both are taken.</summary>
    internal static JsonElement? ReadFilter(JsonElement filter)
    {
        if (filter.ValueKind != JsonValueKind.String)
            return filter;
        var text = filter.GetString()!;
        return text.Length == 0 ? null : StrictJson.ParseObject(Encoding.UTF8.GetBytes(text), "The filter", int.MaxValue);
    }

    static Redaction ReadRedaction(JsonElement json, int index)
    {
        var what = $"redaction {index + 1}";
        StrictJson.CheckMembers(json, $"Redaction {index + 1}", "field", "method", "keep");
        var field = StrictJson.Text(json, "field", what) ?? throw StrictJson.Invalid($"Redaction {index + 1} has no 'field'.");
        var method = StrictJson.Text(json, "method", what) switch
        {
            "drop" => RedactionMethod.Drop,
            "hash" => RedactionMethod.Hash,
            "mask" => RedactionMethod.Mask,
            var other => throw StrictJson.Invalid($"The method '{other}' of the redaction of {field} is not known: use drop, hash or mask."),
        };
        if (!StrictJson.Has(json, "keep", out var keep))
            return new Redaction(field, method);
        if (method != RedactionMethod.Mask)
            throw StrictJson.Invalid($"'keep' of the redaction of {field} is for the method mask: leave it out.");
        return keep.ValueKind == JsonValueKind.Number && keep.TryGetInt32(out var characters)
            ? new Redaction(field, method, characters)
            : throw StrictJson.Invalid($"'keep' of the redaction of {field} has to be a number of characters.");
    }

    static string NameOf(RedactionMethod method) => method switch
    {
        RedactionMethod.Drop => "drop",
        RedactionMethod.Hash => "hash",
        _ => "mask",
    };
}
