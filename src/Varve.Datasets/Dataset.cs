using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace Varve.Datasets;

/// <summary>The type of a field of a record.</summary>
public enum FieldType
{
    /// <summary>Text.</summary>
    [JsonStringEnumMemberName("string")]
    String,

    /// <summary>64-bit integer.</summary>
    [JsonStringEnumMemberName("int")]
    Int,

    /// <summary>64-bit floating point.</summary>
    [JsonStringEnumMemberName("float")]
    Float,

    /// <summary>True or false.</summary>
    [JsonStringEnumMemberName("bool")]
    Bool,

    /// <summary>An instant, stored in microseconds, UTC.</summary>
    [JsonStringEnumMemberName("timestamp")]
    Timestamp,

    /// <summary>A list of texts.</summary>
    [JsonStringEnumMemberName("array<string>")]
    StringArray,

    /// <summary>A list of integers.</summary>
    [JsonStringEnumMemberName("array<int>")]
    IntArray,

    /// <summary>Text keys to text values, such as headers.</summary>
    [JsonStringEnumMemberName("map")]
    Map,

    /// <summary>Any JSON value, kept as its text.</summary>
    [JsonStringEnumMemberName("json")]
    Json,
}

/// <summary>Where the records of a dataset belong.</summary>
public enum DatasetScope
{
    /// <summary>To one zone (domain) of an account.</summary>
    [JsonStringEnumMemberName("zone")]
    Zone,

    /// <summary>To an account as a whole.</summary>
    [JsonStringEnumMemberName("account")]
    Account,
}

/// <summary>A field of a dataset's records.</summary>
public sealed record DatasetField
{
    /// <summary>The name, as Logpush writes it.</summary>
    public required string Name { get; init; }

    /// <summary>The type.</summary>
    public required FieldType Type { get; init; }

    /// <summary>The heading under which pickers show it.</summary>
    public string? Group { get; init; }

    /// <summary>What it holds, in one line.</summary>
    public string Description { get; init; } = "";

    /// <summary>True when every record has it.</summary>
    public bool Required { get; init; }

    /// <summary>True when files keep minimum and maximum of it, so that filters on it skip files.</summary>
    public bool Statistics { get; init; }

    /// <summary>True when files get a side index of it unless the ingest settings say otherwise, so that one value is found among many files. For texts.</summary>
    public bool Index { get; init; }

    /// <summary>True when Cloudflare advises another field instead.</summary>
    public bool Deprecated { get; init; }

    /// <summary>The unit of a number, such as <c>ms</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>The field of the WAF rules language that holds the same value.</summary>
    public string? Rule { get; init; }

    /// <summary>Values that are known to occur; others may.</summary>
    [JsonPropertyName("enum")]
    public IReadOnlyList<string>? KnownValues { get; init; }
}

/// <summary>A kind of record, such as <c>http_requests</c>: its fields and which of them is the time.</summary>
public sealed class Dataset
{
    readonly FrozenDictionary<string, DatasetField> _byName;

    /// <param name="entry">What the catalog's data file says.</param>
    internal Dataset(CatalogEntry entry)
        : this(new DatasetDefinition(entry.Name, entry.TimestampField, entry.Fields)
        {
            Title = entry.Title,
            Description = entry.Description,
            Scope = entry.Scope,
            IdField = entry.IdField,
        })
    {
        (Scopes, LogExplorer, IsCustom) = (entry.Scopes, entry.LogExplorer, false);
    }

    /// <param name="definition">What a user declared; it keeps the rules.</param>
    internal Dataset(DatasetDefinition definition)
    {
        (Name, Title, Description, Scope, Scopes) =
            (definition.Name, definition.Title ?? definition.Name, definition.Description, definition.Scope, [definition.Scope]);
        (IdField, Fields, IsCustom) = (definition.IdField, definition.Fields, true);
        _byName = Fields.ToFrozenDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase);
        TimestampField = _byName[definition.TimestampField];
    }

    /// <summary>The name, as Logpush has it.</summary>
    public string Name { get; }

    /// <summary>The name for people.</summary>
    public string Title { get; }

    /// <summary>What one record is.</summary>
    public string Description { get; }

    /// <summary>Where its records belong.</summary>
    public DatasetScope Scope { get; }

    /// <summary>All scopes in which Logpush offers it.</summary>
    public IReadOnlyList<DatasetScope> Scopes { get; }

    /// <summary>The field that places a record in time.</summary>
    public DatasetField TimestampField { get; }

    /// <summary>The field that identifies a record best, or null when there is none.</summary>
    public string? IdField { get; }

    /// <summary>True when the original Log Explorer stores this dataset too.</summary>
    public bool LogExplorer { get; }

    /// <summary>True when a user declared it, false when Varve brings it.</summary>
    public bool IsCustom { get; }

    /// <summary>All fields, in the order of the schema.</summary>
    public IReadOnlyList<DatasetField> Fields { get; }

    /// <summary>The fields that files get a side index of unless the ingest settings say otherwise.</summary>
    public IEnumerable<string> IndexedFields => Fields.Where(it => it.Index).Select(it => it.Name);

    /// <summary>What a user would declare to get a dataset like this one.</summary>
    public DatasetDefinition Definition => new(Name, TimestampField.Name, Fields) { Title = Title, Description = Description, Scope = Scope, IdField = IdField };

    /// <summary>The field of this name, in any case, or null.</summary>
    public DatasetField? Find(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>The form of a data file of the catalog.</summary>
sealed record CatalogEntry
{
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required string Description { get; init; }
    public required DatasetScope Scope { get; init; }
    public required IReadOnlyList<DatasetScope> Scopes { get; init; }
    public required string TimestampField { get; init; }
    public string? IdField { get; init; }
    public bool LogExplorer { get; init; }
    public long? RecordBytesAverage { get; init; }
    public long? RecordBytesMax { get; init; }
    public required IReadOnlyList<DatasetField> Fields { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CatalogEntry))]
sealed partial class CatalogJsonContext : JsonSerializerContext;
