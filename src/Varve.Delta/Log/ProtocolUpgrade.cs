using Varve.Delta.Actions;

namespace Varve.Delta.Log;

/// <summary>
/// Protocols with more features than they had; never with less. A protocol of an old version that is given a feature lists those that its
/// version stood for. Delta protocol: "Table Features".
/// </summary>
static class ProtocolUpgrade
{
    const int FeatureReader = 3;
    const int FeatureWriter = 7;

    /// <summary>Features that a writer version stood for before features had names; a version stands for those of the smaller ones too.</summary>
    static readonly (string Feature, int Writer)[] Legacy =
    [
        ("appendOnly", 2), ("invariants", 2), ("checkConstraints", 3), ("changeDataFeed", 4), ("generatedColumns", 4), ("columnMapping", 5),
        ("identityColumns", 6),
    ];

    static readonly string[] OfReadersToo =
        ["columnMapping", "deletionVectors", "timestampNtz", "typeWidening", "v2Checkpoint", "vacuumProtocolCheck"];

    public static bool Supports(TableProtocol protocol, string feature) => protocol.MinWriterVersion >= FeatureWriter
        ? protocol.WriterFeatures?.Contains(feature) == true
        : Legacy.Any(legacy => legacy.Feature == feature && legacy.Writer <= protocol.MinWriterVersion);

    /// <summary>Whether a protocol asks for less than the one before it.</summary>
    public static bool Loses(TableProtocol before, TableProtocol after) =>
        after.MinReaderVersion < before.MinReaderVersion
        || after.MinWriterVersion < before.MinWriterVersion
        || Legacy.Any(legacy => Supports(before, legacy.Feature) && !Supports(after, legacy.Feature))
        || (before.WriterFeatures ?? []).Except(after.WriterFeatures ?? []).Any()
        || (before.ReaderFeatures ?? []).Except(after.ReaderFeatures ?? []).Any();

    /// <summary>The protocol with the features; the same object when it has them.</summary>
    public static TableProtocol With(TableProtocol protocol, IEnumerable<string> features) => features.Aggregate(protocol, With);

    static TableProtocol With(TableProtocol protocol, string feature)
    {
        if (Supports(protocol, feature))
            return protocol;
        var ofReaders = OfReadersToo.Contains(feature);
        var legacy = Legacy.FirstOrDefault(known => known.Feature == feature).Writer;
        if (legacy > 0 && !ofReaders && protocol.MinWriterVersion < FeatureWriter)
            return protocol with { MinWriterVersion = legacy };
        IReadOnlyList<string> listed = protocol.MinWriterVersion >= FeatureWriter
            ? protocol.WriterFeatures ?? []
            : [.. Legacy.Where(known => known.Writer <= protocol.MinWriterVersion).Select(known => known.Feature)];
        var upgraded = protocol with { MinWriterVersion = FeatureWriter, WriterFeatures = [.. listed, feature] };
        if (!ofReaders)
            return upgraded;
        IReadOnlyList<string> read = protocol.MinReaderVersion switch
        {
            FeatureReader => protocol.ReaderFeatures ?? [],
            2 => ["columnMapping"],
            _ => [],
        };
        return upgraded with { MinReaderVersion = FeatureReader, ReaderFeatures = [.. read, feature] };
    }
}
