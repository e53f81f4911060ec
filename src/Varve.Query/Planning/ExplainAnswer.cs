using System.Globalization;
using Varve.Query.Execution;
using Varve.Query.Sql;

namespace Varve.Query.Planning;

/// <summary>EXPLAIN: an estimate as the rows of an answer.</summary>
static class ExplainAnswer
{
    const string Keyword = "EXPLAIN";

    /// <summary>The statement after EXPLAIN, with blanks for that word so that positions stay; null when it does not begin with it.</summary>
    public static string? StatementOf(string sql)
    {
        var start = 0;
        while (start < sql.Length && char.IsWhiteSpace(sql[start]))
            start++;
        var end = start + Keyword.Length;
        if (end >= sql.Length || !char.IsWhiteSpace(sql[end]) || !sql.AsSpan(start, Keyword.Length).Equals(Keyword, StringComparison.OrdinalIgnoreCase))
            return null;
        if (sql.AsSpan(end).TrimStart().StartsWith("ANALYZE", StringComparison.OrdinalIgnoreCase))
            throw Refusal.NotAllowed("EXPLAIN ANALYZE (EXPLAIN tells what would be read, and each answer what was)");
        return string.Concat(sql.AsSpan(0, start), new string(' ', Keyword.Length), sql.AsSpan(end));
    }

    public static CachedAnswer Of(QueryEstimate estimate)
    {
        var rows = new List<(string Step, string Detail)>();
        foreach (var place in estimate.Places)
        {
            rows.Add(("read", Invariant($"{place.Dataset}: {place.FilesRead} of {place.FilesTotal} files, {place.Columns.Count} columns ({string.Join(", ", place.Columns)})")));
            rows.AddRange(place.Conditions.Select(condition => ("condition", $"{condition.Text}: {condition.Why}")));
            rows.AddRange(place.Notes.Select(note => ("note", note)));
        }

        rows.AddRange(estimate.Tables.Select(table => ("table", Invariant($"{table.Path} at version {table.Version}"))));
        rows.Add(("cost", Cost(estimate)));
        return new CachedAnswer(
            [new ResultColumn("step", ColumnType.String, null), new ResultColumn("detail", ColumnType.String, null)],
            [new RowBlock(rows.Count, [[.. rows.Select(row => row.Step)], [.. rows.Select(row => row.Detail)]])],
            IsTruncated: false);
    }

    static string Cost(QueryEstimate estimate) => estimate.IsCached
        ? "The answer is known: nothing is read."
        : Invariant($"{estimate.FilesRead} of {estimate.FilesTotal} files, about {estimate.BytesExpected} bytes{(estimate.RequestsExpected > 0 ? Invariant($" in {estimate.RequestsExpected} requests at most") : "")}, about {estimate.MillisecondsExpected:0} ms; {(estimate.IsHeavy ? "heavy" : "light")}.");

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
