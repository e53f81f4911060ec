using Varve.Datasets;
using Varve.Query.Sql;

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
    public required int FilesTotal { get; init; }

    /// <summary>Files that are read somewhere in the statement; the others cannot hold a row of the answer.</summary>
    public required int FilesRead { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long BytesTotal { get; init; }

    /// <summary>Bytes of the files that are read.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Bytes that are expected to be read: of the files that are, the share of the columns that are needed.</summary>
    internal long BytesExpected { get; init; }

    /// <summary>What the side index gave: the files that it left out are not among <see cref="FilesRead"/>.</summary>
    public IndexUse Index { get; init; } = IndexUse.None;

    /// <summary>True when the row limit, not the statement, bounds the answer.</summary>
    internal bool MayBeCut { get; init; }

    /// <summary>What the engine runs.</summary>
    internal string EngineSql { get; init; } = "";
}
