using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Varve.Datasets;
using Varve.Query.Files;
using Varve.Query.Sql;
using Varve.Query.Sql.Scopes;
using Varve.Storage;

namespace Varve.Query.Planning;

/// <summary>Which tables, which files and which text the engine gets. SQL for the engine is written here and nowhere else.</summary>
sealed partial class Planner(IObjectStore store, SqlParser parser, IndexPruner index, RangeCache? cache)
{
    /// <summary>The engine is told of fewer columns in no time.</summary>
    const int CommonColumnsMin = 16;

    /// <summary>The footers of more files are not read to plan.</summary>
    const int CommonFilesMax = 16;

    /// <summary>Of so many files the newest are looked at first.</summary>
    const int NewestLookFilesMin = 32;

    /// <summary>So many further columns are worth a look at those of the condition.</summary>
    const int NewestLookColumnsMin = 8;

    static readonly Dictionary<string, string?> NoColumns = [];

    readonly FileColumns _columns = new();

    /// <param name="statement">What is asked.</param>
    /// <param name="request">Whose tables, and from when to when.</param>
    /// <param name="tables">The tables of each dataset that the statement names.</param>
    /// <param name="cancellationToken">Stops the reading of side indexes.</param>
    public async Task<QueryPlan> PlanAsync(
        GatedStatement statement, QueryRequest request, IReadOnlyDictionary<Dataset, IReadOnlyList<ScopeTable>> tables, CancellationToken cancellationToken)
    {
        var all = tables.Values.SelectMany(each => each).ToList();
        foreach (var table in all)
            CheckColumnNames(table);
        var scans = new List<ScanFiles>();
        var indexUse = IndexUse.None;
        foreach (var scan in statement.Scans)
        {
            var (files, use) = await KeepAsync(scan, request, tables[scan.Dataset], cancellationToken);
            scans.Add(files);
            indexUse += use;
        }

        var plan = new QueryPlan(statement.Scans[0].Dataset, statement.Output, [.. all.Select(table => new PlannedTable(table.Name.Path, table.Snapshot.Version))])
        {
            FilesTotal = all.Sum(table => table.Snapshot.Files.Count),
            BytesTotal = all.Sum(table => table.Snapshot.Files.SizeBytes),
            Index = indexUse,
            MayBeCut = statement.LimitAdded,
            RowsWanted = statement.RowsWanted,
            Statement = statement,
            Request = request,
        };
        return Over(Shorten(plan, scans), scans);
    }

    /// <summary>Takes the shortcuts that the statement allows: the plan gets what the log told, the places their files.</summary>
    static QueryPlan Shorten(QueryPlan plan, List<ScanFiles> scans)
    {
        if (SimpleSelect.Of(plan.Statement) is not { } select)
            return plan;
        if (select.NewestRowsWanted() is { } wanted)
        {
            scans[0] = Shortcuts.NewestOf(scans[0], wanted);
            return plan;
        }

        if (select.OfTheLog() is not { } question || Shortcuts.CountOf(scans[0], question) is not { Counted: > 0 } shortened)
            return plan;
        var left = scans[0].Kept.Count - shortened.Files.Kept.Count;
        scans[0] = shortened.Files;
        return plan with
        {
            Statement = plan.Statement with { Root = SimpleSelect.WithCounted(plan.Statement, shortened.Counted) },
            FilesFromLog = left,
            RowsFromLog = shortened.Counted,
        };
    }

    /// <summary>The same plan over fewer files.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="only">Paths as the engine has them: no other files hold rows of the answer.</param>
    /// <param name="oldest">Older rows, and those without a timestamp, are not of the answer; null when they may be.</param>
    public QueryPlan Narrow(QueryPlan plan, IReadOnlySet<string> only, DateTimeOffset? oldest) =>
        Over(plan, [.. plan.Scans.Select(scan => (scan with { Kept = [.. scan.Kept.Where(file => only.Contains(LocalPath(file)))] }).Since(oldest))]);

    /// <summary>The files that hold nothing but rows that meet a statement's conditions, when it wants so many of the newest rows; else null.</summary>
    public static (IReadOnlyList<NeededFile> Files, string Column, long Wanted)? NewestWanted(QueryPlan plan)
    {
        if (plan.Scans is not [{ IsWhole: true } files] || SimpleSelect.Of(plan.Statement)?.NewestRowsWanted() is not { } wanted)
            return null;
        var whole = files with { Kept = [.. files.Kept.Where(file => file.MatchingRows is not null)] };
        return (NeededOf(whole, files.Scan.Columns), files.Scan.Dataset.TimestampField.Name, wanted);
    }

