using System.Text;
using CsCheck;
using Varve.Query.Sql;

namespace Varve.Query.Tests.Sql;

public sealed class SourceTextTests
{
    [Theory]
    [InlineData("a\u00A0b", "a  b")]
    [InlineData("a\u3000b", "a   b")]
    [InlineData("\uFEFFSELECT", "   SELECT")]
    [InlineData("é\u00A0", "é  ")]
    [InlineData("'a\u00A0b'\u00A0", "'a\u00A0b'  ")]
    [InlineData("'it''s\u00A0'\u00A0", "'it''s\u00A0'  ")]
    [InlineData("\"a\u00A0\"\u00A0", "\"a\u00A0\"  ")]
    [InlineData("/* '\u00A0 */\u00A0'", "           '")]
    [InlineData("/*/* é */*/\u00A0 */", "               */")]
    [InlineData("/* open\u00A0", "/* open  ")]
    [InlineData("-- '\u00A0\n\u00A0", "      \n  ")]
    [InlineData("a -- 'é", "a       ")]
    [InlineData("$$ '\u00A0 $$\u00A0", "$$ '\u00A0 $$  ")]
    [InlineData("$t$ $$\u00A0 $t$\u00A0", "$t$ $$\u00A0 $t$  ")]
    [InlineData("$1\u00A0", "$1  ")]
    [InlineData("'open\u00A0", "'open\u00A0")]
    public void Comments_and_odd_spaces_outside_of_quotes_become_blanks(string sql, string expected) =>
        Assert.Equal(expected, SourceText.WithPlainSpaces(sql));

    [Fact]
    public void No_byte_moves() => Gen.OneOf("'", "\"", "$$", "--", "\n", "/*", "*/", "\u00A0", "\u2003", "é", "😀", "a", " ").Array[0, 30]
        .Select(string.Concat).Sample(sql => Encoding.UTF8.GetByteCount(SourceText.WithPlainSpaces(sql)) == Encoding.UTF8.GetByteCount(sql));
}
