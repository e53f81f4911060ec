using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Varve.Query.Sql;

namespace Varve.Query.Tests.Sql;

public sealed class LikePatternTests
{
    static readonly Gen<string> Texts = Gen.OneOf("a", "b", "%", "_", "!", ".", "\n", "é").Array[0, 6].Select(string.Concat);

    [Theory]
    [InlineData("abc", true)]
    [InlineData("abc%", true)]
    [InlineData("%abc%%", true)]
    [InlineData("a%b", true)]
    [InlineData("%a%b", false)]
    [InlineData("%a%b%", false)]
    public void A_pattern_is_quick_with_one_wildcard_before_its_end(string pattern, bool expected) =>
        Assert.Equal(expected, LikePattern.IsQuick(pattern));

    [Fact]
    public void The_regular_expression_matches_what_the_pattern_matches() => Gen.Select(Texts, Texts).Sample((text, pattern) =>
    {
        var regex = new Regex($@"\A(?:{LikePattern.ToRegex(pattern, "!")})\z", RegexOptions.Singleline);
        return regex.IsMatch(text) == Matches(text.EnumerateRunes().ToArray(), pattern.EnumerateRunes().ToArray());
    }, iter: 5_000);

    static bool Matches(ReadOnlySpan<Rune> text, ReadOnlySpan<Rune> pattern)
    {
        if (pattern.IsEmpty)
            return text.IsEmpty;
        switch (pattern[0].Value)
        {
            case '%':
                return Matches(text, pattern[1..]) || (!text.IsEmpty && Matches(text[1..], pattern));
            case '_':
                return !text.IsEmpty && Matches(text[1..], pattern[1..]);
            case '!' when pattern.Length == 1:
                return text.IsEmpty;
            case '!':
                return !text.IsEmpty && text[0] == pattern[1] && Matches(text[1..], pattern[2..]);
            default:
                return !text.IsEmpty && text[0] == pattern[0] && Matches(text[1..], pattern[1..]);
        }
    }
}
