using System.Text;

namespace Varve.Storage;

/// <summary>The rules that every path in a store keeps, checked once at the door.</summary>
public static class StorePath
{
    /// <summary>Longest path in UTF-8 bytes: S3's limit for a key.</summary>
    public const int BytesMax = 1024;

    /// <summary>
    /// The order of listings: that of the UTF-8 bytes, as object stores have it. It differs from .NET's ordinal order in where characters
    /// past U+FFFF go, which UTF-16 writes as surrogates.
    /// </summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>Joins parts with <c>/</c>, leaving out empty ones.</summary>
    public static string Join(params ReadOnlySpan<string> parts)
    {
        var kept = new List<string>(parts.Length);
        foreach (var part in parts)
            if (part.Length > 0)
                kept.Add(part.Trim('/'));
        return string.Join('/', kept);
    }

    /// <summary>Throws <see cref="FaultKind.Invalid"/> unless the path is relative, has no empty, <c>.</c> or <c>..</c> part and fits the limit.</summary>
    public static void Check(string path)
    {
        if (WhatIsWrong(path) is { } why)
            throw Bad(path, why);
    }

    /// <summary>Whether <see cref="Check"/> takes it.</summary>
    public static bool IsPath(string path) => WhatIsWrong(path) is null;

    /// <summary>Throws <see cref="FaultKind.Invalid"/> unless the prefix is empty, or a path and a <c>/</c>.</summary>
    public static void CheckPrefix(string prefix)
    {
        if (prefix.Length == 0)
            return;
        if (!prefix.EndsWith('/'))
            throw new VarveException(FaultKind.Invalid, $"The prefix '{prefix}' does not end with '/': listings go by folder.");
        Check(prefix[..^1]);
    }

    /// <summary>Throws <see cref="FaultKind.Invalid"/> unless the range begins at 0 or later and has one byte or more.</summary>
    public static void CheckRange(string path, long offset, int length)
    {
        Check(path);
        if (offset < 0 || length < 1)
            throw new VarveException(FaultKind.Invalid, $"Of {path} no {length} bytes can be read at {offset}: a range begins at 0 or later and has one byte or more.");
    }

    static string? WhatIsWrong(string path)
    {
        if (path.Length == 0)
            return "it is empty";
        if (Encoding.UTF8.GetByteCount(path) > BytesMax)
            return $"it is longer than {BytesMax} bytes";
        if (path.Contains('\0') || path.Contains('\\'))
            return "it holds a NUL or a backslash";
        if (path.Split('/').Any(static part => part is "" or "." or ".."))
            return "it has an empty part, '.' or '..'";
        return path.AsSpan().ContainsAnyInRange('\ud800', '\udfff') && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(path)) != path
            ? "it is no valid Unicode" : null;
    }

    static int Compare(string? a, string? b)
    {
        if (a is null || b is null)
            return string.CompareOrdinal(a, b);
        var length = Math.Min(a.Length, b.Length);
        for (var index = 0; index < length; index++)
            if (a[index] != b[index])
                return Rank(a[index]) - Rank(b[index]);
        return a.Length - b.Length;
    }

    // Surrogates go after every other character.
    static int Rank(char unit) => char.IsSurrogate(unit) ? unit + char.MaxValue : unit;

    static VarveException Bad(string path, string why) => new(FaultKind.Invalid, $"'{path}' is not a path in a store: {why}.");
}
