using System.Buffers;
using Varve.Storage;

namespace Varve.Delta;

/// <summary>Paths in the log are URIs: the key of the object is the path decoded exactly once. Delta protocol: "Add File and Remove File".</summary>
public static class TablePath
{
    static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <summary>The key that a path in the log stands for, relative to the table's root.</summary>
    public static string Decode(string path) => path.Contains('%') ? Uri.UnescapeDataString(path) : path;

    /// <summary>The path in the store of a file that the log names; absolute addresses are refused.</summary>
    public static string InStore(string tableRoot, string path)
    {
        var key = Decode(path);
        if (key.StartsWith('/') || HasScheme(key))
            throw new VarveException(FaultKind.Invalid, $"The file '{path}' of {tableRoot} lies outside of the table's folder, which this version cannot read.");
        return StorePath.Join(tableRoot, key);
    }

    // file:/x and file:///x are both in use.
    static bool HasScheme(string key)
    {
        var colon = key.IndexOf(":/", StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(key[0]) && key.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) < 0;
    }

    /// <summary>The text of a path as the log writes it.</summary>
    public static string Encode(string key)
    {
        // What Varve names needs no encoding; a name that would is a defect, not data.
        foreach (var character in key)
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('/' or '-' or '_' or '.' or '='))
                throw new VarveException(FaultKind.Internal, $"'{key}' holds a character that a file name of Varve never has.");
        return key;
    }
}
