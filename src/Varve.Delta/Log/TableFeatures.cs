using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Which tables this version reads and writes. Delta protocol: "Protocol Evolution", "Valid Feature Names in Table Features".</summary>
static class TableFeatures
{
    // Reader 2 is column mapping.
    const int LegacyReaderMax = 2;
    const int LegacyReaderMaxForWriters = 1;
    const int LegacyWriterMax = 2;
    const int FeatureReader = 3;
    const int FeatureWriter = 7;

    static readonly HashSet<string> ReaderKnown =
        ["columnMapping", "deletionVectors", "timestampNtz", "typeWidening", "typeWidening-preview", "v2Checkpoint", "vacuumProtocolCheck"];

    static readonly HashSet<string> ReaderKnownToWriters = ["vacuumProtocolCheck"];

    /// <summary>Features, by how their names start, under which the log folder alone does not tell the state of the table, whichever list names them.</summary>
    static readonly string[] LogElsewhere = ["catalogManaged", "catalogOwned", "coordinatedCommits", "redirect", "adaptiveMetadata"];

    static readonly HashSet<string> WriterKnown =
        ["appendOnly", "invariants", "inCommitTimestamp", "domainMetadata", "vacuumProtocolCheck"];

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

    public static void CheckWritable(Snapshot snapshot, Commit commit, string table)
    {
        var protocol = snapshot.Protocol;
        CheckReadable(protocol, table);
        Check(protocol.MinReaderVersion, LegacyReaderMaxForWriters, FeatureReader, "readerFeatures", protocol.ReaderFeatures, ReaderKnownToWriters, "written", table);
        Check(protocol.MinWriterVersion, LegacyWriterMax, FeatureWriter, "writerFeatures", protocol.WriterFeatures, WriterKnown, "written", table);
        if (snapshot.Schema.Fields.Any(HasInvariant))
            throw new VarveException(FaultKind.Invalid,
                $"The table {table} has a column with delta.invariants, a condition in SQL, and cannot be written by this version.");
        if (IsOn(snapshot.Metadata, "delta.appendOnly") && commit.Removes.Any(remove => remove.DataChange))
            throw new VarveException(FaultKind.Invalid,
                $"The table {table} keeps all its rows: its property delta.appendOnly is true. Set it to false to delete any.");
    }

    public static bool HasInCommitTimestamps(TableProtocol protocol, TableMetadata metadata) =>
        protocol.WriterFeatures?.Contains("inCommitTimestamp") == true
        && IsOn(metadata, "delta.enableInCommitTimestamps");

    static bool IsOn(TableMetadata metadata, string property) =>
        metadata.Configuration.TryGetValue(property, out var text) && bool.TryParse(text, out var on) && on;

    static bool HasInvariant(DeltaField field) =>
        field.MetadataJson?.Contains("\"delta.invariants\"", StringComparison.Ordinal) == true || HasInvariant(field.Type);

    static bool HasInvariant(DeltaType type) => type switch
    {
        DeltaType.StructOf nested => nested.Fields.Any(HasInvariant),
        DeltaType.ArrayOf array => HasInvariant(array.Element),
        DeltaType.MapOf map => HasInvariant(map.Key) || HasInvariant(map.Value),
        _ => false,
    };

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
