using System.Globalization;
using System.Text;
using Varve.Datasets;
using Varve.Query.Files;
using Varve.Query.Sql;
using Varve.Storage;

namespace Varve.Query.Planning;

/// <summary>Which tables, which files and which text the engine gets. SQL for the engine is written here and nowhere else.</summary>
sealed class Planner(IObjectStore store, SqlParser parser, RangeCache? cache)
{
    /// <param name="statement">The statement.</param>
    /// <param name="request">What it was asked with.</param>
    /// <param name="tables">The tables that it reads.</param>
    /// <param name="only">Paths as the engine has them: no other files hold rows of the answer. Null when that is not known.</param>
    public QueryPlan Plan(GatedStatement statement, QueryRequest request, IReadOnlyList<ScopeTable> tables, IReadOnlySet<string>? only = null)
    {
        var timestamp = statement.Dataset.TimestampField.Name;
        var predicates = BoundPredicate.Bind(statement, parser);
        if (request.From is { } from)
            predicates.Add(new BoundPredicate(timestamp, ">=", [from]));
        if (request.To is { } to)
            predicates.Add(new BoundPredicate(timestamp, "<", [to]));
        foreach (var table in tables)
            CheckColumnNames(table);
        var kept = tables.SelectMany(table => FilePruner.Keep(table, predicates, timestamp)).ToList();
        if (only is not null)
            kept.RemoveAll(file => !only.Contains(LocalPath(file)));
        if (tables.Count > 1)
            kept.Sort(static (a, b) => b.Newest.GetValueOrDefault(DateTimeOffset.MaxValue).CompareTo(a.Newest.GetValueOrDefault(DateTimeOffset.MaxValue)));
        return new QueryPlan(statement.Dataset, statement.Output, [.. tables.Select(table => new PlannedTable(table.Name.Path, table.Snapshot.Version))])
        {
            FilesTotal = tables.Sum(table => table.Snapshot.Files.Count),
            FilesRead = kept.Count,
            BytesTotal = tables.Sum(table => table.Snapshot.Files.SizeBytes),
            BytesRead = kept.Sum(file => file.File.Size),
            MayBeCut = statement.LimitAdded,
            Kept = kept,
            EngineSql = Write(statement, request, kept),
            Needed = cache is null ? [] : NeededOf(statement, kept, statement.Columns),
        };
    }

    /// <summary>The plan of a first look at the files of a plan; null when there is none. Its rows: path, rows with a timestamp, the oldest and the newest.</summary>
    public QueryPlan? PlanFirstLook(GatedStatement statement, QueryRequest request, QueryPlan plan)
    {
        if (plan.Kept.Count < 2 || FirstLook.For(statement) is not { } look)
            return null;
        var timestamp = Name(statement.Dataset.TimestampField.Name);
        var scan = WriteScan(statement, request, plan.Kept, look.Columns, withFile: true);
        return plan with
        {
            Output = [new OutputColumn("file", null), new OutputColumn("instants", null), new OutputColumn("oldest", null), new OutputColumn("newest", null)],
            MayBeCut = false,
            EngineSql = $"{scan} SELECT {FirstLook.FileColumn}, count({timestamp}), min({timestamp}), max({timestamp}) FROM ({parser.Render(look.Root)}) AS found GROUP BY {FirstLook.FileColumn}",
            Needed = NeededOf(statement, plan.Kept, look.Columns),
            Look = look,
        };
    }

    string Write(GatedStatement statement, QueryRequest request, IReadOnlyList<KeptFile> kept) =>
        $"{WriteScan(statement, request, kept, statement.Columns, withFile: false)} {parser.Render(statement.Root)}";

