using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Varve.Query.Sql;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Query.Tests.Sql;

/// <summary>Valid statements with words changed at random: what the gate lets through is looked at as the engine would see it.</summary>
public sealed partial class GateFuzzTests : IDisposable
{
    const int Seed = 20260401;
    const int Mutations = 1_500;

    static readonly string[] Valid =
    [
        "SELECT * FROM http_requests",
        "SELECT * EXCLUDE (RayID, BotTags) FROM http_requests WHERE date >= '2026-04-01' LIMIT 10 OFFSET 5",
        "SELECT RayID, ClientIP AS ip FROM http_requests WHERE EdgeResponseStatus = 403 AND ClientIP <> '' ORDER BY EdgeStartTimestamp DESC LIMIT 100",
        "SELECT DISTINCT ClientCountry FROM http_requests WHERE ClientRequestPath LIKE '/a%b%c' OR ClientRequestPath ILIKE '%x'",
        "SELECT ClientCountry, count(*) AS n, sum(EdgeResponseBytes) FROM http_requests GROUP BY ClientCountry HAVING count(*) > 1 ORDER BY n DESC",
        "SELECT date_trunc('hour', EdgeStartTimestamp) AS h, approx_distinct(ClientIP) FROM http_requests GROUP BY h ORDER BY 1",
        "SELECT approx_percentile_cont(OriginResponseBytes, 0.95), approx_median(BotScore) FROM http_requests",
        "SELECT CASE WHEN BotScore < 30 THEN 'bot' WHEN BotScore IS NULL THEN lower('X') ELSE upper(ClientIP) END AS c FROM http_requests",
        "SELECT requestheaders.\"x-test\", RequestHeaders['y'] FROM http_requests WHERE array_contains(BotTags, 'a')",
        "SELECT RayID FROM http_requests WHERE ClientIP IN ('a', 'b', 'c') AND BotScore BETWEEN 1 AND 30 AND NOT CacheTieredFill",
        "SELECT RayID FROM http_requests WHERE ClientRequestPath ~ '^/a.*' AND ClientRequestPath !~* 'b' AND RayID SIMILAR TO 'a|b'",
        "SELECT length(RayID) + 1 AS a, a * 2 AS b, concat(RayID, '-', ClientIP) FROM http_requests",
        "SELECT RayID FROM http_requests WHERE EdgeStartTimestamp > now() - INTERVAL '1 day' AND EdgeStartTimestamp < '2026-04-02T00:00:00Z'",
        "SELECT count(DISTINCT ClientIP), count(*) FILTER (WHERE EdgeResponseStatus >= 500), avg(BotScore) FROM http_requests",
        "SELECT CAST(BotScore AS VARCHAR), TRY_CAST(RayID AS BIGINT), ClientASN::DOUBLE FROM http_requests",
        "SELECT extract(hour FROM EdgeStartTimestamp), EdgeStartTimestamp AT TIME ZONE 'UTC' FROM http_requests",
        "SELECT coalesce(ClientIP, 'none'), nullif(BotScore, 0), greatest(BotScore, 1) FROM http_requests WHERE BotScore IS DISTINCT FROM 5",
        "SELECT arg_max(RayID, BotScore), min(BotScore), max(BotScore), stddev(BotScore) FROM http_requests GROUP BY ALL",
        "SELECT ['a', 'b'] AS l, replace(RayID, 'a', 'bb'), split_part(ClientIP, '.', 1), md5(RayID) FROM http_requests",
        "SELECT BotScore % 3, BotScore & 1, BotScore // 2, -BotScore, 2 ^ 3 FROM http_requests ORDER BY BotScore NULLS LAST",
    ];

    static readonly string[] Words =
    [
        "read_text", "getenv", "repeat", "lpad", "query", "range", "unnest", "json_structure", "list_transform", "current_setting", "string_agg", "sleep_ms", "median", "levenshtein",
        "UNION", "JOIN", "WITH", "AS", "OVER", "(", ")", "((", ",", ";", "*", "::", "->", "x -> x", "[", "]", "{", "}", "?", "$1", "#1", "||", ".", "'", "\"", "--", "/*", "*/", "'/etc/passwd'",
        "'accounts/other/x.parquet'", "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "QUALIFY", "TABLESAMPLE", "PIVOT", "COLLATE NOCASE", "DISTINCT", "ALL", "NULL", "NOT",
        "filename", "rowid", "main.", "system.main.", "other.", "http_requests", "firewall_events", "COLUMNS(*)", "BLOB", "STRUCT(a INTEGER)", "1e999", "99999999999999999999", "0", "-1", "'a'", "é",
    ];

    static readonly string[] Classes =
    [
        "CONSTANT", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "BETWEEN", "CASE", "CAST", "OPERATOR", "FUNCTION", "SUBQUERY", "WINDOW",
    ];