    /// <summary>The same plan for rows from a time on.</summary>
    public QueryPlan Since(QueryPlan plan, DateTimeOffset? oldest) => oldest is null ? plan : Over(plan, [.. plan.Scans.Select(scan => scan.Since(oldest))]);

    /// <summary>The plan of a first look at the files of a plan; null when there is none. Its rows: path, rows with a timestamp, the oldest and the newest.</summary>
    public QueryPlan? PlanFirstLook(QueryPlan plan)
    {
        if (plan.Scans is not [{ Kept.Count: >= 2 } files] || FirstLook.For(plan.Statement) is not { } look)
            return null;
        var timestamp = Name(files.Scan.Dataset.TimestampField.Name);
        return plan with
        {
            Output = [new OutputColumn("file", null), new OutputColumn("instants", null), new OutputColumn("oldest", null), new OutputColumn("newest", null)],
            MayBeCut = false,
            RowsWanted = null,
            EngineSql = $"SELECT {FirstLook.FileColumn}, count({timestamp}), min({timestamp}), max({timestamp}) FROM ({Inline(parser.Render(look.Root), files, look.Columns, withFile: true)}) AS found GROUP BY {FirstLook.FileColumn}",
            ItemsWithoutValues = [],
            Needed = NeededOf(files, look.Columns),
            Look = look,
        };
    }

    /// <summary>
    /// A question that finds the oldest of the newest rows that a statement wants, by the columns of its condition: the others are then read of these rows
    /// alone. Its row: how many rows there are, up to the number that is wanted, and the oldest of them. Null when the statement wants no such rows, or
    /// little can be saved.
    /// </summary>
    /// <param name="plan">The statement's plan.</param>
    /// <param name="share">Of many files the newest are asked, one of so many: when they do not do, little was lost.</param>
    /// <returns>The question, and what it is asked of.</returns>
    public (QueryPlan Look, ScanFiles Asked, long Wanted)? PlanNewest(QueryPlan plan, int share)
    {
        if (plan.Scans is not [{ Kept.Count: > 0 } files] || SimpleSelect.Of(plan.Statement) is not { } select || select.NewestRowsWanted() is not { } wanted)
            return null;
        var timestamp = files.Scan.Dataset.TimestampField.Name;
        var columns = new HashSet<string>(StringComparer.Ordinal) { timestamp };
        var isMany = files.Kept.Count >= NewestLookFilesMin;
        if (!SimpleSelect.IsPlain(select.Condition) || !select.Collect(select.Condition, columns) || (!isMany && files.Scan.Columns.Count < columns.Count + NewestLookColumnsMin))
            return null;
        var asked = files;
        if (isMany)
        {
            var ordered = files.Kept.OrderByDescending(file => file.Newest ?? DateTimeOffset.MaxValue).ToList();
            var some = Math.Max(1, ordered.Count / share);
            // Whatever the others hold is as old as this or older.
            if (ordered.Skip(some).Any(file => file.Newest is null) || ordered[some].Newest is not { } bound)
                return null;
            asked = (files with { Kept = ordered[..some] }).Since(bound.AddTicks(TimeSpan.TicksPerMicrosecond));
        }

        var rows = Inline(parser.Render(SimpleSelect.Only(plan.Statement, Ast.Column(timestamp))), asked, columns, withFile: false);
        return (plan with
        {
            Output = [new OutputColumn("found", null), new OutputColumn("oldest", null)],
            MayBeCut = false,
            RowsWanted = null,
            EngineSql = string.Create(CultureInfo.InvariantCulture, $"SELECT count({Name(timestamp)}), min({Name(timestamp)}) FROM ({rows} ORDER BY {Name(timestamp)} DESC NULLS LAST LIMIT {wanted}) AS found"),
            ItemsWithoutValues = [],
        }, asked, wanted);
    }

    /// <summary>The same plan over other files of its one place, for rows from a time on.</summary>
    public QueryPlan Narrow(QueryPlan plan, ScanFiles files, DateTimeOffset oldest) => Over(plan, [files.Since(oldest)]);

    QueryPlan Over(QueryPlan plan, IReadOnlyList<ScanFiles> scans)
    {
        // A file that several places of the statement need is one file.
        var read = scans.SelectMany(scan => scan.Kept).DistinctBy(file => (file.Table.Name.Path, file.Key)).ToList();
        var (engineSql, itemsWithoutValues) = Write(plan.Statement, scans);
        return plan with
        {
            Scans = scans,
            FilesRead = read.Count,
            BytesRead = read.Sum(file => file.SizeBytes),
            BytesExpected = scans.Sum(ExpectedBytes),
            EngineSql = engineSql,
            ItemsWithoutValues = itemsWithoutValues,
            Needed = cache is null ? [] : [.. scans.SelectMany(scan => NeededOf(scan, scan.Scan.Columns))],
        };
    }

