using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Varve.Delta.Actions;
using Varve.Storage;

namespace Varve.Delta;

/// <summary>Which form of checkpoint a table asks for. Delta protocol: "V2 Checkpoint Table Feature".</summary>
public enum CheckpointPolicy
{
    /// <summary>One file, named by its version.</summary>
    Classic,

    /// <summary>A file of its own name, with the list of files in sidecars.</summary>
    V2,
}

/// <summary>
/// The properties of a table (<c>metaData.configuration</c>), typed, each with its default where it is absent or is no value of its type.
/// Only of the intervals by which something is deleted a wrong value is a fault: <see cref="FaultKind.Invalid"/>.
/// </summary>
/// <param name="configuration">The properties as the log has them.</param>
public sealed class TableProperties(IReadOnlyDictionary<string, string> configuration)
{
    const int CheckpointIntervalDefault = 10;
    const int IndexedColumnsDefault = 32;

    /// <summary>The properties of a table.</summary>
    public static TableProperties Of(TableMetadata metadata) => new(metadata.Configuration);

    /// <summary><c>delta.appendOnly</c>: no row may be deleted. Default false.</summary>
    public bool AppendOnly => Boolean("delta.appendOnly", otherwise: false);

    /// <summary><c>delta.checkpointInterval</c>: versions between two checkpoints, 1 or more. Default 10.</summary>
    public int CheckpointInterval => Number("delta.checkpointInterval") is >= 1 and <= int.MaxValue and var interval ? (int)interval : CheckpointIntervalDefault;

    /// <summary><c>delta.checkpointPolicy</c>. Default classic.</summary>
    public CheckpointPolicy CheckpointPolicy =>
        "v2".Equals(Text("delta.checkpointPolicy"), StringComparison.OrdinalIgnoreCase) ? CheckpointPolicy.V2 : CheckpointPolicy.Classic;

    /// <summary><c>delta.checkpoint.writeStatsAsJson</c>: checkpoints hold statistics as text. Default true.</summary>
    public bool WriteStatsAsJson => Boolean("delta.checkpoint.writeStatsAsJson", otherwise: true);

    /// <summary><c>delta.checkpoint.writeStatsAsStruct</c>: checkpoints hold statistics and partition values as columns. Default false.</summary>
    public bool WriteStatsAsStruct => Boolean("delta.checkpoint.writeStatsAsStruct", otherwise: false);

    /// <summary><c>delta.logRetentionDuration</c>: how long old commits stay. Default 30 days.</summary>
    public TimeSpan LogRetention => Interval("delta.logRetentionDuration") ?? TimeSpan.FromDays(30);

    /// <summary><c>delta.deletedFileRetentionDuration</c>: how long removed files stay, and are remembered. Default 7 days.</summary>
    public TimeSpan DeletedFileRetention => Interval("delta.deletedFileRetentionDuration") ?? TimeSpan.FromDays(7);

    /// <summary><c>delta.setTransactionRetentionDuration</c>: how long the progress of an application is remembered; null: for ever. Default null.</summary>
    public TimeSpan? SetTransactionRetention => Interval("delta.setTransactionRetentionDuration");

    /// <summary><c>delta.enableExpiredLogCleanup</c>: commits older than their retention are deleted after a checkpoint. Default true.</summary>
    public bool EnableExpiredLogCleanup => Boolean("delta.enableExpiredLogCleanup", otherwise: true);

    /// <summary><c>delta.requireCheckpointProtectionBeforeVersion</c>: no cleanup below this version unless it reaches it. Default 0.</summary>
    public long RequireCheckpointProtectionBeforeVersion => Number("delta.requireCheckpointProtectionBeforeVersion") ?? 0;

    /// <summary><c>delta.dataSkippingNumIndexedCols</c>: leaf columns with statistics; -1 is all. Default 32.</summary>
    public int DataSkippingNumIndexedCols =>
        Number("delta.dataSkippingNumIndexedCols") is >= -1 and <= int.MaxValue and var columns ? (int)columns : IndexedColumnsDefault;

