using System.Diagnostics.CodeAnalysis;
using Varve.Storage;

namespace Varve.Delta.Index;

/// <summary>
/// Where the index file of a data file lies: under the data file's own path in a hidden folder of the table, so that nothing in the log has to
/// name it and every other reader passes it over.
/// </summary>
public static class FileIndexPath
{
    /// <summary>The folder below the table's.</summary>
    public const string Folder = "_varve_index";

    /// <summary>The folder of packs below the table's, with a <c>/</c>.</summary>
    public const string PackFolder = Folder + "/packs/";

    /// <summary>How the names of packs end.</summary>
    public const string PackSuffix = ".pack";

    const string Prefix = Folder + "/";
    const string Suffix = ".bloom";

    /// <summary>The index file of a data file, relative to the table's folder; null when the data file does not lie in that folder.</summary>
    /// <param name="dataFile">The data file's path relative to the table's folder, decoded.</param>
    public static string? Of(string dataFile)
    {
        var path = $"{Prefix}{dataFile}{Suffix}";
        return dataFile.Contains(":/", StringComparison.Ordinal) || !StorePath.IsPath(path) ? null : path;
    }

    /// <summary>Whether a path is that of an index file.</summary>
    public static bool IsIndex(string path) => TryGetDataFile(path, out _);

    /// <summary>The data file of an index file; false when the path is not that of one.</summary>
    public static bool TryGetDataFile(string path, [NotNullWhen(true)] out string? dataFile)
    {
        dataFile = path.StartsWith(Prefix, StringComparison.Ordinal) && path.EndsWith(Suffix, StringComparison.Ordinal)
            && path.Length > Prefix.Length + Suffix.Length
            ? path[Prefix.Length..^Suffix.Length]
            : null;
        return dataFile is not null;
    }
}
