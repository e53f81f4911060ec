using System.Buffers;
using System.Text;
using Varve.Storage;

namespace Varve.Delta;

/// <summary>Paths in the log are URIs: the key of the object is the path decoded exactly once. Delta protocol: "Add File and Remove File".</summary>
public static class TablePath
{
    static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    // What Hadoop's writers leave as it is; all else, and what is not ASCII, is written as the bytes of its UTF-8.
    static readonly SearchValues<byte> PlainBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.=~!$&'()*+,;:@"u8);

    /// <summary>The key that a path in the log stands for, relative to the table's root.</summary>
    public static string Decode(string path) => path.Contains('%') ? Uri.UnescapeDataString(path) : path;

    /// <summary>The text of a key as the log writes it: <see cref="Decode"/> gives the key back.</summary>
    public static string Encode(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        if (bytes.AsSpan().IndexOfAnyExcept(PlainBytes) < 0)
            return key;
        var text = new StringBuilder(bytes.Length + 16);
        foreach (var part in bytes)
            if (PlainBytes.Contains(part))
                text.Append((char)part);
            else
                text.Append('%').Append(part.ToString("X2", null));
        return text.ToString();
    }

    /// <summary>
    /// What tells one file of a table from another, however its path is written: relative to the table's root where it lies below it,
    /// else the absolute address with one spelling for each scheme. Both are decoded.
    /// </summary>
    /// <param name="tableAddress">Where the table's root is, as <c>/data/t</c> or <c>s3://bucket/t</c>, not encoded: <see cref="AddressOf"/>.</param>
    /// <param name="path">The path in the log.</param>
    public static string Key(string tableAddress, string path) => KeyOfDecoded(tableAddress, Decode(path));

    /// <summary>The same of a path that is decoded.</summary>
    internal static string KeyOfDecoded(string tableAddress, string key)
    {
        if (!IsAbsolute(key))
            return key;
        key = OneSpelling(key);
        var root = OneSpelling(tableAddress).TrimEnd('/') + "/";
        return key.StartsWith(root, StringComparison.Ordinal) && StorePath.IsPath(key[root.Length..]) ? key[root.Length..] : key;
    }

    /// <summary>The address of a table in a store, for <see cref="Key"/>.</summary>
    public static string AddressOf(IObjectStore store, string tableRoot) => store.LocalPath(tableRoot) ?? $"{store.Root.TrimEnd('/')}/{tableRoot}";

    /// <summary>The path in the store of a file that the log names; absolute addresses are refused.</summary>
    public static string InStore(string tableRoot, string path) => InStore(tableRoot, tableAddress: null, path);

    /// <summary>The path in the store of a file that the log names; addresses outside of the table's folder are refused.</summary>
    /// <param name="tableRoot">The table's folder in the store.</param>
    /// <param name="tableAddress">Where that folder is, for files that are named by their address; null when there is no telling.</param>
    /// <param name="path">The path in the log.</param>
    public static string InStore(string tableRoot, string? tableAddress, string path)
    {
        var key = tableAddress is null ? Decode(path) : Key(tableAddress, path);
        if (IsAbsolute(key))
            throw new VarveException(FaultKind.Invalid,
                $"The file '{path}' of {tableRoot} lies outside of the table's folder, which this version cannot read.");
        return StorePath.Join(tableRoot, key);
    }

    static bool IsAbsolute(string key) => key.StartsWith('/') || SchemeLength(key) > 0;

    /// <summary><c>file:/x</c>, <c>file:///x</c> and <c>/x</c> are one file; so are <c>s3://x</c>, <c>s3a://x</c> and <c>s3n://x</c>.</summary>
    static string OneSpelling(string address)
    {
        var length = SchemeLength(address);
        if (length == 0)
            return address;
        var scheme = address[..length].ToLowerInvariant();
        var rest = address[(length + 1)..];
        if (scheme == "file")
            return "/" + rest.TrimStart('/');
        return (scheme is "s3a" or "s3n" ? "s3" : scheme) + ":" + rest;
    }

    // file:/x and file:///x are both in use.
    static int SchemeLength(string key)
    {
        var colon = key.IndexOf(":/", StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(key[0]) && key.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) < 0 ? colon : 0;
    }
}
