using System.Globalization;
using System.Text.Json.Nodes;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Sql;

/// <summary>What all parts of one statement share: its text, its time, the datasets that it may name, and how much of each limit is used.</summary>
sealed class StatementContext(byte[] source, DateTimeOffset now, NamedDatasets datasets)
{
    readonly List<Scan> _scans = [];
    int _nodes;
    int _depth;
    int _predicates;
    int _queryDepth;
    int _named;
    int _unnamed;

    /// <summary>What is read, in the order in which the statement names it.</summary>
    public IReadOnlyList<Scan> Scans => _scans;

    /// <summary>Bounds on the values of the subqueries that were checked, in bytes.</summary>
    public Dictionary<JsonNode, double> SubqueryBytes { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The times that a dataset is read by the query that is checked, those of the queries that it uses included.</summary>
    public int Tables { get; private set; }

    /// <summary>Notes a dataset in FROM.</summary>
    public Scan AddScan(string name, JsonNode at)
    {
        var dataset = datasets.Find(name) ?? throw Refusal.UnknownDataset(name, datasets.Suggest(name), at);
        if (_scans.Count == SqlLimits.TablesMax)
            throw Refusal.TooComplex($"The statement reads more than {SqlLimits.TablesMax} tables", at);
        var scan = new Scan(string.Create(CultureInfo.InvariantCulture, $"scan_{_scans.Count}"), dataset);
        _scans.Add(scan);
        CountTables(1, at);
        return scan;
    }

    /// <summary>A query that is used twice reads its tables twice, and one that uses that twice, four times.</summary>
    public void CountTables(int tables, JsonNode at)
    {
        Tables += tables;
        if (Tables > SqlLimits.ExpandedTablesMax)
            throw Refusal.TooComplex($"The statement reads its tables more than {SqlLimits.ExpandedTablesMax} times, as its WITH queries use each other", at);
    }

    /// <summary>Checks a query of a WITH by itself; gives the times that it reads a dataset.</summary>
    public int CountAlone(Action check)
    {
        var before = Tables;
        Tables = 0;
        check();
        var alone = Tables;
        Tables = before;
        return alone;
    }

    /// <summary>The engine's name for the next query of a WITH.</summary>
    public string NextNamedQuery(JsonNode at) => _named++ < SqlLimits.NamedQueriesMax
        ? string.Create(CultureInfo.InvariantCulture, $"with_{_named - 1}")
        : throw Refusal.TooComplex($"WITH names more than {SqlLimits.NamedQueriesMax} queries", at);

    /// <summary>A name for a subquery in FROM that has none.</summary>
    public string NextSubquery() => string.Create(CultureInfo.InvariantCulture, $"subquery_{++_unnamed}");

    public void CountNode(JsonNode at)
    {
        if (++_nodes > SqlLimits.NodesMax)
            throw Refusal.TooComplex($"The statement has more than {SqlLimits.NodesMax} parts", at);
    }

    public void CountPredicate(JsonNode at)
    {
        if (++_predicates > SqlLimits.PredicatesMax)
            throw Refusal.TooComplex($"The statement has more than {SqlLimits.PredicatesMax} conditions", at);
    }

    /// <summary>Checks an expression inside of another.</summary>
    public JsonNode Nested(JsonNode at, Func<JsonNode, JsonNode> check)
    {
        if (++_depth > SqlLimits.NestingMax)
            throw Refusal.TooComplex($"Expressions are nested deeper than {SqlLimits.NestingMax}", at);
        var kept = check(at);
        _depth--;
        return kept;
    }

    /// <summary>Checks a query inside of another.</summary>
    public IReadOnlyList<RelationColumn> NestedQuery(JsonNode at, Func<IReadOnlyList<RelationColumn>> check)
    {
        if (++_queryDepth > SqlLimits.QueryNestingMax)
            throw Refusal.TooComplex($"Queries are nested deeper than {SqlLimits.QueryNestingMax}", at);
        var columns = check();
        _queryDepth--;
        return columns;
    }

    /// <summary>The time of the statement as a constant: what is planned by and what runs see the same instant.</summary>
    public JsonObject Now(JsonNode? like = null) => Ast.Cast(
        Ast.Constant(Ast.VarcharType, now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", CultureInfo.InvariantCulture)), Ast.TimestampType, like);

    /// <summary>The first byte of a node in the text; NUL when the parser made the node up.</summary>
    public char SourceAt(JsonNode node) => Ast.Position(node) is { } position && position < source.Length ? (char)source[position] : '\0';
}
