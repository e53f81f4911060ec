using System.Text.Json;
using Varve.Storage;

namespace Varve.Datasets;

/// <summary>A dataset as a user declares it.</summary>
/// <param name="Name">Its name in SQL and in the store: lower case letters, digits and <c>_</c>, starting with a letter.</param>
/// <param name="TimestampField">The field that places a record in time.</param>
/// <param name="Fields">Its fields.</param>
public sealed record DatasetDefinition(string Name, string TimestampField, IReadOnlyList<DatasetField> Fields)
{
    /// <summary>The name for people; the name itself when null.</summary>
    public string? Title { get; init; }

    /// <summary>What one record is.</summary>
    public string Description { get; init; } = "";

    /// <summary>Where its records belong.</summary>
    public DatasetScope Scope { get; init; } = DatasetScope.Zone;

    /// <summary>The field that identifies a record best, or null when there is none.</summary>
    public string? IdField { get; init; }

    /// <summary>Reads a definition; docs/custom-datasets.md has its form.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="limits">Bounds; the default ones when null.</param>
    /// <exception cref="VarveException">It is no definition: the message names the field and what to change.</exception>
    public static DatasetDefinition Parse(ReadOnlyMemory<byte> json, DatasetLimits? limits = null) =>
        DefinitionJson.Read(Settings.StrictJson.ParseObject(json, "The definition", (limits ?? new DatasetLimits()).DefinitionBytesMax));

    /// <summary>The dataset that it defines.</summary>
    /// <param name="limits">Bounds; the default ones when null.</param>
    /// <exception cref="VarveException">It breaks a rule: the message names the field and what to change.</exception>
    public Dataset Build(DatasetLimits? limits = null)
    {
        DefinitionRules.Check(this, limits ?? new DatasetLimits());
        return new Dataset(this);
    }

    /// <summary>The definition as JSON, in the form that <see cref="Parse"/> reads.</summary>
    public JsonElement ToJson() => DefinitionJson.Write(this);
}
