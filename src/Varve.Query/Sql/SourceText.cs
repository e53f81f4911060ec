using System.Text;

namespace Varve.Query.Sql;

/// <summary>The text of a statement.</summary>
static class SourceText
{
    /// <summary>
    /// The statement with blanks for comments and for the spaces of other scripts and of web pages, as many as they have bytes. The parser
    /// takes such a space for a blank too, but counts it as one byte, and its positions would not be those of the text.
    /// </summary>
    public static string WithPlainSpaces(string sql)
    {
        if (Ascii.IsValid(sql))
            return sql;
        var text = new StringBuilder(sql.Length);
        for (var start = 0; start < sql.Length;)
        {
            var end = EndOfComment(sql, start);
            if (end == start && IsOddSpace(sql[start]))
                end++;
            if (end > start)
                text.Append(' ', Encoding.UTF8.GetByteCount(sql.AsSpan(start, end - start)));
            else
            {
                end = Math.Max(EndOfQuoted(sql, start), start + 1);
                text.Append(sql, start, end - start);
            }

            start = end;
        }

        return text.ToString();
    }

    static bool IsOddSpace(char character) =>
        !char.IsAscii(character) && (char.IsWhiteSpace(character) || character is (>= '\u200B' and <= '\u200D') or '\u2060' or '\uFEFF');

    /// <summary>The end of the comment that starts here, or the start when none does.</summary>
    public static int EndOfComment(string sql, int start)
    {
        var rest = sql.AsSpan(start);
        if (rest.StartsWith("--"))
            return rest.IndexOfAny('\r', '\n') is >= 0 and var line ? start + line : sql.Length;
        if (!rest.StartsWith("/*"))
            return start;
        var depth = 0;
        for (var i = 0; i + 1 < rest.Length; i++)
            if (rest[i] == '/' && rest[i + 1] == '*')
                (depth, i) = (depth + 1, i + 1);
            else if (rest[i] == '*' && rest[i + 1] == '/')
            {
                i++;
                if (--depth == 0)
                    return start + i + 1;
            }

        return start;
    }

    /// <summary>The end of the quoted text or name that starts here, or the start when none does.</summary>
    public static int EndOfQuoted(string sql, int start) => sql[start] switch
    {
        '\'' => After(sql, "'", start + 1),
        '"' => After(sql, "\"", start + 1),
        '$' when TagEnd(sql, start) is > 0 and var end => After(sql, sql[start..end], end),
        _ => start,
    };

    static int TagEnd(string sql, int start)
    {
        var end = start + 1;
        while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_'))
            end++;
        return end < sql.Length && sql[end] == '$' ? end + 1 : 0;
    }

    static int After(string sql, string mark, int from) =>
        sql.IndexOf(mark, from, StringComparison.Ordinal) is >= 0 and var found ? found + mark.Length : sql.Length;
}
