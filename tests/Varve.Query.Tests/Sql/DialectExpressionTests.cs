using Varve.Query.Formats;

namespace Varve.Query.Tests.Sql;

/// <summary>Expressions whose text matters as well: the functions and operators themselves are in sql-reference.txt.</summary>
public sealed class DialectExpressionTests(DialectLake dialect) : IClassFixture<DialectLake>
{
    [Theory]
    [InlineData("ClientRequestPath\u00A0~ 'adm'", "true")]
    [InlineData("'é\u3000' || ClientRequestPath\u2003~ 'adm'", "true")]
    [InlineData("('é' = 'xor') xor /* XOR */ CacheTieredFill", "true")]
    [InlineData("(ClientCountry = 'US')XOR(BotScore = 7)", "false")]
    [InlineData("CacheTieredFill XOR CacheTieredFill XOR true", "true")]
    [InlineData("\"xor\" || 'xor'", "xorxor")]
    [InlineData("BotScore + xor(6, 3)", "12")]
    public async Task Gives(string expression, string expected)
    {
        var answer = await dialect.Lake.QueryAsync($"SELECT {expression} AS x FROM http_requests", TestContext.Current.CancellationToken);

        Assert.Equal(expected, ValueText.Text(answer.Value));
    }

    [Theory]
    [InlineData("SELECT BotScore AS xor FROM http_requests", "xor")]
    [InlineData("SELECT BotScore xor FROM http_requests", "xor")]
    [InlineData("SELECT BotScore xor, RayID FROM http_requests", "xor")]
    [InlineData("SELECT CacheTieredFill XOR CacheTieredFill FROM http_requests", "(CacheTieredFill XOR CacheTieredFill)")]
    public async Task The_word_xor_is_a_name_where_no_operand_follows(string sql, string name)
    {
        var answer = await dialect.Lake.QueryAsync(sql, TestContext.Current.CancellationToken);

        Assert.Equal(name, answer.Columns[0].Name);
    }
}
