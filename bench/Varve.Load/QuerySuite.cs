namespace Varve.Load;

/// <summary>A question that analysts ask.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Sql">As Varve takes it.</param>
/// <param name="DuckdbSql">As DuckDB takes it; null when it is the same.</param>
sealed record SuiteQuery(string Name, string Sql, string? DuckdbSql = null);

/// <summary>What the questions are about, found in the records themselves.</summary>
/// <param name="Start">When the records begin.</param>
/// <param name="Days">How many days they span.</param>
/// <param name="Ray">The Ray ID of a request in the middle.</param>
/// <param name="BlockedRay">The Ray ID of a request that a rule stopped.</param>
/// <param name="Client">An address with some hundred requests.</param>
/// <param name="Ja4">A fingerprint that few clients have.</param>
sealed record SuiteSubjects(DateTimeOffset Start, int Days, string Ray, string BlockedRay, string Client, string Ja4)
{
    /// <summary>The instant so many hours after the beginning.</summary>
    public string At(double hours) => Start.AddHours(hours).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A condition on the hours from one to another.</summary>
    public string Between(double from, double to) => $"EdgeStartTimestamp >= '{At(from)}' AND EdgeStartTimestamp < '{At(to)}'";
}

/// <summary>The questions by which a log explorer is judged: the latest, one request, one client, counts over time, top values, patterns, joins.</summary>
static class QuerySuite
{
    public static IReadOnlyList<SuiteQuery> Of(SuiteSubjects about)
    {
        var middle = about.Days * 12.0;
        var hour = about.Between(middle, middle + 1);
        var day = about.Between(middle, middle + 24);
        var minute = "date_trunc('minute', EdgeStartTimestamp)";
        return
        [
            new("latest 100 of everything", "SELECT * FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 100"),
            new("latest 100, nine columns", "SELECT EdgeStartTimestamp, RayID, ClientIP, ClientCountry, ClientRequestMethod, ClientRequestHost, ClientRequestPath, EdgeResponseStatus, SecurityAction FROM http_requests ORDER BY EdgeStartTimestamp DESC LIMIT 100"),
            new("latest 100 blocked", "SELECT * FROM http_requests WHERE SecurityAction = 'block' ORDER BY EdgeStartTimestamp DESC LIMIT 100"),
            new("latest 100 of a client", $"SELECT * FROM http_requests WHERE ClientIP = '{about.Client}' ORDER BY EdgeStartTimestamp DESC LIMIT 100"),
            new("latest 100 errors of an hour", $"SELECT * FROM http_requests WHERE {hour} AND EdgeResponseStatus >= 500 ORDER BY EdgeStartTimestamp DESC LIMIT 100"),
            new("latest 100 of likely attacks", "SELECT * FROM http_requests WHERE WAFAttackScore <= 20 AND SecurityAction IS NULL ORDER BY EdgeStartTimestamp DESC LIMIT 100"),
            new("latest 100 by path", "SELECT * FROM http_requests WHERE ClientRequestPath LIKE '/api/%' ORDER BY EdgeStartTimestamp DESC LIMIT 100"),
            new("one Ray ID", $"SELECT * FROM http_requests WHERE RayID = '{about.Ray}'"),
            new("a Ray ID that is absent", "SELECT * FROM http_requests WHERE RayID = '0123456789abcdef'"),
            new("five Ray IDs", $"SELECT RayID, ClientIP, EdgeResponseStatus FROM http_requests WHERE RayID IN ('{about.Ray}', '{about.BlockedRay}', '0123456789abcdef', '0123456789abcde0', '0123456789abcde1')"),
            new("a client in an hour", $"SELECT EdgeStartTimestamp, RayID, ClientRequestPath, EdgeResponseStatus FROM http_requests WHERE {hour} AND ClientIP = '{about.Client}' ORDER BY EdgeStartTimestamp"),
            new("a client in a day", $"SELECT EdgeStartTimestamp, RayID, ClientRequestPath, EdgeResponseStatus FROM http_requests WHERE {day} AND ClientIP = '{about.Client}' ORDER BY EdgeStartTimestamp"),
            new("a client ever", $"SELECT count(*) AS n, min(EdgeStartTimestamp) AS first, max(EdgeStartTimestamp) AS last FROM http_requests WHERE ClientIP = '{about.Client}'"),
            new("a client that is absent", "SELECT * FROM http_requests WHERE ClientIP = '255.1.2.3' LIMIT 100"),
            new("a fingerprint ever", $"SELECT ClientIP, count(*) AS n FROM http_requests WHERE JA4 = '{about.Ja4}' GROUP BY ClientIP ORDER BY n DESC, ClientIP LIMIT 20"),
            new("count of all", "SELECT count(*) AS n FROM http_requests"),
            new("count of a day", $"SELECT count(*) AS n FROM http_requests WHERE {day}"),
            new("first and last", "SELECT min(EdgeStartTimestamp) AS first, max(EdgeStartTimestamp) AS last FROM http_requests"),
            new("403s by rule", "SELECT SecurityRuleID, SecurityRuleDescription, count(*) AS n FROM http_requests WHERE EdgeResponseStatus = 403 GROUP BY ALL ORDER BY n DESC, SecurityRuleID LIMIT 20"),
            new("top 10 clients", "SELECT ClientIP, count(*) AS n FROM http_requests GROUP BY ClientIP ORDER BY n DESC, ClientIP LIMIT 10"),
            new("top 10 clients of a day", $"SELECT ClientIP, count(*) AS n FROM http_requests WHERE {day} GROUP BY ClientIP ORDER BY n DESC, ClientIP LIMIT 10"),
            new("top 10 paths of an hour", $"SELECT ClientRequestPath, count(*) AS n FROM http_requests WHERE {hour} GROUP BY ClientRequestPath ORDER BY n DESC, ClientRequestPath LIMIT 10"),
            new("top 10 countries", "SELECT ClientCountry, count(*) AS n, sum(EdgeResponseBytes) AS bytes FROM http_requests GROUP BY ClientCountry ORDER BY n DESC, ClientCountry LIMIT 10"),
            new("per minute of a day by action", $"SELECT {minute} AS t, SecurityAction, count(*) AS n FROM http_requests WHERE {day} GROUP BY ALL ORDER BY t, SecurityAction"),
            new("per hour of all", "SELECT date_trunc('hour', EdgeStartTimestamp) AS t, count(*) AS n FROM http_requests GROUP BY t ORDER BY t"),
            new("per day by status", "SELECT date, EdgeResponseStatus, count(*) AS n FROM http_requests GROUP BY ALL ORDER BY date, EdgeResponseStatus"),
            new("pattern on paths", "SELECT ClientRequestPath, count(*) AS n FROM http_requests WHERE ClientRequestPath ~ '^/(wp-admin|\\.env|\\.git)' GROUP BY ALL ORDER BY n DESC, ClientRequestPath LIMIT 20",
                "SELECT ClientRequestPath, count(*) AS n FROM http_requests WHERE regexp_matches(ClientRequestPath, '^/(wp-admin|\\.env|\\.git)') GROUP BY ALL ORDER BY n DESC, ClientRequestPath LIMIT 20"),
            new("part of a user agent", "SELECT count(*) AS n FROM http_requests WHERE ClientRequestUserAgent ILIKE '%python%'"),
            new("distinct clients per day", "SELECT date, approx_distinct(ClientIP) AS clients FROM http_requests GROUP BY date ORDER BY date",
                "SELECT date, count(DISTINCT ClientIP) AS clients FROM http_requests GROUP BY date ORDER BY date"),
            new("percentiles by host", $"SELECT ClientRequestHost, approx_percentile_cont(OriginResponseDurationMs, 0.95) AS p95 FROM http_requests WHERE {day} GROUP BY ALL ORDER BY ClientRequestHost",
                $"SELECT ClientRequestHost, approx_quantile(OriginResponseDurationMs, 0.95) AS p95 FROM http_requests WHERE {day} GROUP BY ALL ORDER BY ClientRequestHost"),
            new("bots by score", "SELECT CASE WHEN BotScore = 1 THEN 'automated' WHEN BotScore < 30 THEN 'likely automated' ELSE 'likely human' END AS class, count(*) AS n FROM http_requests GROUP BY class ORDER BY class"),
            new("data that left unmitigated", $"SELECT ClientIP, sum(OriginResponseBytes) AS bytes FROM http_requests WHERE {day} AND WAFAttackScore <= 20 AND SecurityAction IS NULL GROUP BY ClientIP ORDER BY bytes DESC, ClientIP LIMIT 10"),
            new("a header", $"SELECT count(*) AS n FROM http_requests WHERE {hour} AND RequestHeaders['x-forwarded-for'] IS NOT NULL"),
        ];
    }
}
