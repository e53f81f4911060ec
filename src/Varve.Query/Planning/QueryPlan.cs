using Varve.Datasets;
using Varve.Query.Execution;
using Varve.Query.Files;
using Varve.Query.Sql;
using Varve.Query.Sql.Scopes;

namespace Varve.Query.Planning;

/// <summary>A table that a query reads, at the version that it reads.</summary>
/// <param name="Path">Its folder in the store.</param>
/// <param name="Version">Its version.</param>
public sealed record PlannedTable(string Path, long Version);

/// <summary>What a query is going to read.</summary>
/// <param name="Dataset">The dataset that the statement names first; the fields of the answer's columns are its.</param>
/// <param name="Output">The columns of the answer.</param>
/// <param name="Tables">The tables, with their versions; none when nothing is stored in the scope.</param>
public sealed record QueryPlan(Dataset Dataset, IReadOnlyList<OutputColumn> Output, IReadOnlyList<PlannedTable> Tables)
{
    /// <summary>Files of the tables.</summary>
    public int FilesTotal { get; init; }

    /// <summary>Files that are read somewhere in the statement; the others cannot hold a row of the answer.</summary>
    public int FilesRead { get; init; }

    /// <summary>Files of which the log told all that was asked: they are read nowhere, although they have rows of the answer.</summary>
    public int FilesFromLog { get; init; }

    /// <summary>Rows of these.</summary>
    public long RowsFromLog { get; init; }

    /// <summary>Bytes of all files.</summary>
    public long BytesTotal { get; init; }

    /// <summary>Bytes of the files that are read.</summary>
    public long BytesRead { get; init; }

    /// <summary>Bytes that are expected to be read: of the files that are, the share of the columns that are needed.</summary>
    internal long BytesExpected { get; init; }

    /// <summary>What the side index gave: the files that it left out are not among <see cref="FilesRead"/>.</summary>
    public IndexUse Index { get; init; } = IndexUse.None;

    /// <summary>True when the row limit, not the statement, bounds the answer.</summary>
    internal bool MayBeCut { get; init; }

    /// <summary>What had to be fetched; null when the store is a folder of this machine.</summary>
    public FetchFigures? Fetched => Lease?.Figures ?? (IsAnsweredBefore && Needed.Count > 0 ? new FetchFigures(0, 0, 0, TimeSpan.Zero) : null);

    /// <summary>True when the answer was known, so that nothing of it is read.</summary>
    internal bool IsAnsweredBefore { get; init; }

    /// <summary>Rows after which the engine is stopped; null when it gives no others than are wanted.</summary>
    internal long? RowsWanted { get; init; }

    /// <summary>The statement.</summary>
    internal GatedStatement Statement { get; init; } = null!;

    /// <summary>What it was asked with.</summary>
    internal QueryRequest Request { get; init; } = null!;

    /// <summary>What is read in each place of the statement.</summary>
    internal IReadOnlyList<ScanFiles> Scans { get; init; } = [];

    /// <summary>What this plan finds out for another; null when it is a statement's own.</summary>
    internal FirstLook? Look { get; init; }

    /// <summary>The files to fetch before the engine starts; none when the store is a folder of this machine.</summary>
    internal IReadOnlyList<NeededFile> Needed { get; init; } = [];

    /// <summary>Keeps what was fetched where it is. The run disposes it.</summary>
    internal FileLease? Lease { get; init; }

    /// <summary>What the engine runs.</summary>
    internal string EngineSql { get; init; } = "";

    /// <summary>Columns of the answer, by their places, that the engine is not asked for: all their values are null.</summary>
    internal IReadOnlyList<int> ItemsWithoutValues { get; init; } = [];

    /// <summary>Two plans with the same have the same answer: the engine's text, after how many rows it is stopped, and which columns it leaves out.</summary>
    internal string AnswerKey => ItemsWithoutValues.Count == 0 && RowsWanted is null
        ? EngineSql
        : $"{EngineSql}\0{RowsWanted}\0{string.Join('\0', ItemsWithoutValues.Select(item => $"{item} {Output[item].Name}"))}";

    /// <summary>What the engine is asked.</summary>
    /// <param name="rowsMax">Rows after which the answer is cut; null when the statement itself bounds them.</param>
    /// <param name="answerBytesMax">Bytes of values after which the query fails.</param>
    internal EngineRequest ToEngine(int? rowsMax, long answerBytesMax) =>
        new(EngineSql, [.. Output.Select((column, item) => new EngineColumn(column.Name, column.Field, column.IsJson) { WithoutValues = ItemsWithoutValues.Contains(item) ? TypeOf(column) : null })])
        {
            RowsMax = rowsMax,
            RowsWanted = RowsWanted,
            AnswerBytesMax = answerBytesMax,
        };

    /// <summary>A column of the answer that is a field, as the engine would give it.</summary>
    ResultColumn TypeOf(OutputColumn column)
    {
        var kind = ColumnKinds.Of(Dataset, column.Field!);
        var type = kind switch
        {
            _ when column.IsJson => ColumnType.Json,
            ColumnKind.Whole => ColumnType.Int,
            ColumnKind.Real => ColumnType.Float,
            ColumnKind.Truth => ColumnType.Bool,
            ColumnKind.Instant => ColumnType.Timestamp,
            ColumnKind.Day => ColumnType.Date,
            ColumnKind.List => ColumnType.Array,
            ColumnKind.Map => ColumnType.Map,
            _ => ColumnType.String,
        };
        return new ResultColumn(column.Name, type, column.Field) { Item = Dataset.Find(column.Field!)?.Type == FieldType.IntArray ? ColumnType.Int : ColumnType.String };
    }
}

/// <summary>The files that are read in one place of a statement.</summary>
/// <param name="Scan">The place.</param>
/// <param name="Kept">The files, the newest first.</param>
sealed record ScanFiles(Scan Scan, IReadOnlyList<KeptFile> Kept)
{
    /// <summary>True when the predicates by which the files were chosen say all that the statement's conditions do.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Older rows, and those without a timestamp, are not wanted; null when they may be.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Rows from this instant on, and those without a timestamp, are not wanted; null when they may be.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The files that hold rows as new as that or newer.</summary>
    public ScanFiles Since(DateTimeOffset? oldest) => oldest is null || oldest <= From ? this : this with
    {
        Kept = [.. Kept.Where(file => file.Newest is not { } newest || newest >= oldest)],
        From = oldest,
    };
}
