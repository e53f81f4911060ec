using Varve.Delta.Actions;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Which tables this version reads and writes. Delta protocol: "Protocol Evolution", "Valid Feature Names in Table Features".</summary>
static class TableFeatures
{
    // Reader 2 is column mapping, writers 3 to 6 are constraints, generated columns, the change data feed, column mapping and identity columns.
    const int LegacyReaderMax = 2;
    const int LegacyWriterMax = 6;
    const int FeatureReader = 3;
    const int FeatureWriter = 7;

    static readonly HashSet<string> ReaderKnown =
        ["columnMapping", "deletionVectors", "timestampNtz", "typeWidening", "typeWidening-preview", "v2Checkpoint", "vacuumProtocolCheck"];

    /// <summary>Features, by how their names start, under which the log folder alone does not tell the state of the table, whichever list names them.</summary>
    static readonly string[] LogElsewhere = ["catalogManaged", "catalogOwned", "coordinatedCommits", "redirect", "adaptiveMetadata"];

    /// <summary>The protocol of a table that Varve makes: read by every reader, commit times kept in the log.</summary>
    public static TableProtocol ForNewTables { get; } = new()
    {
        MinReaderVersion = 1,
        MinWriterVersion = FeatureWriter,
        WriterFeatures = ["appendOnly", "inCommitTimestamp", "invariants"],
    };

    public static void CheckReadable(TableProtocol protocol, string table)
    {
        Check(protocol.MinReaderVersion, LegacyReaderMax, FeatureReader, "readerFeatures", protocol.ReaderFeatures, ReaderKnown, "read", table);
        foreach (var feature in protocol.WriterFeatures ?? [])
            if (LogElsewhere.Any(name => feature.StartsWith(name, StringComparison.Ordinal)))
                throw Unknown(feature, "read", table);
    }

    /// <exception cref="VarveException">
    /// The table needs what this version cannot do: <see cref="FaultKind.Invalid"/>, and the feature is named.
    /// </exception>
    public static void CheckWritable(TableState state, string table) => CheckWritable(state.Protocol, state.Metadata, state.Schema, table);

    public static void CheckWritable(TableProtocol protocol, TableMetadata metadata, TableSchema schema, string table)
    {
        CheckReadable(protocol, table);
        Check(
            protocol.MinWriterVersion, LegacyWriterMax, FeatureWriter, "writerFeatures", protocol.WriterFeatures, WriterFeatures.Known, "written", table);
        if (protocol.MinReaderVersion == FeatureReader && protocol.MinWriterVersion != FeatureWriter)
            throw new VarveException(FaultKind.Corrupt,
                $"The table {table} has reader version {FeatureReader}, which goes with writer version {FeatureWriter}, with writer version "
                + $"{protocol.MinWriterVersion} and cannot be written.");
        foreach (var feature in protocol.ReaderFeatures ?? [])
            if (protocol.WriterFeatures?.Contains(feature) != true)
                throw new VarveException(
                    FaultKind.Corrupt, $"The table {table} lists the feature '{feature}' for readers and not for writers, and cannot be written.");
        WriterFeatures.CheckInactive(protocol, metadata, schema, table);
    }

    public static bool HasInCommitTimestamps(TableProtocol protocol, TableMetadata metadata) =>
        protocol.WriterFeatures?.Contains("inCommitTimestamp") == true && TableProperties.Of(metadata).EnableInCommitTimestamps;

    static void Check(
        int version, int legacyMax, int featureVersion, string list, IReadOnlyList<string>? features, HashSet<string> known, string verb, string table)
    {
        if (version <= legacyMax)
            return;
        if (version != featureVersion)
            throw new VarveException(FaultKind.Invalid,
                $"The table {table} has protocol version {version} and cannot be {verb}: versions 1 to {legacyMax} and {featureVersion} can.");
        if (features is null)
            throw new VarveException(FaultKind.Corrupt, $"The table {table} has protocol version {version} without {list} and cannot be {verb}.");
        foreach (var feature in features)
            if (!known.Contains(feature))
                throw Unknown(feature, verb, table);
    }

    static VarveException Unknown(string feature, string verb, string table) =>
        new(FaultKind.Invalid, $"The table {table} uses the feature '{feature}' and cannot be {verb} by this version.");
}
