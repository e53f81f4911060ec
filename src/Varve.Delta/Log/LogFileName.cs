using System.Globalization;

namespace Varve.Delta.Log;

/// <summary>What a file in <c>_delta_log</c> is.</summary>
enum LogFileKind
{
    /// <summary>A name that is none of ours: ignored.</summary>
    Other,

    /// <summary><c>{version}.json</c>.</summary>
    Commit,

    /// <summary><c>{version}.checkpoint.parquet</c>.</summary>
    ClassicCheckpoint,
}

/// <summary>Names of the files in the log folder. Delta protocol: "File Types".</summary>
static class LogFileName
{
    public const string Folder = "_delta_log";
    public const string LastCheckpoint = "_last_checkpoint";
    const int VersionDigits = 20;

    public static string Commit(long version) => $"{Digits(version)}.json";

    public static string Checkpoint(long version) => $"{Digits(version)}.checkpoint.parquet";

    /// <summary>The least name that a file of this version can have: where a listing starts.</summary>
    public static string Floor(long version) => Digits(version);

    public static LogFileKind Parse(string name, out long version)
    {
        version = -1;
        if (name.Length <= VersionDigits || name[VersionDigits] != '.')
            return LogFileKind.Other;
        if (!long.TryParse(name.AsSpan(0, VersionDigits), NumberStyles.None, CultureInfo.InvariantCulture, out version))
            return LogFileKind.Other;
        return name[VersionDigits..] switch
        {
            ".json" => LogFileKind.Commit,
            ".checkpoint.parquet" => LogFileKind.ClassicCheckpoint,
            _ => LogFileKind.Other,
        };
    }

    static string Digits(long version) => version.ToString("D20", CultureInfo.InvariantCulture);
}
