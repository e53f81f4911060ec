using Varve.Delta.Actions;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Which tables this version reads and writes. Delta protocol: "Protocol Evolution", "Valid Feature Names in Table Features".</summary>
static class TableFeatures
{
    const int LegacyReaderMax = 1;
    const int LegacyWriterMax = 2;
    const int FeatureReader = 3;
    const int FeatureWriter = 7;

    static readonly HashSet<string> ReaderKnown = ["vacuumProtocolCheck"];

    static readonly HashSet<string> WriterKnown =
        ["appendOnly", "invariants", "inCommitTimestamp", "domainMetadata", "vacuumProtocolCheck"];

    /// <summary>The protocol of a table that Varve makes: read by every reader, commit times kept in the log.</summary>
    public static TableProtocol ForNewTables { get; } = new()
    {
        MinReaderVersion = 1,
        MinWriterVersion = FeatureWriter,
        WriterFeatures = ["appendOnly", "inCommitTimestamp", "invariants"],
    };

    public static void CheckReadable(TableProtocol protocol, string table) =>
        Check(protocol.MinReaderVersion, LegacyReaderMax, FeatureReader, protocol.ReaderFeatures, ReaderKnown, "read", table);

    public static void CheckWritable(TableProtocol protocol, string table)
    {
        CheckReadable(protocol, table);
        Check(protocol.MinWriterVersion, LegacyWriterMax, FeatureWriter, protocol.WriterFeatures, WriterKnown, "written", table);
    }

    public static bool HasInCommitTimestamps(TableProtocol protocol, TableMetadata metadata) =>
        protocol.WriterFeatures?.Contains("inCommitTimestamp") == true
        && metadata.Configuration.TryGetValue("delta.enableInCommitTimestamps", out var enabled)
        && bool.TryParse(enabled, out var on) && on;

    static void Check(
        int version, int legacyMax, int featureVersion, IReadOnlyList<string>? features, HashSet<string> known, string verb, string table)
    {
        if (version <= legacyMax)
            return;
        if (version != featureVersion)
            throw new VarveException(FaultKind.Invalid,
                $"The table {table} has protocol version {version} and cannot be {verb}: versions 1 to {legacyMax} and {featureVersion} can.");
        foreach (var feature in features ?? [])
            if (!known.Contains(feature))
                throw new VarveException(FaultKind.Invalid, $"The table {table} uses the feature '{feature}' and cannot be {verb} by this version.");
    }
}