    async Task<(ScanFiles Files, IndexUse Index)> KeepAsync(Scan scan, QueryRequest request, IReadOnlyList<ScopeTable> tables, CancellationToken cancellationToken)
    {
        var timestamp = scan.Dataset.TimestampField.Name;
        var predicates = BoundPredicate.Bind(scan, parser);
        var isWhole = predicates.Count == scan.Conditions.Sum(condition => condition.Predicates) && scan.Conditions.TrueForAll(condition => condition.IsWhole);
        predicates.AddRange(OfRequest(request, timestamp));
        var kept = tables.SelectMany(table => FilePruner.Keep(table, predicates, timestamp)).ToList();
        if (tables.Count > 1)
            kept.Sort(static (a, b) => b.Newest.GetValueOrDefault(DateTimeOffset.MaxValue).CompareTo(a.Newest.GetValueOrDefault(DateTimeOffset.MaxValue)));
        foreach (var seen in request.SeenTables)
            kept.RemoveAll(file => !file.File.DataChange || (file.Table.Name == seen.Name && seen.Snapshot.Files.ContainsKey(file.Key)));
        var use = await index.LeaveOutAsync(kept, predicates, cancellationToken);
        var (from, to) = TimesOf(predicates, timestamp);
        return (new ScanFiles(scan, kept) { IsWhole = isWhole, From = from, To = to }, use);
    }

    /// <summary>The times that predicates leave: from the first on, and before the second.</summary>
    static (DateTimeOffset? From, DateTimeOffset? To) TimesOf(IEnumerable<BoundPredicate> predicates, string timestamp)
    {
        (DateTimeOffset? from, DateTimeOffset? to) = (null, null);
        foreach (var predicate in predicates.Where(predicate => predicate.Column == timestamp))
        {
            var (least, greatest) = (predicate.Values.Cast<DateTimeOffset>().Min(), predicate.Values.Cast<DateTimeOffset>().Max());
            if (predicate.Operator is ">=" or ">" or "=" or "in")
                from = from is null || least > from ? least : from;
            var end = predicate.Operator == "<" ? greatest : greatest.Ticks < DateTimeOffset.MaxValue.Ticks - TimeSpan.TicksPerMicrosecond ? greatest.AddTicks(TimeSpan.TicksPerMicrosecond) : (DateTimeOffset?)null;
            if (predicate.Operator is "<" or "<=" or "=" or "in" && end is not null)
                to = to is null || end < to ? end : to;
        }

        return (from, to);
    }

    /// <summary>The bounds of a request as predicates.</summary>
    internal static IEnumerable<BoundPredicate> OfRequest(QueryRequest request, string timestamp)
    {
        if (request.From is { } from)
            yield return new BoundPredicate(timestamp, ">=", [from]);
        if (request.To is { } to)
            yield return new BoundPredicate(timestamp, "<", [to]);
    }

    /// <summary>The engine's text, and the items of the statement that it does not have, since none of their values is anything but null.</summary>
    (string Sql, IReadOnlyList<int> ItemsWithoutValues) Write(GatedStatement statement, IReadOnlyList<ScanFiles> scans)
    {
        if (scans is [var only] && SimpleSelect.Of(statement) is { } select)
            return WriteSimple(statement, select, only);
        const string With = "WITH ";
        var text = new StringBuilder(With);
        foreach (var scan in scans)
        {
            text.Append(scan == scans[0] ? "" : ", ").Append(Name(scan.Scan.Name)).Append(" AS (");
            AppendScan(text, scan, scan.Scan.Columns, withFile: false).Append(')');
        }

        var query = parser.Render(statement.Root);
        if (!statement.HasWith)
            return (text.Append(' ').Append(query).ToString(), []);
        if (!query.StartsWith(With, StringComparison.Ordinal))
            throw new VarveException(FaultKind.Internal, "The engine wrote a statement with WITH that does not begin with it.");
        return (text.Append(", ").Append(query, With.Length, query.Length - With.Length).ToString(), []);
    }

