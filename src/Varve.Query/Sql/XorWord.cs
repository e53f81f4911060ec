namespace Varve.Query.Sql;

/// <summary>
/// <c>a XOR b</c>, which the parser does not have. It takes any sequence of operator characters for an operator, though, so one of the same
/// length stands in for the word: it binds tighter than comparisons, as XOR does.
/// </summary>
static class XorWord
{
    public const string Operator = "<^>";
    const string Word = "XOR";

    /// <summary>Words after which an operand begins, so that what follows is a call of the function xor.</summary>
    static readonly string[] Openers =
    [
        "SELECT", "WHERE", "AND", "OR", "NOT", "HAVING", "QUALIFY", "BY", "WHEN", "THEN", "ELSE", "CASE", "ON", "DISTINCT", "BETWEEN", "IN", "LIKE", "ILIKE", "AS", "FROM",
        "XOR", "ALL", "IS", "FILTER",
    ];

    /// <summary>The statement with the operator for each XOR between two operands.</summary>
    public static string WithOperators(string sql)
    {
        if (!sql.Contains(Word, StringComparison.OrdinalIgnoreCase))
            return sql;
        var text = sql.ToCharArray();
        var isOperand = false;
        for (var start = 0; start < sql.Length;)
        {
            var end = SourceText.EndOfComment(sql, start);
            if (end > start || char.IsWhiteSpace(sql[start]))
            {
                start = Math.Max(end, start + 1);
                continue;
            }

            end = SourceText.EndOfQuoted(sql, start);
            if (end == start)
                end = EndOfWord(sql, start);
            if (end == start)
            {
                isOperand = sql[start] is ')' or ']' or '}';
                start++;
                continue;
            }

            var word = sql.AsSpan(start, end - start);
            if (isOperand && word.Equals(Word, StringComparison.OrdinalIgnoreCase) && BeginsOperand(sql, end))
            {
                Operator.CopyTo(text.AsSpan(start));
                isOperand = false;
            }
            else
                isOperand = !IsOpener(word);
            start = end;
        }

        return new string(text);
    }

    static bool IsOpener(ReadOnlySpan<char> word)
    {
        foreach (var opener in Openers)
            if (word.Equals(opener, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>False when the word before is at the end of its expression: then it is a name.</summary>
    static bool BeginsOperand(string sql, int from)
    {
        while (from < sql.Length)
            if (char.IsWhiteSpace(sql[from]))
                from++;
            else if (SourceText.EndOfComment(sql, from) is var end && end > from)
                from = end;
            else
                return sql[from] is '(' or '\'' or '"' or '-' or '+' or '$' or '?' or '[' or '_'
                    || (char.IsLetterOrDigit(sql[from]) && !sql.AsSpan(from, EndOfWord(sql, from) - from).Equals("FROM", StringComparison.OrdinalIgnoreCase));
        return false;
    }

    static int EndOfWord(string sql, int start)
    {
        while (start < sql.Length && (char.IsLetterOrDigit(sql[start]) || sql[start] is '_' or '$'))
            start++;
        return start;
    }
}
