namespace Varve.Storage;

/// <summary>The rules that every path in a store keeps, checked once at the door.</summary>
public static class StorePath
{
    /// <summary>Longest path in UTF-8 bytes: S3's limit for a key.</summary>
    public const int BytesMax = 1024;

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
        if (path.Length == 0)
            throw Bad(path, "it is empty");
        if (System.Text.Encoding.UTF8.GetByteCount(path) > BytesMax)
            throw Bad(path, $"it is longer than {BytesMax} bytes");
        if (path.Contains('\0') || path.Contains('\\'))
            throw Bad(path, "it holds a NUL or a backslash");
        foreach (var part in path.Split('/'))
            if (part is "" or "." or "..")
                throw Bad(path, "it has an empty part, '.' or '..'");
    }

    static VarveException Bad(string path, string why) => new(FaultKind.Invalid, $"'{path}' is not a path in a store: {why}.");
}