    /// <summary>The same of one SELECT from one dataset. Of columns that the files do not have the engine is told nothing where it need not know: each takes it its time.</summary>
    (string Sql, IReadOnlyList<int> ItemsWithoutValues) WriteSimple(GatedStatement statement, SimpleSelect select, ScanFiles files)
    {
        if (ColumnsThere(files) is { } there
            && select.ItemsWithoutValues(column => column == TableLayout.DateColumn || there.ContainsKey(column)) is { Count: > 0 } absent
            && select.ColumnsBeside(absent) is { } used)
            return (Inline(parser.Render(SimpleSelect.Without(statement, absent)), files, used, withFile: false), absent);
        return (Inline(parser.Render(statement.Root), files, files.Scan.Columns, withFile: false), []);
    }

    /// <summary>The text of a statement with what it reads in the place of its name.</summary>
    string Inline(string query, ScanFiles files, IReadOnlySet<string> used, bool withFile)
    {
        var name = $" FROM {files.Scan.Name} AS ";
        var text = new StringBuilder();
        for (var at = 0; at < query.Length; at++)
            if (query[at] is '\'' or '"')
                // A quote that stands for itself ends one text and begins another.
                at = query.IndexOf(query[at], at + 1) is >= 0 and var end ? end : query.Length;
            else if (query[at] == ' ' && query.AsSpan(at).StartsWith(name, StringComparison.Ordinal))
                return AppendScan(text.Append(query, 0, at).Append(" FROM ("), files, used, withFile).Append(") AS ").Append(query, at + name.Length, query.Length - at - name.Length).ToString();
        throw new VarveException(FaultKind.Internal, "The engine wrote a statement that does not name what it reads.");
    }

    /// <summary>What a place of the statement reads: the columns that are used, of the files that are kept.</summary>
    StringBuilder AppendScan(StringBuilder text, ScanFiles files, IReadOnlySet<string> used, bool withFile)
    {
        var (scan, kept) = files;
        var timestamp = scan.Dataset.TimestampField.Name;
        var columns = ColumnsOf(scan, used);
        var common = CommonColumns(files, columns.Count);
        text.Append("SELECT ").AppendJoin(", ", columns.Select(column => common is null ? Name(column) : OfCommon(scan.Dataset, column, common)));
        if (withFile)
            text.Append(", ").Append(FirstLook.FileColumn);
        if (used.Contains(TableLayout.DateColumn))
            text.Append(CultureInfo.InvariantCulture, $", {DateOf(files, Name(timestamp))} AS {Name(TableLayout.DateColumn)}");
        text.Append(" FROM ");
        if (kept.Count == 0)
            text.Append("(SELECT ").AppendJoin(", ", columns.Select(column => $"NULL::{EngineType(scan.Dataset, column)} AS {Name(column)}")).Append(") WHERE false");
        else
            AppendFiles(text, scan.Dataset, common is null ? columns : [], kept, withFile).Append(" WHERE true");
        // The conditions of the statement on its times are among these: so that parts of a file that have none of them are never looked at.
        if (files.From is { } from)
            text.Append(CultureInfo.InvariantCulture, $" AND {Name(timestamp)} >= {Instant(from)}");
        if (files.To is { } to)
            text.Append(CultureInfo.InvariantCulture, $" AND {Name(timestamp)} < {Instant(to)}");
        return text;
    }

    StringBuilder AppendFiles(StringBuilder text, Dataset dataset, List<string> columns, IReadOnlyList<KeptFile> kept, bool withFile)
    {
        text.Append("read_parquet([").AppendJoin(", ", kept.Select(file => Literal(LocalPath(file)))).Append(']');
        // With the schema given no file is opened to plan, and a file without a column has nulls in it.
        if (columns.Count > 0)
            text.Append(", schema=map{").AppendJoin(", ", columns.Select(column =>
                $"{Literal(column)}: {{name: {Literal(column)}, type: {Literal(EngineType(dataset, column))}, default_value: NULL}}")).Append('}');
        return text.Append(", hive_partitioning=false").Append(withFile ? $", filename={Literal(FirstLook.FileColumn)})" : ")");
    }

    /// <summary>The columns of few files of which many are read, when they all have the same; else null.</summary>
    IReadOnlyDictionary<string, string?>? CommonColumns(ScanFiles files, int columns) =>
        cache is null && columns >= CommonColumnsMin && files.Kept.Count is > 0 and <= CommonFilesMax && files.Kept.All(file => file.File.DeletionVector is null)
            ? _columns.InCommon(files.Kept.Select(file => (LocalPath(file), file.SizeBytes)))
            : null;

    /// <summary>The columns that the files have, when that is known of all of them; of no files none.</summary>
    IReadOnlyDictionary<string, string?>? ColumnsThere(ScanFiles files) =>
        files.Kept.Count == 0 ? NoColumns : CommonColumns(files, ColumnsOf(files.Scan, files.Scan.Columns).Count);

