using System.Globalization;
using Varve.Datasets;
using Varve.Delta.Pruning;
using Varve.Query.Sql;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Planning;

/// <summary>Says of a plan what each condition left out, and why not more.</summary>
sealed class PlanExplainer(SqlParser parser)
{
    /// <summary>What is read in each place of the statement.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tables">The tables of each dataset.</param>
    public IReadOnlyList<PlaceEstimate> Explain(QueryPlan plan, IReadOnlyDictionary<Dataset, IReadOnlyList<ScopeTable>> tables) =>
        [.. plan.Scans.Select(files => Explain(plan, files, tables[files.Scan.Dataset]))];

    PlaceEstimate Explain(QueryPlan plan, ScanFiles files, IReadOnlyList<ScopeTable> tables)
    {
        var timestamp = files.Scan.Dataset.TimestampField.Name;
        var bound = BoundPredicate.BindEach(files.Scan, parser);
        var conditions = new List<ConditionEstimate>();
        foreach (var limit in Planner.OfRequest(plan.Request, timestamp))
            conditions.Add(Judge($"{timestamp} {limit.Operator} '{Iso((DateTimeOffset)limit.Values[0])}' (of the request)", [limit], files.Scan, tables));
        var next = 0;
        foreach (var condition in files.Scan.Conditions)
        {
            conditions.Add(Judge(TextOf(condition), [.. bound.Skip(next).Take(condition.Predicates)], files.Scan, tables));
            next += condition.Predicates;
        }

        return new PlaceEstimate(
            files.Scan.Dataset.Name, [.. files.Scan.Columns.Append(timestamp).Distinct().Order(StringComparer.Ordinal)],
            tables.Sum(table => table.Snapshot.Files.Count), files.Kept.Count, NotesOf(plan, files), conditions);
    }

    static ConditionEstimate Judge(string text, IReadOnlyList<BoundPredicate?> predicates, Scan scan, IReadOnlyList<ScopeTable> tables)
    {
        if (predicates.Count == 0)
            return new ConditionEstimate(text, 0,
                "Leaves out no file: only comparisons of one column with constants (=, <, <=, >, >=, BETWEEN, IN) that are joined by AND do. It is held against each row.");
        var known = predicates.OfType<BoundPredicate>().ToList();
        if (known.Count == 0)
            return new ConditionEstimate(text, 0,
                "Leaves out no file: the value is of another type than the column, or the column is a list, a map or JSON. It is held against each row.");
        var plans = tables.Select(table => FilePruner.Judge(table, known, scan.Dataset.TimestampField.Name).Plan).ToList();
        var (total, left) = (plans.Sum(plan => plan.FilesTotal), plans.Sum(plan => plan.FilesSkipped));
        var why = new List<string> { left == 0 ? "Statistics leave out no file." : Invariant($"Statistics leave out {left} of {total} files.") };
        foreach (var (reason, files) in plans.SelectMany(plan => plan.Reasons).GroupBy(each => each.Key, each => each.Value).OrderBy(group => group.Key).Select(group => (group.Key, group.Sum())))
            why.Add(reason switch
            {
                KeepReason.MayMatch => Invariant($"In {files} the value lies between the least and the greatest."),
                KeepReason.AllMatch => Invariant($"In {files} it is so in every row."),
                KeepReason.NoStatistics => Invariant($"{files} have no statistics."),
                KeepReason.NotInStatistics => Invariant($"{files} have no statistics of the column; fields that are marked `statistics` have."),
                _ => Invariant($"Of {files} the statistics cannot be compared with the value."),
            });
        var column = known[0].Column;
        if (known is [{ Operator: "=" or "in" } equal] && equal.Values.All(value => value is string))
            why.Add(scan.Dataset.Find(column)?.Index == true ? "The side index is asked of those that are left." : "The column has no side index; fields that are marked `index` have.");
        return new ConditionEstimate(text, left, string.Join(' ', why));
    }

    static List<string> NotesOf(QueryPlan plan, ScanFiles files)
    {
        var notes = new List<string>();
        if (plan.Index.FilesLeftOut > 0 || plan.Index.Requests > 0)
            notes.Add(Invariant($"The side index left out {plan.Index.FilesLeftOut} files{(plan.Scans.Count > 1 ? " in all places together" : "")}, with {plan.Index.Requests} requests for {plan.Index.Bytes} bytes."));
        if (plan.Index.Unusable > 0)
            notes.Add(Invariant($"{plan.Index.Unusable} side indexes are damaged: their files are read."));
        if (plan.FilesFromLog > 0)
            notes.Add(Invariant($"The log tells all that is asked of {plan.FilesFromLog} files with {plan.RowsFromLog} rows: they are not read."));
        if (SimpleSelect.Of(plan.Statement)?.NewestRowsWanted() is { } wanted && files.From is { } from)
            notes.Add(Invariant($"Only rows from {Iso(from)} on are read, which hold the newest {wanted}."));
        return notes;
    }

    string TextOf(ScanCondition condition)
    {
        const string Select = "SELECT ";
        return parser.Render(Ast.SelectOf([condition.Expression]))[Select.Length..];
    }

    static string Iso(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
