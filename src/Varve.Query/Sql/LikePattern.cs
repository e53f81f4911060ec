using System.Text;

namespace Varve.Query.Sql;

/// <summary>Patterns of LIKE.</summary>
static class LikePattern
{
    const int WildcardsMax = 1;

    /// <summary>True when the engine's time for it grows with the length of the text and no faster. A % at the end costs nothing.</summary>
    public static bool IsQuick(string pattern) => pattern.AsSpan().TrimEnd('%').Count('%') <= WildcardsMax;

    /// <summary>The regular expression that matches the same whole texts, dots taking line ends too.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="escape">The character that takes the meaning of the next one away, or the empty text.</param>
    public static string ToRegex(string pattern, string escape)
    {
        var regex = new StringBuilder();
        var isEscaped = false;
        foreach (var rune in pattern.EnumerateRunes())
        {
            var text = rune.ToString();
            if (!isEscaped && text == escape)
            {
                isEscaped = true;
                continue;
            }

            regex.Append(text switch
            {
                "%" when !isEscaped => ".*",
                "_" when !isEscaped => ".",
                [var one] when char.IsAsciiLetterOrDigit(one) || one == '_' || !char.IsAscii(one) => text,
                [_] => $"\\{text}",
                _ => text,
            });
            isEscaped = false;
        }

        return regex.ToString();
    }
}