    /// <summary>A column of files whose columns are known.</summary>
    static string OfCommon(Dataset dataset, string column, IReadOnlyDictionary<string, string?> common)
    {
        var type = EngineType(dataset, column);
        if (!common.TryGetValue(column, out var known))
            return $"NULL::{type} AS {Name(column)}";
        return known == type ? Name(column) : $"CAST({Name(column)} AS {type}) AS {Name(column)}";
    }

    /// <summary>Files hold their columns apart, so that few columns are little to read. One more is the timestamp, which is always there.</summary>
    static long ExpectedBytes(ScanFiles scan) =>
        (long)(scan.Kept.Sum(file => file.SizeBytes) * Math.Min(1, (scan.Scan.Columns.Count + 1.0) / scan.Scan.Dataset.Fields.Count));

    static void CheckColumnNames(ScopeTable table)
    {
        // The engine opens the files by itself: it knows neither names of columns that differ from those in the files nor deleted rows.
        if (table.Snapshot.Metadata.Configuration.TryGetValue("delta.columnMapping.mode", out var mode) && mode != "none")
            throw new VarveException(FaultKind.Invalid, $"The table {table.Name.Path} maps its columns (delta.columnMapping.mode is '{mode}') and cannot be queried by this version.");
    }

    /// <summary>The columns that the engine is told of, and so the only ones that it reads.</summary>
    static List<string> ColumnsOf(Scan scan, IReadOnlySet<string> used) =>
        [.. used.Where(column => column != TableLayout.DateColumn).Append(scan.Dataset.TimestampField.Name).Distinct()];

    static List<NeededFile> NeededOf(ScanFiles files, IReadOnlySet<string> used)
    {
        var columns = ColumnsOf(files.Scan, used);
        var times = TimeRange.Of(files.Scan.Dataset.TimestampField.Name, files.From, files.To);
        return [.. files.Kept.Select(file => new NeededFile(StorePathOf(file), file.SizeBytes, columns, times))];
    }

    string LocalPath(KeptFile file)
    {
        var path = StorePathOf(file);
        return cache?.LocalPath(path, file.SizeBytes) ?? store.LocalPath(path)!;
    }

    static string StorePathOf(KeptFile file)
    {
        if (file.File.DeletionVector is not null)
            throw new VarveException(FaultKind.Invalid, $"The file {file.Key} of {file.Table.Name.Path} has deleted rows (a deletion vector) and cannot be queried by this version.");
        return Delta.TablePath.InStore(file.Table.Name.Path, file.File.Path);
    }

    static string EngineType(Dataset dataset, string column) => column switch
    {
        TableLayout.ExtraColumn => "VARCHAR",
        TableLayout.IngestedAtColumn => "TIMESTAMP WITH TIME ZONE",
        TableLayout.SampleIntervalColumn => "DOUBLE",
        _ => dataset.Find(column)!.Type switch
        {
            FieldType.Int => "BIGINT",
            FieldType.Float => "DOUBLE",
            FieldType.Bool => "BOOLEAN",
            FieldType.Timestamp => "TIMESTAMP WITH TIME ZONE",
            FieldType.StringArray => "VARCHAR[]",
            FieldType.IntArray => "BIGINT[]",
            FieldType.Map => "MAP(VARCHAR, VARCHAR)",
            _ => "VARCHAR",
        },
    };

    /// <summary>
    /// The day of a row: what its file's partition says, where the path has it at one place in all files, since the engine knows a path once for all rows
    /// of a file; else that of its timestamp.
    /// </summary>
    string DateOf(ScanFiles files, string timestamp)
    {
        var places = new HashSet<int>();
        if (cache is null && files.Scan.Dataset.Find("filename") is null)
            foreach (var file in files.Kept)
                places.Add(DatePlace().Match(file.Key) is { Success: true, Index: 0 } ? LocalPath(file).Length - file.Key.Length : -1);
        return places.Count == 1 && places.Single() is >= 0 and var root && files.Kept.All(file => LocalPath(file) is var path && Ascii.IsValid(path) && path.EndsWith(file.Key, StringComparison.Ordinal))
            ? string.Create(CultureInfo.InvariantCulture, $"CAST(substr(filename, {root + TableLayout.DateColumn.Length + 2}, 10) AS DATE)")
            : $"make_timestamp(epoch_us({timestamp}))::DATE";
    }

    [GeneratedRegex("^date=[0-9]{4}-[0-9]{2}-[0-9]{2}/")]
    private static partial Regex DatePlace();

    static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    static string Instant(DateTimeOffset instant) =>
        $"TIMESTAMPTZ '{instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'";
}
