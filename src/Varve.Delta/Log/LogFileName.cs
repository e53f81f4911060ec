using System.Globalization;

namespace Varve.Delta.Log;

/// <summary>What a file in <c>_delta_log</c> is.</summary>
enum LogFileKind
{
    /// <summary><c>{version}.json</c>.</summary>
    Commit,

    /// <summary><c>{version}.{until}.compacted.json</c>.</summary>
    Compaction,

    /// <summary><c>{version}.checkpoint.parquet</c>.</summary>
    ClassicCheckpoint,

    /// <summary><c>{version}.checkpoint.{part}.{parts}.parquet</c>.</summary>
    CheckpointPart,

    /// <summary><c>{version}.checkpoint.{uuid}.json</c> or <c>.parquet</c>.</summary>
    UuidCheckpoint,
}

/// <summary>A file in the log folder by its name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Version">Its version; of a compaction the first.</param>
readonly record struct LogFile(LogFileKind Kind, long Version)
{
    /// <summary>The last version of a compaction.</summary>
    public long Until { get; init; }

    /// <summary>Which part of a checkpoint it is, from 1.</summary>
    public int Part { get; init; }

    /// <summary>How many parts the checkpoint has.</summary>
    public int Parts { get; init; }
}

/// <summary>Names of the files in the log folder. Delta protocol: "File Types".</summary>
static class LogFileName
{
    public const string Folder = "_delta_log";
    public const string SidecarFolder = "_sidecars";
    public const string LastCheckpoint = "_last_checkpoint";
    const int VersionDigits = 20;
    const int PartDigits = 10;

    public static string Commit(long version) => $"{Digits(version)}.json";

    public static string Checkpoint(long version) => $"{Digits(version)}.checkpoint.parquet";

    public static string UuidCheckpoint(long version, Guid uuid) => $"{Digits(version)}.checkpoint.{uuid:D}.json";

    public static string Compaction(long first, long last) => $"{Digits(first)}.{Digits(last)}.compacted.json";

    public static string Checksum(long version) => $"{Digits(version)}.crc";

    /// <summary>
    /// The version of a checksum file by its name, or null when it is none: no snapshot is made of it, so it is no <see cref="LogFile"/>.
    /// </summary>
    public static long? ParseChecksum(string name) => name.Split('.') is [var version, "crc"] ? Number(version, VersionDigits) : null;

    /// <summary>The least name that a file of this version can have: where a listing starts.</summary>
    public static string Floor(long version) => Digits(version);

    /// <summary>What the name stands for, or null when it is none of the log's.</summary>
    public static LogFile? Parse(string name)
    {
        var parts = name.Split('.');
        if (parts.Length < 2 || Number(parts[0], VersionDigits) is not { } version)
            return null;
        return parts[1..] switch
        {
            ["json"] => new LogFile(LogFileKind.Commit, version),
            ["checkpoint", "parquet"] => new LogFile(LogFileKind.ClassicCheckpoint, version),
            ["checkpoint", var uuid, "json" or "parquet"] when Guid.TryParseExact(uuid, "D", out _) => new LogFile(LogFileKind.UuidCheckpoint, version),
            ["checkpoint", var part, var of, "parquet"] when Number(part, PartDigits) is { } number && Number(of, PartDigits) is { } count =>
                IsPart(number, count) ? new LogFile(LogFileKind.CheckpointPart, version) { Part = (int)number, Parts = (int)count } : null,
            [var last, "compacted", "json"] when Number(last, VersionDigits) is { } until && until > version =>
                new LogFile(LogFileKind.Compaction, version) { Until = until },
            _ => null,
        };
    }

    static bool IsPart(long number, long count) => number >= 1 && number <= count && count <= int.MaxValue;

    static long? Number(string text, int digits) =>
        text.Length == digits && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Digits(long version) => version.ToString("D20", CultureInfo.InvariantCulture);
}
