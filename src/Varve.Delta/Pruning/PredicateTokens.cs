using System.Buffers;
using System.Text;
using Varve.Storage;

namespace Varve.Delta.Pruning;

/// <summary>What a piece of a text predicate is.</summary>
enum TokenKind
{
    /// <summary>A name without quotes, which may be a word of the language.</summary>
    Word,

    /// <summary>A name in double quotes or backticks.</summary>
    Name,

    /// <summary>Text in single quotes.</summary>
    Text,

    /// <summary>Digits, a point, an exponent; a sign is a piece of its own.</summary>
    Number,

    /// <summary>An operator or a mark.</summary>
    Sign,

    /// <summary>The end of the text.</summary>
    End,
}

/// <summary>A piece of a text predicate.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its content, without quotes.</param>
/// <param name="Position">Where it starts, in characters from 0.</param>
readonly record struct Token(TokenKind Kind, string Text, int Position);

/// <summary>Cuts a text predicate into its pieces.</summary>
static class PredicateTokens
{
    static readonly SearchValues<char> WordCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");
    static readonly string[] Signs = ["<>", "!=", "<=", ">=", "==", "=", "<", ">", "(", ")", ",", ".", "-", "+"];

    static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "and", "or", "not", "in", "is", "null", "between", "true", "false",
    };

    /// <summary>Whether a name can stand without quotes.</summary>
    public static bool IsPlainName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.AsSpan().IndexOfAnyExcept(WordCharacters) < 0 && !Reserved.Contains(name);

    public static List<Token> Read(string text)
    {
        if (text.Length > PredicateLimits.TextLengthMax)
            throw new VarveException(
                FaultKind.LimitExceeded, $"The condition has {text.Length} characters; {PredicateLimits.TextLengthMax} are allowed.");
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var token = Next(text, at, out at);
            tokens.Add(token);
        }

        tokens.Add(new Token(TokenKind.End, "", text.Length));
        return tokens;
    }

    /// <summary>A fault of the condition at a place in it.</summary>
    public static VarveException Fault(string text, int position, string message) =>
        new(FaultKind.Invalid, $"The condition is wrong at character {position + 1}: {message}")
        {
            Detail = new FaultDetail("bad_condition", Encoding.UTF8.GetByteCount(text.AsSpan(0, Math.Min(position, text.Length)))),
        };

    static Token Next(string text, int at, out int end)
    {
        var first = text[at];
        if (first is '\'' or '"' or '`')
            return Quoted(text, at, out end);
        if (char.IsAsciiDigit(first) || (first == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return new Token(TokenKind.Number, text[at..(end = EndOfNumber(text, at))], at);
        if (WordCharacters.Contains(first) || char.IsLetter(first))
        {
            end = at;
            while (end < text.Length && (WordCharacters.Contains(text[end]) || char.IsLetter(text[end])))
                end++;
            return new Token(TokenKind.Word, text[at..end], at);
        }

        foreach (var sign in Signs)
            if (text.AsSpan(at).StartsWith(sign, StringComparison.Ordinal))
            {
                end = at + sign.Length;
                return new Token(TokenKind.Sign, sign, at);
            }

        throw Fault(text, at, $"'{first}' is not understood. Names with such characters go into double quotes, texts into single quotes.");
    }

    static Token Quoted(string text, int at, out int end)
    {
        var quote = text[at];
        var content = new StringBuilder();
        for (end = at + 1; end < text.Length; end++)
        {
            if (text[end] != quote)
                content.Append(text[end]);
            else if (end + 1 < text.Length && text[end + 1] == quote)
                content.Append(text[end++]);
            else
            {
                end++;
                return new Token(quote == '\'' ? TokenKind.Text : TokenKind.Name, content.ToString(), at);
            }
        }

        throw Fault(text, at, $"the {quote} that opens here is not closed. A {quote} inside is written twice.");
    }

    static int EndOfNumber(string text, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;
        if (end >= text.Length || text[end] is not ('e' or 'E'))
            return end;
        var exponent = end + 1;
        if (exponent < text.Length && text[exponent] is '+' or '-')
            exponent++;
        if (exponent >= text.Length || !char.IsAsciiDigit(text[exponent]))
            return end;
        while (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            exponent++;
        return exponent;
    }
}
