using System.Globalization;
using System.Text;
using Varve.Datasets;
using Varve.Query.Sql;
using Varve.Storage;

namespace Varve.Query.Planning;

/// <summary>Which tables, which files and which text the engine gets. SQL for the engine is written here and nowhere else.</summary>
sealed class Planner(IObjectStore store, SqlParser parser)
{
    public QueryPlan Plan(GatedStatement statement, QueryRequest request, IReadOnlyList<ScopeTable> tables)
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
        if (tables.Count > 1)
            kept.Sort(static (a, b) => b.Newest.GetValueOrDefault(DateTimeOffset.MaxValue).CompareTo(a.Newest.GetValueOrDefault(DateTimeOffset.MaxValue)));
        return new QueryPlan(statement.Dataset, statement.Output, [.. tables.Select(table => new PlannedTable(table.Name.Path, table.Snapshot.Version))])
        {
            FilesTotal = tables.Sum(table => table.Snapshot.Files.Count),
            FilesRead = kept.Count,
            BytesTotal = tables.Sum(table => table.Snapshot.Files.SizeBytes),
            BytesRead = kept.Sum(file => file.File.Size),
            BytesExpected = ExpectedBytes(kept, statement.Columns.Count, statement.Dataset),
            MayBeCut = statement.LimitAdded,
            EngineSql = Write(statement, request, kept),
        };
    }

    string Write(GatedStatement statement, QueryRequest request, List<KeptFile> kept)
    {
        var timestamp = statement.Dataset.TimestampField.Name;
        var columns = statement.Columns.Where(column => column != TableLayout.DateColumn).Append(timestamp).Distinct().ToList();
        var text = new StringBuilder("WITH ").Append(Name(statement.TableName)).Append(" AS (SELECT ");
        text.AppendJoin(", ", columns.Select(Name));
        if (statement.Columns.Contains(TableLayout.DateColumn))
            text.Append(CultureInfo.InvariantCulture, $", make_timestamp(epoch_us({Name(timestamp)}))::DATE AS {Name(TableLayout.DateColumn)}");
        text.Append(" FROM ");
        if (kept.Count == 0)
            text.Append("(SELECT ").AppendJoin(", ", columns.Select(column => $"NULL::{EngineType(statement, column)} AS {Name(column)}")).Append(") WHERE false");
        else
            AppendFiles(text, statement, columns, kept).Append(" WHERE true");
        if (request.From is { } from)
            text.Append(CultureInfo.InvariantCulture, $" AND {Name(timestamp)} >= {Instant(from)}");
        if (request.To is { } to)
            text.Append(CultureInfo.InvariantCulture, $" AND {Name(timestamp)} < {Instant(to)}");
        return text.Append(") ").Append(parser.Render(statement.Root)).ToString();
    }

    StringBuilder AppendFiles(StringBuilder text, GatedStatement statement, List<string> columns, List<KeptFile> kept)
    {
        text.Append("read_parquet([").AppendJoin(", ", kept.Select(file => Literal(LocalPath(file)))).Append("], schema=map{");
        // With the schema given no file is opened to plan, and a file without a column has nulls in it.
        text.AppendJoin(", ", columns.Select(column =>
            $"{Literal(column)}: {{name: {Literal(column)}, type: {Literal(EngineType(statement, column))}, default_value: NULL}}"));
        return text.Append("}, hive_partitioning=false)");
    }

    /// <summary>Files hold their columns apart, so that few columns are little to read. One more is the timestamp, which is always there.</summary>
    static long ExpectedBytes(List<KeptFile> kept, int columns, Dataset dataset) =>
        (long)(kept.Sum(file => file.File.Size) * Math.Min(1, (columns + 1.0) / dataset.Fields.Count));

    static void CheckColumnNames(ScopeTable table)
    {
        // The engine opens the files by itself: it knows neither names of columns that differ from those in the files nor deleted rows.
        if (table.Snapshot.Metadata.Configuration.TryGetValue("delta.columnMapping.mode", out var mode) && mode != "none")
            throw new VarveException(FaultKind.Invalid, $"The table {table.Name.Path} maps its columns (delta.columnMapping.mode is '{mode}') and cannot be queried by this version.");
    }

    string LocalPath(KeptFile file)
    {
        if (file.File.DeletionVector is not null)
            throw new VarveException(FaultKind.Invalid, $"The file {file.Key} of {file.Table.Name.Path} has deleted rows (a deletion vector) and cannot be queried by this version.");
        var path = Delta.TablePath.InStore(file.Table.Name.Path, file.File.Path);
        return store.LocalPath(path)
            ?? throw new VarveException(FaultKind.Invalid, $"The store {store.Root} is no folder of this machine, and this version queries local folders only. Records can be stored there, and any Delta reader can query them.");
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
