using Varve.Datasets;
using Varve.Query.Files;
using Varve.Query.Sql;

namespace Varve.Query.Planning;

/// <summary>A table that a query reads, at the version that it reads.</summary>
/// <param name="Path">Its folder in the store.</param>
/// <param name="Version">Its version.</param>
public sealed record PlannedTable(string Path, long Version);

/// <summary>What a query is going to read.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Output">The columns of the answer.</param>
/// <param name="Tables">The tables, with their versions; none when nothing is stored in the scope.</param>
public sealed record QueryPlan(Dataset Dataset, IReadOnlyList<OutputColumn> Output, IReadOnlyList<PlannedTable> Tables)
{
    /// <summary>Files of the tables.</summary>
    public required int FilesTotal { get; init; }

    /// <summary>Files that are read; the others cannot hold a row of the answer.</summary>
    public required int FilesRead { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long BytesTotal { get; init; }

    /// <summary>Bytes of the files that are read.</summary>
    public required long BytesRead { get; init; }

    /// <summary>The files that are read, the newest first.</summary>
    internal IReadOnlyList<KeptFile> Kept { get; init; } = [];

    /// <summary>What this plan finds out for another; null when it is a statement's own.</summary>
    internal FirstLook? Look { get; init; }

    /// <summary>What had to be fetched; null when the store is a folder of this machine.</summary>
    public FetchFigures? Fetched => Lease?.Figures;

    /// <summary>The files to fetch before the engine starts; none when the store is a folder of this machine.</summary>
    internal IReadOnlyList<NeededFile> Needed { get; init; } = [];

    /// <summary>Keeps what was fetched where it is. The run disposes it.</summary>
    internal FileLease? Lease { get; init; }

    /// <summary>True when the row limit, not the statement, bounds the answer.</summary>
    internal bool MayBeCut { get; init; }

    /// <summary>What the engine runs.</summary>
    internal string EngineSql { get; init; } = "";
}
