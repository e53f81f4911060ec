using Varve.Delta.Actions;

namespace Varve.Delta.Columns;

/// <summary>
/// All that the log said of the files of a segment, kept as it was stored and decoded when it is asked for: most of it never is.
/// </summary>
interface IActionRows
{
    /// <summary>The add action of a row of a segment of live files.</summary>
    AddFile ReadAdd(int row);

    /// <summary>The remove action of a row of a segment of tombstones.</summary>
    RemoveFile ReadRemove(int row);

    /// <summary>The statistics of an added file as JSON text in UTF-8; null when it has none.</summary>
    ReadOnlyMemory<byte>? ReadStats(int row);
}
