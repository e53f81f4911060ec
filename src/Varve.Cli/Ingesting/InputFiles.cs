using System.IO.Enumeration;
using Varve.Storage;

namespace Varve.Cli.Ingesting;

/// <summary>The files that arguments name: files, folders, patterns, and <c>-</c> for standard input.</summary>
static class InputFiles
{
    public const string StandardInput = "-";

    /// <summary>
    /// The files in the order of the arguments, those of a folder or pattern by name; each once. A folder stands for all files below it but hidden ones and
    /// <c>*.tmp</c>. In a pattern <c>*</c> and <c>?</c> stand for characters of one name, <c>**</c> for any folders.
    /// </summary>
    /// <exception cref="VarveException">An argument names nothing.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> arguments)
    {
        var found = new List<string>();
        foreach (var argument in arguments)
        {
            string[] files = argument == StandardInput || File.Exists(argument) ? [argument]
                : Directory.Exists(argument) ? [.. Below(argument)]
                : argument.AsSpan().ContainsAny('*', '?') ? [.. Matching(argument)]
                : throw new VarveException(FaultKind.NotFound, $"There is no file '{argument}'. Nothing was stored.");
            if (files.Length == 0)
                throw new VarveException(FaultKind.NotFound, $"There is no file in or like '{argument}'. Nothing was stored.");
            found.AddRange(files.Order(StringComparer.Ordinal));
        }

        return [.. found.Distinct(StringComparer.Ordinal)];
    }

    static IEnumerable<string> Below(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file =>
    {
        var parts = Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar);
        return !parts.Any(static part => part[0] == '.') && !file.EndsWith(".tmp", StringComparison.OrdinalIgnoreCase);
    });

    static List<string> Matching(string pattern)
    {
        var isRooted = Path.IsPathRooted(pattern);
        var parts = pattern.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        List<string> folders = [isRooted ? "/" : ""];
        foreach (var part in parts[..^1])
            folders = [.. folders.SelectMany(folder => Folders(folder, part))];
        return [.. folders.SelectMany(folder => Entries(folder, Directory.EnumerateFiles).Where(file => IsLike(parts[^1], file)))];
    }

    static IEnumerable<string> Folders(string folder, string part)
    {
        if (part == "**")
            return Entries(folder, Directory.EnumerateDirectories).Where(static each => Path.GetFileName(each)[0] != '.')
                .SelectMany(each => Folders(each, part)).Prepend(folder);
        if (part is "." or ".." || !part.AsSpan().ContainsAny('*', '?'))
            return [Path.Combine(folder, part)];
        return Entries(folder, Directory.EnumerateDirectories).Where(each => IsLike(part, each));
    }

    // As a shell has it, names that begin with a dot are only meant by patterns that do.
    static bool IsLike(string pattern, string path) =>
        Path.GetFileName(path) is var name && (name[0] != '.' || pattern[0] == '.') && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    static IEnumerable<string> Entries(string folder, Func<string, IEnumerable<string>> list) =>
        folder.Length == 0 ? list(".").Select(static path => path[2..]) : Directory.Exists(folder) ? list(folder) : [];
}
