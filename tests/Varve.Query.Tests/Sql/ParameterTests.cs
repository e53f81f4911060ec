using System.Text.Json;
using Varve.Query.Formats;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

/// <summary>Values that are given beside the statement.</summary>
public sealed class ParameterTests(DialectLake dialect) : IClassFixture<DialectLake>
{
    [Theory]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $1", """["r2"]""", "r2")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $ray", """{"ray":"r2"}""", "r2")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $RAY", """{"ray":"r2"}""", "r2")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = ? AND BotScore = ?", """["r2",5]""", "r2")]
    [InlineData("SELECT RayID FROM http_requests WHERE BotScore = $2 AND RayID = $1", """["r2",5]""", "r2")]
    [InlineData("SELECT RayID FROM http_requests WHERE BotScore = $b OR ClientASN = $b ORDER BY 1", """{"b":3}""", "r1 r3")]
    [InlineData("SELECT RayID FROM http_requests WHERE BotScore = $b", """{"b":"5"}""", "r2")]
    [InlineData("SELECT RayID FROM http_requests WHERE BotScore > $b ORDER BY 1", """{"b":6.5}""", "r3 r4")]
    [InlineData("SELECT RayID FROM http_requests WHERE CacheTieredFill = $b", """{"b":false}""", "r4")]
    [InlineData("SELECT RayID FROM http_requests WHERE ClientASN IS NOT DISTINCT FROM $b", """{"b":null}""", "r4")]
    [InlineData("SELECT RayID FROM http_requests WHERE EdgeStartTimestamp >= $from ORDER BY 1", """{"from":"2026-04-03T00:00:00Z"}""", "r3 r4")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID LIKE $p || '' ORDER BY 1 LIMIT 1", """{"p":"r%"}""", null)]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID LIKE $p ORDER BY 1 LIMIT $n", """{"p":"r%","n":2}""", "r1 r2")]
    [InlineData("SELECT $1 FROM http_requests LIMIT 1", """["it's \"; DROP TABLE x; -- $2"]""", "it's \"; DROP TABLE x; -- $2")]
    [InlineData("SELECT $a || $a AS x FROM http_requests LIMIT 1", """{"a":"é'"}""", "é'é'")]
    [InlineData("SELECT $1 FROM http_requests LIMIT 1", """[-9223372036854775808]""", "-9223372036854775808")]
    [InlineData("SELECT 1 - $1 FROM http_requests LIMIT 1", """[-1]""", "2")]
    [InlineData("SELECT $1 FROM http_requests LIMIT 1", """[1.5e300]""", "1.5E+300")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID IN (SELECT RayID FROM firewall_events WHERE Action = $a)", """{"a":"log"}""", "r1")]
    [InlineData("SELECT '$1 ?' AS \"$2\" FROM http_requests LIMIT 1", "[]", "$1 ?")]
    public async Task A_value_stands_in_the_place_of_its_parameter(string sql, string parameters, string? expected)
    {
        var ask = AskAsync(sql, parameters);

        if (expected is null)
            Assert.Equal("not_allowed", (await Assert.ThrowsAsync<VarveException>(() => ask)).Detail?.Code);
        else
            Assert.Equal(expected, string.Join(' ', (await ask).Column(0).Select(ValueText.Text)));
    }

    [Theory]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $1", "[]", "parameter $1, and no value")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $ray", """{"rey":"a"}""", "parameter $ray, and no value")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = ?", "null", "parameter $1, and no value")]
    [InlineData("SELECT RayID FROM http_requests", """{"ray":"a"}""", "for the parameter $ray, which the statement does not have")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = ?", """["a","b"]""", "for the parameter $2, which")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $1", """[["a"]]""", "$1 is an array")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $a", """{"a":{}}""", "$a is an object")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $a", """{"a":1e999}""", "$a is a number out of range")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $a", """{"a":1,"A":2}""", "two values for the parameter $A")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $a OR RayID = ?", """{"a":1}""", "by name and by number")]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID = $a", "\"a\"", "neither an array nor an object")]
    public async Task What_does_not_fit_is_refused(string sql, string parameters, string message)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() => AskAsync(sql, parameters));

        Assert.Equal((FaultKind.Invalid, "parameter"), (fault.Kind, fault.Detail?.Code));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT RayID FROM http_requests WHERE RayID ~ $1", """["("]""", "type_mismatch")]
    [InlineData("SELECT RayID FROM http_requests LIMIT $1", """["5"]""", "not_allowed")]
    [InlineData("SELECT RayID FROM http_requests LIMIT $1", """[-5]""", "not_allowed")]
    [InlineData("SELECT RayID FROM $1", """["http_requests"]""", "syntax")]
    [InlineData("SELECT RayID FROM http_requests WHERE BotScore = $1", """["many"]""", "type_mismatch")]
    public async Task A_value_is_no_text_of_the_statement(string sql, string parameters, string code)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() => AskAsync(sql, parameters));

        Assert.Equal(code, fault.Detail?.Code);
    }

    [Fact]
    public async Task An_instant_and_an_int_are_taken_too_and_leave_files_out()
    {
        var request = new QueryRequest("SELECT RayID FROM http_requests WHERE EdgeStartTimestamp >= $t AND BotScore >= $b", TestLake.Account, DialectLake.Four)
        {
            Parameters = new Dictionary<string, object?> { ["t"] = new DateTimeOffset(2026, 4, 4, 2, 0, 0, TimeSpan.FromHours(2)), ["b"] = 3 },
        };

        var answer = await dialect.Lake.QueryAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(("r4", 1), (answer.Value, answer.Plan.FilesRead));
    }

    Task<TestAnswer> AskAsync(string sql, string parameters)
    {
        using var document = JsonDocument.Parse(parameters);
        return dialect.Lake.QueryAsync(
            new QueryRequest(sql, TestLake.Account, DialectLake.Four) { Parameters = QueryParameters.Read(document.RootElement) }, TestContext.Current.CancellationToken);
    }
}
