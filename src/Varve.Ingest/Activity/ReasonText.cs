using System.Text.RegularExpressions;

namespace Varve.Ingest.Activity;

/// <summary>
/// Reasons without what differs from line to line, so that a few stand for millions: quoted parts, which may be content of a record, and numbers.
/// </summary>
static partial class ReasonText
{
    /// <summary>Stands for the reasons that came after the last that was told apart.</summary>
    public const string Other = "other";

    const int CharsMax = 160;

    /// <summary>The reason without content of the record.</summary>
    public static string Shown(string reason)
    {
        // From the first mark to the last: a value that has marks of its own must not show what is between them.
        var text = reason.AsSpan().IndexOfAny("'\"`") < 0 ? reason : Quoted().Replace(reason, "$1…$1");
        text = text.AsSpan().ContainsAnyInRange('\0', '\x1f') ? Control().Replace(text, " ") : text;
        return text.Length <= CharsMax ? text : string.Concat(text.AsSpan(0, CharsMax), "…");
    }

    /// <summary>What reasons of one kind have in common: the shown text with n for numbers.</summary>
    public static string Key(string shown) => shown.AsSpan().ContainsAnyInRange('0', '9') ? Number().Replace(shown, "n") : shown;

    // An apostrophe in a word is no mark; an unclosed mark reaches to the end.
    [GeneratedRegex("""(?<!\p{L})(['"`])(?:.*\1(?!\p{L})|.*)""", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex("[\0-\x1f]+")]
    private static partial Regex Control();

    // Not the 8 of UTF-8.
    [GeneratedRegex(@"(?<![\p{L}\d-])[0-9][0-9,._]*")]
    private static partial Regex Number();
}
