using Varve.Delta.Pruning;

namespace Varve.Delta.Scan;

/// <summary>How many rows match, and what it took to know.</summary>
/// <param name="Rows">Rows that match.</param>
/// <param name="FilesTotal">Files of the snapshot.</param>
/// <param name="FilesRead">Files whose rows were read.</param>
/// <param name="FilesSkipped">Files that cannot hold such a row.</param>
/// <param name="FilesByMetadata">Files whose rows all match, counted from the log.</param>
public sealed record ScanCount(long Rows, int FilesTotal, int FilesRead, int FilesSkipped, int FilesByMetadata)
{
    /// <summary>How many files were kept for each reason that occurs.</summary>
    public IReadOnlyDictionary<KeepReason, int> Reasons { get; init; } = new Dictionary<KeepReason, int>();
}
