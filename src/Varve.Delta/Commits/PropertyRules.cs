using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Varve.Storage;

namespace Varve.Delta.Commits;

/// <summary>
/// Which table properties may be set, to what, and which features they need. Delta protocol: "Table Features"; keys as delta-spark writes them.
/// </summary>
static class PropertyRules
{
    const string Prefix = "delta.";

    static readonly Dictionary<string, Func<string, bool>> Settable = new(StringComparer.OrdinalIgnoreCase)
    {
        ["delta.appendOnly"] = IsBoolean,
        ["delta.autoOptimize.autoCompact"] = text => IsBoolean(text) || text is "auto",
        ["delta.autoOptimize.optimizeWrite"] = IsBoolean,
        ["delta.checkpoint.writeStatsAsJson"] = IsBoolean,
        ["delta.checkpoint.writeStatsAsStruct"] = IsBoolean,
        ["delta.checkpointInterval"] = text => IsNumber(text, 1, int.MaxValue),
        ["delta.checkpointPolicy"] = text => text is "classic" or "v2",
        ["delta.checkpointRetentionDuration"] = IsInterval,
        ["delta.dataSkippingNumIndexedCols"] = text => IsNumber(text, -1, int.MaxValue),
        ["delta.dataSkippingStatsColumns"] = text => text.Length > 0,
        ["delta.deletedFileRetentionDuration"] = IsInterval,
        ["delta.enableChangeDataFeed"] = IsBoolean,
        ["delta.enableExpiredLogCleanup"] = IsBoolean,
        ["delta.enableFullRetentionRollback"] = IsBoolean,
        ["delta.enableInCommitTimestamps"] = IsBoolean,
        ["delta.isolationLevel"] = text => text is "Serializable" or "WriteSerializable",
        ["delta.logRetentionDuration"] = IsInterval,
        ["delta.parquet.compression.codec"] = text => Lower(text) is "uncompressed" or "none" or "snappy" or "gzip" or "lz4" or "lz4_raw" or "zstd",
        ["delta.parquet.format.version"] = text => text.Length > 0,
        ["delta.randomizeFilePrefixes"] = IsBoolean,
        ["delta.randomPrefixLength"] = text => IsNumber(text, 1, 64),
        ["delta.sampleRetentionDuration"] = IsInterval,
        ["delta.setTransactionRetentionDuration"] = IsInterval,
        ["delta.targetFileSize"] = text => text.Length > 0 && char.IsAsciiDigit(text[0]),
        ["delta.tuneFileSizesForRewrites"] = IsBoolean,
    };

    /// <summary>Properties by which a feature is turned on that this version does not write; false and none turn nothing on.</summary>
    static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "delta.columnMapping.mode", "delta.enableDeletionVectors", "delta.enableIcebergCompatV1", "delta.enableIcebergCompatV2",
        "delta.enableIcebergCompatV3", "delta.enableRowTracking", "delta.enableTypeWidening", "delta.enableVariantShredding", "delta.universalFormat.enabledFormats",
    };

    /// <summary>The key as it is stored: the protocol's own in their one form, others as they are.</summary>
    public static string Canonical(string key) =>
        Settable.Keys.Concat(Refused).FirstOrDefault(known => string.Equals(known, key, StringComparison.OrdinalIgnoreCase)) ?? key;

    /// <summary>True when the key stands for a part of the protocol and is never stored. Delta protocol: "Table Features".</summary>
    public static bool IsPseudo(string key) => FeatureOf(key) is not null
        || key.Equals("delta.minReaderVersion", StringComparison.OrdinalIgnoreCase)
        || key.Equals("delta.minWriterVersion", StringComparison.OrdinalIgnoreCase);

    /// <summary>The feature that <c>delta.feature.NAME</c> names, or null when the key is another.</summary>
    public static string? FeatureOf(string key) =>
        key.StartsWith("delta.feature.", StringComparison.OrdinalIgnoreCase) ? key["delta.feature.".Length..] : null;

    /// <exception cref="VarveException">The property is not one that may be set, or not to this: <see cref="FaultKind.Invalid"/>.</exception>
    public static void Check(string key, string value)
    {
        if (!key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return;
        if (Refused.Contains(key))
        {
            if (Lower(value) is not ("false" or "none" or ""))
                throw new VarveException(FaultKind.Invalid,
                    $"The table property {Canonical(key)} cannot be set to '{value}': this version does not write what it asks for.");
        }
        else if (!Settable.TryGetValue(key, out var isValue))
            throw new VarveException(FaultKind.Invalid,
                $"There is no table property '{key}' that can be set. Keys without the prefix '{Prefix}' are free.");
        else if (!isValue(value))
            throw new VarveException(FaultKind.Invalid,
                $"The table property {Canonical(key)} cannot be '{value}'. The documentation of Delta Lake's table properties has its values.");
    }

    /// <summary>What the properties of a table have to keep to together.</summary>
    /// <exception cref="VarveException">They do not: <see cref="FaultKind.Invalid"/>.</exception>
    public static void CheckTogether(IReadOnlyDictionary<string, string> configuration)
    {
        var properties = new TableProperties(configuration);
        if (properties.LogRetention < properties.DeletedFileRetention)
            throw new VarveException(FaultKind.Invalid,
                "The table property delta.logRetentionDuration cannot be shorter than delta.deletedFileRetentionDuration: files would be forgotten "
                + "before they may be deleted.");
    }

    /// <summary>The features that the properties need.</summary>
    public static IEnumerable<string> FeaturesOf(IReadOnlyDictionary<string, string> configuration)
    {
        var properties = new TableProperties(configuration);
        if (properties.AppendOnly)
            yield return "appendOnly";
        if (properties.EnableInCommitTimestamps)
            yield return "inCommitTimestamp";
        if (properties.EnableChangeDataFeed)
            yield return "changeDataFeed";
        if (properties.CheckpointPolicy == CheckpointPolicy.V2)
            yield return "v2Checkpoint";
    }

    static bool IsBoolean(string text) => Lower(text) is "true" or "false";

    static bool IsInterval(string text) => TableProperties.TryParseInterval(text, out _);

    static bool IsNumber(string text, long min, long max) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max;

    [SuppressMessage("Globalization", "CA1308", Justification = "The values are in small letters.")]
    static string Lower(string text) => text.ToLowerInvariant();
}
