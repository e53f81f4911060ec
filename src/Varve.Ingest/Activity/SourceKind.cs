namespace Varve.Ingest.Activity;

/// <summary>The way by which a batch came, told by the first word of its source: <c>http 0HN4…</c> came by http.</summary>
static class SourceKind
{
    const int CharsMax = 24;

    /// <summary>The first word when it names a way; <c>bucket</c> for an address of an object; else <c>file</c>.</summary>
    public static string Of(string source)
    {
        if (source.Contains("://", StringComparison.Ordinal))
            return "bucket";
        var end = source.IndexOf(' ', StringComparison.Ordinal);
        var word = end < 0 ? source : source[..end];
        return end is > 0 and <= CharsMax && word.All(static letter => char.IsAsciiLetterLower(letter) || letter is '-') ? word : "file";
    }
}
