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

    [Theory]
    [InlineData("SELECT ^RayID FROM http_requests a JOIN http_requests b ON a.RayID = b.RayID", "'RayID' is a column of a (http_requests) and of b (http_requests). Write a.RayID or b.RayID.")]
    [InlineData("SELECT 1 FROM http_requests JOIN firewall_events USING (RayID) WHERE ^ClientIP = 'a'", "'ClientIP' is a column of http_requests and of firewall_events. Write http_requests.ClientIP or firewall_events.ClientIP.")]
    [InlineData("SELECT 1 FROM http_requests h, (SELECT RayID AS x, date FROM http_requests) s WHERE ^Date = '2026-04-01'", "'Date' is a column of h (http_requests) and of s. Write h.Date or s.Date.")]
    public async Task A_name_of_two_tables_is_ambiguous(string marked, string message)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            hostile.Lake.QueryAsync(marked.Replace("^", "", StringComparison.Ordinal), TestContext.Current.CancellationToken));

        Assert.Equal(new FaultDetail("ambiguous_column", marked.IndexOf('^', StringComparison.Ordinal)), fault.Detail);
        Assert.Equal(message, fault.Message);
    }

    [Theory]
    [InlineData("SELECT s.^ClientIP FROM (SELECT RayID FROM http_requests) s")]
    [InlineData("WITH q AS (SELECT RayID FROM http_requests) SELECT ^ClientIP FROM q")]
    [InlineData("SELECT RayID FROM http_requests a JOIN http_requests b ON a.RayID = b.RayID AND ^c.RayID = 'a' JOIN http_requests c USING (RayID)")]
    [InlineData("SELECT h.RayID FROM http_requests h, (SELECT ^h.RayID FROM firewall_events) s")]
    [InlineData("SELECT ^http_requests.RayID FROM http_requests h")]
    [InlineData("SELECT ^e.RayID FROM http_requests WHERE EXISTS (SELECT * FROM firewall_events e)")]
    public async Task A_name_is_known_where_its_table_is(string marked)
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            hostile.Lake.QueryAsync(marked.Replace("^", "", StringComparison.Ordinal), TestContext.Current.CancellationToken));

        Assert.Equal("unknown_column", fault.Detail?.Code);
        Assert.InRange(fault.Detail!.Position!.Value, marked.IndexOf('^', StringComparison.Ordinal) - 2, marked.IndexOf('^', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_shape_says_what_is_allowed()
    {
        var fault = await Assert.ThrowsAsync<VarveException>(() =>
            hostile.Lake.QueryAsync("SELECT RayID FROM http_requests, range(5)", TestContext.Current.CancellationToken));

        Assert.StartsWith("A table function is not allowed. One SELECT over datasets is allowed, with WITH, JOIN", fault.Message, StringComparison.Ordinal);
    }
}
