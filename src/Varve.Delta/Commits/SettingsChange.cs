using System.Globalization;
using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Commits;

/// <summary>Metadata and protocol of a table that are to be, from those that are.</summary>
/// <param name="Metadata">The metadata.</param>
/// <param name="Protocol">The protocol, with all features that the metadata needs.</param>
sealed record SettingsChange(TableMetadata Metadata, TableProtocol Protocol)
{
    static readonly string[] InCommitTimestampKeys =
        ["delta.inCommitTimestampEnablementVersion", "delta.inCommitTimestampEnablementTimestamp"];

    /// <summary>A new table's; version 1 of readers and 7 of writers unless something asks for more.</summary>
    /// <exception cref="VarveException">Schema or properties cannot be a table's: <see cref="FaultKind.Invalid"/>.</exception>
    public static SettingsChange Create(TableDefinition definition, Guid id, DateTimeOffset now, string table)
    {
        SchemaRules.Check(definition.Schema, definition.PartitionColumns, table);
        var metadata = new TableMetadata
        {
            Id = id.ToString(),
            SchemaString = definition.Schema.ToSchemaString(),
            PartitionColumns = definition.PartitionColumns,
            CreatedTime = now.ToUnixTimeMilliseconds(),
            Configuration = new Dictionary<string, string>
            {
                ["delta.enableInCommitTimestamps"] = "true",
                ["delta.checkpointInterval"] = DeltaTable.CheckpointInterval.ToString(CultureInfo.InvariantCulture),
            },
        };
        var change = new SettingsChange(metadata, TableFeatures.ForNewTables);
        return change.WithProperties(definition.Properties, [], table).WithFeatures(definition.Schema);
    }

    /// <summary>With properties set and unset; the same object when that changes nothing.</summary>
    /// <exception cref="VarveException">A property cannot be set so: <see cref="FaultKind.Invalid"/>.</exception>
    public SettingsChange WithProperties(IReadOnlyDictionary<string, string> set, IReadOnlyCollection<string> unset, string table)
    {
        var configuration = new Dictionary<string, string>(Metadata.Configuration);
        var features = new List<string>();
        foreach (var key in unset)
            configuration.Remove(PropertyRules.Canonical(key));
        foreach (var (key, value) in set)
            if (PropertyRules.IsPseudo(key))
                features.AddRange(Pseudo(key, value, table));
            else
            {
                PropertyRules.Check(key, value);
                configuration[PropertyRules.Canonical(key)] = value;
            }

        if (set.Keys.Concat(unset).Any(key => key.EndsWith("RetentionDuration", StringComparison.OrdinalIgnoreCase)))
            PropertyRules.CheckTogether(configuration);
        if (!new TableProperties(configuration).EnableInCommitTimestamps)
            foreach (var key in InCommitTimestampKeys)
                configuration.Remove(key);
        var protocol = ProtocolUpgrade.With(Protocol, features.Concat(PropertyRules.FeaturesOf(configuration)));
        var isSame = configuration.Count == Metadata.Configuration.Count
            && configuration.All(pair => Metadata.Configuration.TryGetValue(pair.Key, out var value) && value == pair.Value);
        return new SettingsChange(isSame ? Metadata : Metadata with { Configuration = configuration }, protocol);
    }

    /// <summary>With columns added; the same metadata when they are all there.</summary>
    /// <exception cref="VarveException">A column cannot be added: <see cref="FaultKind.Invalid"/>.</exception>
    public SettingsChange WithColumns(TableSchema present, IReadOnlyList<DeltaField> fields)
    {
        var schema = SchemaMerge.Add(present, fields);
        if (ReferenceEquals(schema, present))
            return this;
        return new SettingsChange(Metadata with { SchemaString = schema.ToSchemaString() }, Protocol).WithFeatures(schema);
    }

    /// <summary>With all features that the properties and the schema need.</summary>
    public SettingsChange WithFeatures(TableSchema schema)
    {
        var features = PropertyRules.FeaturesOf(Metadata.Configuration);
        return this with { Protocol = ProtocolUpgrade.With(Protocol, SchemaRules.Uses(schema, "timestamp_ntz") ? features.Append("timestampNtz") : features) };
    }

    /// <summary>Features that a key of the protocol, which is never stored, asks for.</summary>
    IEnumerable<string> Pseudo(string key, string value, string table)
    {
        if (PropertyRules.FeatureOf(key) is { } feature)
        {
            if (!WriterFeatures.Known.Contains(feature) || value is not ("supported" or "enabled"))
                throw new VarveException(FaultKind.Invalid,
                    $"The feature of {table} cannot be set by {key} = '{value}': the value is 'supported', and the features that this version writes are "
                    + $"{string.Join(", ", WriterFeatures.Known)}.");
            return [feature];
        }

        var present = key.EndsWith("ReaderVersion", StringComparison.OrdinalIgnoreCase) ? Protocol.MinReaderVersion : Protocol.MinWriterVersion;
        if (!int.TryParse(value, CultureInfo.InvariantCulture, out var version) || version != present)
            throw new VarveException(FaultKind.Invalid,
                $"The protocol of {table} is not set by {key}, which is {present}: it follows from the features, and is never lowered.");
        return [];
    }
}
