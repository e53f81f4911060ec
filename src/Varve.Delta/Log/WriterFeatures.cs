using Varve.Delta.Actions;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>
/// Which tables this version writes. A feature that is listed need not be in use: what cannot be done is refused where a property or a
/// column's metadata turns it on, and neither counts in a table whose protocol lacks the feature. Delta protocol: "Table Features",
/// "Requirements for Writers".
/// </summary>
static class WriterFeatures
{
    /// <summary>
    /// Features whose duties are met, or that mean nothing until they are turned on. Not rowTracking: its row ids are due as soon as it is
    /// listed. Not materializePartitionColumns: our files leave these columns out.
    /// </summary>
    public static readonly HashSet<string> Known =
    [
        "allowColumnDefaults", "appendOnly", "changeDataFeed", "checkConstraints", "clustering", "columnMapping", "deletionVectors", "domainMetadata",
        "generatedColumns", "icebergCompatV1", "icebergCompatV2", "identityColumns", "inCommitTimestamp", "invariants", "timestampNtz", "typeWidening",
        "v2Checkpoint", "vacuumProtocolCheck",
    ];

    static readonly (string Key, string Feature)[] ColumnMarks =
    [
        ("delta.invariants", "invariants"), ("delta.generationExpression", "generatedColumns"), ("delta.identity.", "identityColumns"),
    ];

    static readonly string[] Switches =
    [
        "delta.enableIcebergCompatV1", "delta.enableIcebergCompatV2", "delta.enableIcebergCompatV3", "delta.enableIcebergWriterCompatV1",
        "delta.enableIcebergWriterCompatV3", "delta.enableRowTracking", "delta.enableMaterializePartitionColumnsFeature",
    ];

    /// <exception cref="VarveException">
    /// Something is turned on that writing would have to honour: <see cref="FaultKind.Invalid"/>, and it is named.
    /// </exception>
    public static void CheckInactive(TableProtocol protocol, TableMetadata metadata, TableSchema schema, string table)
    {
        foreach (var (key, feature) in ColumnMarks)
            if (ProtocolUpgrade.Supports(protocol, feature) && schema.Fields.Any(field => HasMark(field, key)))
                throw Active(feature, $"a column has {key.TrimEnd('.')}", table);
        foreach (var (key, value) in metadata.Configuration)
        {
            if (ProtocolUpgrade.Supports(protocol, "checkConstraints") && key.StartsWith("delta.constraints.", StringComparison.Ordinal))
                throw Active("checkConstraints", $"it has the property {key}, a condition in SQL", table);
            if (Switches.Contains(key) && bool.TryParse(value, out var on) && on)
                throw Active(FeatureOf(key), $"its property {key} is true", table);
            if (key == "delta.universalFormat.enabledFormats" && !string.IsNullOrWhiteSpace(value))
                throw Active("universalFormat", $"its property {key} is '{value}'", table);
        }

        if (ProtocolUpgrade.Supports(protocol, "columnMapping") && TableProperties.Of(metadata).ColumnMappingMode is not "none" and var mode)
            throw Active("columnMapping", $"its property delta.columnMapping.mode is '{mode}'", table);
    }

    /// <summary>Whether a column, or a field within one, has a key in its metadata that starts so.</summary>
    public static bool HasMark(DeltaField field, string key) =>
        field.MetadataJson?.Contains('"' + key, StringComparison.Ordinal) == true || HasMark(field.Type, key);

    static bool HasMark(DeltaType type, string key) => type switch
    {
        DeltaType.StructOf nested => nested.Fields.Any(field => HasMark(field, key)),
        DeltaType.ArrayOf array => HasMark(array.Element, key),
        DeltaType.MapOf map => HasMark(map.Key, key) || HasMark(map.Value, key),
        _ => false,
    };

    static string FeatureOf(string property)
    {
        var name = property["delta.enable".Length..];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    static VarveException Active(string feature, string how, string table) => new(FaultKind.Invalid,
        $"The table {table} cannot be written by this version, which does not do what '{feature}' asks of writers: {how}.");
}