    /// <summary>The tables under the name that the statement calls them by: the columns that are used, of the files that are kept.</summary>
    string WriteScan(GatedStatement statement, QueryRequest request, IReadOnlyList<KeptFile> kept, IReadOnlySet<string> used, bool withFile)
    {
        var timestamp = statement.Dataset.TimestampField.Name;
        var columns = ColumnsOf(statement, used);
        var text = new StringBuilder("WITH ").Append(Name(statement.TableName)).Append(" AS (SELECT ");
        text.AppendJoin(", ", columns.Select(Name));
        if (withFile)
            text.Append(", ").Append(FirstLook.FileColumn);
        if (used.Contains(TableLayout.DateColumn))
            text.Append(CultureInfo.InvariantCulture, $", make_timestamp(epoch_us({Name(timestamp)}))::DATE AS {Name(TableLayout.DateColumn)}");
        text.Append(" FROM ");
        if (kept.Count == 0)
            text.Append("(SELECT ").AppendJoin(", ", columns.Select(column => $"NULL::{EngineType(statement, column)} AS {Name(column)}")).Append(") WHERE false");
        else
            AppendFiles(text, statement, columns, kept, withFile).Append(" WHERE true");
        if (request.From is { } from)
            text.Append(CultureInfo.InvariantCulture, $" AND {Name(timestamp)} >= {Instant(from)}");
        if (request.To is { } to)
            text.Append(CultureInfo.InvariantCulture, $" AND {Name(timestamp)} < {Instant(to)}");
        return text.Append(')').ToString();
    }

    StringBuilder AppendFiles(StringBuilder text, GatedStatement statement, List<string> columns, IReadOnlyList<KeptFile> kept, bool withFile)
    {
        text.Append("read_parquet([").AppendJoin(", ", kept.Select(file => Literal(LocalPath(file)))).Append("], schema=map{");
        // With the schema given no file is opened to plan, and a file without a column has nulls in it.
        text.AppendJoin(", ", columns.Select(column =>
            $"{Literal(column)}: {{name: {Literal(column)}, type: {Literal(EngineType(statement, column))}, default_value: NULL}}"));
        return text.Append("}, hive_partitioning=false").Append(withFile ? $", filename={Literal(FirstLook.FileColumn)})" : ")");
    }

    static void CheckColumnNames(ScopeTable table)
    {
        // The engine opens the files by itself: it knows neither names of columns that differ from those in the files nor deleted rows.
        if (table.Snapshot.Metadata.Configuration.TryGetValue("delta.columnMapping.mode", out var mode) && mode != "none")
            throw new VarveException(FaultKind.Invalid, $"The table {table.Name.Path} maps its columns (delta.columnMapping.mode is '{mode}') and cannot be queried by this version.");
    }

    /// <summary>The columns that the engine is told of, and so the only ones that it reads.</summary>
    static List<string> ColumnsOf(GatedStatement statement, IReadOnlySet<string> used) =>
        [.. used.Where(column => column != TableLayout.DateColumn).Append(statement.Dataset.TimestampField.Name).Distinct()];

    static List<NeededFile> NeededOf(GatedStatement statement, IReadOnlyList<KeptFile> kept, IReadOnlySet<string> used)
    {
        var columns = ColumnsOf(statement, used);
        return [.. kept.Select(file => new NeededFile(StorePathOf(file), file.File.Size, columns))];
    }

    string LocalPath(KeptFile file)
    {
        var path = StorePathOf(file);
        return cache?.LocalPath(path, file.File.Size) ?? store.LocalPath(path)!;
    }

    static string StorePathOf(KeptFile file)
    {
        if (file.File.DeletionVector is not null)
            throw new VarveException(FaultKind.Invalid, $"The file {file.Key} of {file.Table.Name.Path} has deleted rows (a deletion vector) and cannot be queried by this version.");
        return Delta.TablePath.InStore(file.Table.Name.Path, file.File.Path);
    }

    static string EngineType(GatedStatement statement, string column) => column switch
    {
        TableLayout.ExtraColumn => "VARCHAR",
        TableLayout.IngestedAtColumn => "TIMESTAMP WITH TIME ZONE",
        TableLayout.SampleIntervalColumn => "DOUBLE",
        _ => statement.Dataset.Find(column)!.Type switch
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

    static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    static string Instant(DateTimeOffset instant) =>
        $"TIMESTAMPTZ '{instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'";
}
