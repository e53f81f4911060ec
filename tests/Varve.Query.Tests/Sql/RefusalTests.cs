using System.Text;
using Varve.Storage;

namespace Varve.Query.Tests.Sql;

/// <summary>A refusal says where, and what may have been meant.</summary>
public sealed class RefusalTests(HostileLake hostile) : IClassFixture<HostileLake>
{
    [Theory]
    [InlineData("SELECT ^ClientIPP FROM http_requests", "unknown_column", "ClientIP")]
    [InlineData("SELECT RayID FROM http_requests WHERE ^edgeresponsstatus = 1", "unknown_column", "EdgeResponseStatus")]
    [InlineData("SELECT 'é日本', ^ClientIPP FROM http_requests", "unknown_column", "ClientIP")]
    [InlineData("SELECT\u00A0'é',\u3000^ClientIPP FROM http_requests", "unknown_column", "ClientIP")]
    [InlineData("SELECT '😀' AS a, /* é\u00A0 */ ^ClientIPP FROM http_requests -- 'é", "unknown_column", "ClientIP")]
    [InlineData("SELECT ^nothing_like_any FROM http_requests", "unknown_column", null)]
    [InlineData("SELECT RayID FROM http_requests GROUP BY ^RayIDD", "unknown_column", "RayID")]
    [InlineData("SELECT RayID FROM http_requests ORDER BY ^RayIDD", "unknown_column", "RayID")]
    [InlineData("SELECT ^lowr(RayID) FROM http_requests", "unknown_function", "lower")]
    [InlineData("SELECT 'é', ^aprox_distinct(RayID) FROM http_requests", "unknown_function", "approx_distinct")]
    [InlineData("SELECT ^zzzzzzzzzzzz(RayID) FROM http_requests", "unknown_function", null)]
    [InlineData("SELECT * FROM ^http_request", "unknown_dataset", "http_requests")]
    [InlineData("SELECT 'é' FROM ^firewal_events", "unknown_dataset", "firewall_events")]
    [InlineData("SELECT * FROM ^elsewhere", "unknown_dataset", null)]
    [InlineData("SELECT 'é', ^) FROM http_requests", "syntax", null)]
    [InlineData("SELECT 'é^\0' FROM http_requests", "syntax", null)]
    [InlineData("SELECT 'é', ^BotScore.member FROM http_requests", "type_mismatch", null)]
    public async Task It_points_at_the_byte_and_suggests(string marked, string code, string? suggestion)
    {
        var position = Encoding.UTF8.GetByteCount(marked.AsSpan(0, marked.IndexOf('^', StringComparison.Ordinal)));

        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            hostile.Lake.QueryAsync(marked.Replace("^", "", StringComparison.Ordinal), TestContext.Current.CancellationToken));

        Assert.Equal(new FaultDetail(code, position, suggestion), fault.Detail);
        if (suggestion is not null)
            Assert.Contains($"Did you mean {suggestion}?", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_shape_says_what_is_allowed()
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            hostile.Lake.QueryAsync("SELECT RayID FROM http_requests UNION SELECT 1", TestContext.Current.CancellationToken));

        Assert.StartsWith("A UNION, INTERSECT or EXCEPT is not allowed. One SELECT on one dataset is allowed", fault.Message, StringComparison.Ordinal);
    }
}