    /// <summary><c>delta.dataSkippingStatsColumns</c>: the columns with statistics, parted by commas; wins over the number. Default null.</summary>
    public string? DataSkippingStatsColumns => Text("delta.dataSkippingStatsColumns");

    /// <summary><c>delta.parquet.compression.codec</c> in small letters. Default <c>zstd</c>.</summary>
    [SuppressMessage("Globalization", "CA1308", Justification = "The protocol's names are in small letters.")]
    public string Codec => Text("delta.parquet.compression.codec")?.ToLowerInvariant() ?? "zstd";

    /// <summary><c>delta.enableInCommitTimestamps</c>: commits hold their time. Default false.</summary>
    public bool EnableInCommitTimestamps => Boolean("delta.enableInCommitTimestamps", otherwise: false);

    /// <summary><c>delta.inCommitTimestampEnablementVersion</c>: the first version with its time; null when the table had them from the start.</summary>
    public long? InCommitTimestampEnablementVersion => Number("delta.inCommitTimestampEnablementVersion");

    /// <summary><c>delta.enableChangeDataFeed</c>. Default false.</summary>
    public bool EnableChangeDataFeed => Boolean("delta.enableChangeDataFeed", otherwise: false);

    /// <summary><c>delta.enableDeletionVectors</c>. Default false.</summary>
    public bool EnableDeletionVectors => Boolean("delta.enableDeletionVectors", otherwise: false);

    /// <summary><c>delta.columnMapping.mode</c> in small letters: <c>none</c>, <c>name</c> or <c>id</c>. Default none.</summary>
    [SuppressMessage("Globalization", "CA1308", Justification = "The protocol's names are in small letters.")]
    public string ColumnMappingMode => Text("delta.columnMapping.mode")?.ToLowerInvariant() ?? "none";

    /// <summary><c>delta.isolationLevel</c> as it is written. Default <c>Serializable</c>.</summary>
    public string IsolationLevel => Text("delta.isolationLevel") ?? "Serializable";

    /// <summary>
    /// Reads an interval: numbers and units from weeks to microseconds in a row, with or without the word <c>interval</c> before them. Months
    /// and years have no fixed length and are no interval here; nor is what is negative as a whole.
    /// </summary>
    internal static bool TryParseInterval(string text, out TimeSpan interval)
    {
        interval = default;
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).AsSpan();
        if (words is ["interval" or "INTERVAL" or "Interval", ..])
            words = words[1..];
        if (words.IsEmpty || words.Length % 2 != 0)
            return false;
        Int128 ticks = 0;
        for (var index = 0; index < words.Length; index += 2)
        {
            if (!long.TryParse(words[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) || TicksOf(words[index + 1]) is not { } unit)
                return false;
            ticks += (Int128)count * unit;
        }

        if (ticks < 0 || ticks > TimeSpan.MaxValue.Ticks)
            return false;
        interval = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    static long? TicksOf(string unit) => unit.ToUpperInvariant().TrimEnd('S') switch
    {
        "WEEK" => 7 * TimeSpan.TicksPerDay,
        "DAY" => TimeSpan.TicksPerDay,
        "HOUR" => TimeSpan.TicksPerHour,
        "MINUTE" => TimeSpan.TicksPerMinute,
        "SECOND" => TimeSpan.TicksPerSecond,
        "MILLISECOND" => TimeSpan.TicksPerMillisecond,
        "MICROSECOND" => TimeSpan.TicksPerMicrosecond,
        _ => null,
    };

    string? Text(string name) => configuration.GetValueOrDefault(name);

    bool Boolean(string name, bool otherwise) => bool.TryParse(Text(name), out var value) ? value : otherwise;

    long? Number(string name) => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    TimeSpan? Interval(string name)
    {
        if (Text(name) is not { } text)
            return null;
        return TryParseInterval(text, out var interval) ? interval : throw new VarveException(FaultKind.Invalid,
            $"The table property {name} is '{text}', which is no interval such as 'interval 30 days'. Set it anew: nothing is deleted by a guess.");
    }
}