    /// <summary>What the gate writes of itself, and nobody may call by name.</summary>
    static readonly string[] OfTheGate = ["json_extract_string", "make_timestamptz"];

    readonly TestLake _lake = new();
    readonly SqlParser _parser = new();
    readonly Gate _gate;

    public GateFuzzTests() => _gate = new Gate(_parser, _lake.Datasets, new QueryLimits(), TimeProvider.System);

    public void Dispose()
    {
        _parser.Dispose();
        _lake.Dispose();
    }

    [Fact]
    public async Task What_is_let_through_holds_only_what_is_listed_and_is_let_through_again_unchanged()
    {
        var random = new Random(Seed);
        var accepted = 0;
        for (var mutation = 0; mutation < Mutations; mutation++)
        {
            var sql = mutation < Valid.Length ? Valid[mutation] : Mutate(Valid[random.Next(Valid.Length)], random);
            if (await CheckAsync(sql, isValid: mutation < Valid.Length) is not { } gated)
                continue;
            accepted++;
            var seen = _parser.Render(gated.Root);
            CheckNodes(_parser.Parse(seen), sql);
            if (!OfTheGate.Any(name => seen.Contains(name, StringComparison.Ordinal)))
                Assert.Equal(seen, _parser.Render((await CheckAsync(WithDatasets(seen, gated), isValid: true))!.Root));
        }

        Assert.InRange(accepted, Mutations / 20, Mutations * 9 / 10);
    }

    /// <summary>What the gate wrote, with the datasets in place of its own names for them.</summary>
    static string WithDatasets(string seen, GatedStatement gated) => ScanName().Replace(
        seen, match => gated.Scans.FirstOrDefault(scan => scan.Name == match.Value)?.Dataset.Name ?? match.Value);

    /// <summary>What the engine would get of a statement; null when it is refused.</summary>
    async Task<GatedStatement?> CheckAsync(string sql, bool isValid)
    {
        try
        {
            return await _gate.CheckAsync(new QueryRequest(sql, TestLake.Account), TestContext.Current.CancellationToken);
        }
        catch (VarveException fault) when (!isValid && fault is { Kind: FaultKind.Invalid, Detail: not null })
        {
            return null;
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"{sql}: {fault.Message}", fault);
        }
    }

    static void CheckNodes(JsonNode? node, string sql)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                    CheckNodes(item, sql);
                break;
            case JsonObject parent:
                if (parent["class"] is not null)
                    Assert.True(Classes.Contains(Ast.Class(parent)), $"{sql}: {Ast.Class(parent)}");
                if (parent["function_name"] is not null)
                    Assert.True(IsListed(Ast.Text(parent, "function_name")), $"{sql}: {Ast.Text(parent, "function_name")}");
                if (parent["table_name"] is not null)
                    Assert.True(OwnName().IsMatch(Ast.Text(parent, "table_name")), $"{sql}: {Ast.Text(parent, "table_name")}");
                Assert.False(parent["type"] is JsonValue && Ast.Type(parent) == "TABLE_FUNCTION", sql);
                foreach (var (_, child) in parent)
                    CheckNodes(child, sql);
                break;
        }
    }

    static bool IsListed(string function) => FunctionList.Scalars.Contains(function) || FunctionList.Aggregates.Contains(function) || FunctionList.Windows.Contains(function) || OfTheGate.Contains(function);

    static string Mutate(string sql, Random random)
    {
        var words = Word().Matches(sql).Select(match => match.Value).ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(words.Count);
            var other = Words[random.Next(Words.Length)];
            switch (random.Next(7))
            {
                case 0:
                    words.RemoveAt(at);
                    break;
                case 1:
                    words.Insert(at, words[random.Next(words.Count)]);
                    break;
                case 2:
                    words.Insert(at, $" {other} ");
                    break;
                case 3:
                    words[at] = other;
                    break;
                case 4:
                    var to = random.Next(words.Count);
                    (words[at], words[to]) = (words[to], words[at]);
                    break;
                case 5:
                    // A part of another statement, such as a whole condition.
                    var donor = Word().Matches(Valid[random.Next(Valid.Length)]).Select(match => match.Value).ToList();
                    var from = random.Next(donor.Count);
                    words.InsertRange(at, donor.GetRange(from, random.Next(1, donor.Count - from + 1)));
                    break;
                default:
                    var word = words[at].ToCharArray();
                    word[random.Next(word.Length)] = (char)random.Next(32, 127);
                    words[at] = new string(word);
                    break;
            }

            if (words.Count == 0)
                return other;
        }

        return string.Concat(words);
    }

    [GeneratedRegex("""'[^']*'|"[^"]*"|\w+|\s+|.""")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bscan_[0-9]+\b")]
    private static partial Regex ScanName();

    [GeneratedRegex("^(scan|with)_[0-9]+$")]
    private static partial Regex OwnName();
}
