using System.Text;

namespace Varve.Query.Tests.Planning;

/// <summary>Writes one statement of those that the gate takes.</summary>
sealed class RandomStatement(Random random)
{
    int _aliases;
    int _tables;

    public string Write() => random.Next(5) switch
    {
        0 => $"{Select(2)} {Pick("UNION ALL", "UNION", "EXCEPT", "EXCEPT ALL", "INTERSECT")} {Select(2)}",
        1 => $"WITH q AS ({Select(2)}) SELECT q.n, t.RayID, t.BotScore FROM q {Pick("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")} http_requests t ON q.n = t.BotScore{Ons(["t"])}{Where(["t"])}",
        2 => $"SELECT s.n, count(*) FROM ({Select(2)}) AS s{(random.Next(2) == 0 ? " WHERE s.n > 1" : "")} GROUP BY 1",
        _ => Select(3),
    };

    string Select(int tables)
    {
        var aliases = new List<string>();
        var from = From(random.Next(1, tables + 1), aliases, out var shared);
        return $"SELECT {aliases[0]}.BotScore AS n, CAST({shared ?? $"{aliases[^1]}.date"} AS VARCHAR) AS m, {string.Join(" || ", aliases.Select(alias => $"coalesce({alias}.RayID, '-')"))} AS rays FROM {from}{Where(aliases, shared)}";
    }

    /// <summary>Tables in joins of any kind and shape; a column that a USING shares when there is just one.</summary>
    string From(int tables, List<string> aliases, out string? shared)
    {
        shared = null;
        if (tables == 1)
        {
            var alias = $"t{_aliases++}";
            _tables++;
            aliases.Add(alias);
            return random.Next(6) == 0 && _tables < 6
                ? $"(SELECT RayID, BotScore, ClientASN, ClientCountry, date, EdgeStartTimestamp FROM http_requests WHERE {Leaf("http_requests")}) AS {alias}"
                : $"http_requests {alias}";
        }

        var (leftAliases, rightAliases) = (new List<string>(), new List<string>());
        var count = random.Next(1, tables);
        var left = From(count, leftAliases, out _);
        var right = From(tables - count, rightAliases, out _);
        if (rightAliases.Count > 1)
            right = $"({right})";
        aliases.AddRange(leftAliases);
        aliases.AddRange(rightAliases);
        var join = Pick("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN");
        if (tables == 2 && random.Next(3) == 0)
        {
            shared = Pick("BotScore", "ClientCountry", "date");
            return $"{left} {join} {right} USING ({shared})";
        }

        if (random.Next(6) == 0)
            return $"{left} CROSS JOIN {right}";
        var column = Pick("BotScore", "ClientASN", "ClientCountry", "date");
        return $"{left} {join} {right} ON {Pick([.. leftAliases])}.{column} = {Pick([.. rightAliases])}.{column}{Ons(aliases)}";
    }

    string Ons(IReadOnlyList<string> aliases)
    {
        var text = new StringBuilder();
        for (var count = random.Next(3); count > 0; count--)
            text.Append(" AND ").Append(Leaf(Pick([.. aliases])));
        return text.ToString();
    }

    string Where(IReadOnlyList<string> aliases, string? shared = null)
    {
        var conditions = new List<string>();
        for (var count = random.Next(3); count > 0; count--)
            conditions.Add(Leaf(Pick([.. aliases])));
        if (shared is not null && random.Next(2) == 0)
            conditions.Add($"{shared} {Pick("=", ">=", "<")} {(shared == "BotScore" ? $"{random.Next(6)}" : shared == "date" ? $"'2026-04-0{random.Next(1, 4)}'" : "'DE'")}");
        if (random.Next(3) == 0 && _tables < 6)
            conditions.Add(Subquery(Pick([.. aliases])));
        return conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
    }

    string Subquery(string alias)
    {
        _tables++;
        var inner = $"t{_aliases++}";
        return random.Next(5) switch
        {
            0 => $"{alias}.BotScore IN (SELECT {inner}.BotScore FROM http_requests {inner} WHERE {Leaf(inner)})",
            1 => $"EXISTS (SELECT * FROM http_requests {inner} WHERE {inner}.BotScore = {alias}.BotScore AND {Leaf(inner)} AND {Leaf(alias)})",
            2 => $"NOT EXISTS (SELECT * FROM http_requests {inner} WHERE {inner}.ClientASN = {alias}.ClientASN AND {Leaf(inner)} AND {Leaf(alias)})",
            3 => $"{alias}.BotScore >= (SELECT min({inner}.BotScore) FROM http_requests {inner} WHERE {Leaf(inner)})",
            _ => $"{alias}.ClientASN NOT IN (SELECT {inner}.ClientASN FROM http_requests {inner} WHERE {Leaf(inner)} AND {inner}.ClientASN IS NOT NULL)",
        };
    }

    string Leaf(string alias) => random.Next(10) switch
    {
        0 or 1 => $"{alias}.BotScore {Pick("=", "<", ">", ">=", "<>")} {random.Next(6)}",
        2 => $"{random.Next(6)} {Pick("=", "<", ">")} {alias}.ClientASN",
        3 => $"{alias}.date {Pick("=", ">=", "<")} '2026-04-0{random.Next(1, 4)}'",
        4 => $"{alias}.EdgeStartTimestamp {Pick("<", ">=")} '2026-04-0{random.Next(1, 4)}T{random.Next(24):00}:00:00Z'",
        5 => $"{alias}.ClientCountry IN ('US', '{Pick("DE", "XX")}')",
        6 => $"{alias}.BotScore BETWEEN {random.Next(3)} AND {random.Next(3, 6)}",
        7 => $"({alias}.BotScore = {random.Next(6)} OR {alias}.ClientASN IS NULL)",
        8 => $"{alias}.RayID >= 'r{random.Next(12):00}'",
        _ => $"coalesce({alias}.BotScore, 1) = 1",
    };

    string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
