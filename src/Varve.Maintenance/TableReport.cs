using Varve.Datasets;
using Varve.Maintenance.Removal;

namespace Varve.Maintenance;

/// <summary>What was done for a table.</summary>
/// <param name="Table">Its place.</param>
public sealed record TableReport(TableName Table)
{
    /// <summary>When it was begun.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Merges that were done.</summary>
    public int Merges { get; init; }

    /// <summary>Merges that other writers overtook.</summary>
    public int Overtaken { get; init; }

    /// <summary>Files that were merged.</summary>
    public int FilesRemoved { get; init; }

    /// <summary>Files that have their rows now.</summary>
    public int FilesAdded { get; init; }

    /// <summary>Rows of them.</summary>
    public long Rows { get; init; }

    /// <summary>Bytes of the files that were merged.</summary>
    public long BytesRemoved { get; init; }

    /// <summary>Bytes of the files that have their rows now.</summary>
    public long BytesAdded { get; init; }

    /// <summary>Files that cannot be read, with the reason; they are left as they are.</summary>
    public IReadOnlyList<UnreadableFile> BadFiles { get; init; } = [];

    /// <summary>What went since it was past its retention; null when nothing was looked for.</summary>
    public RemovalReport? Expired { get; init; }

    /// <summary>Files that no version needed any more, and their bytes; null when none were looked for.</summary>
    public VacuumedFiles? Vacuumed { get; init; }

    /// <summary>Files of the log that were deleted; null when none were looked for.</summary>
    public int? LogFilesDeleted { get; init; }

    /// <summary>Why the table could not be looked after, or not to the end; null when it was.</summary>
    public string? Fault { get; init; }
}

/// <summary>A file that cannot be read.</summary>
/// <param name="Path">Its path relative to the table's folder.</param>
/// <param name="Reason">Why.</param>
public sealed record UnreadableFile(string Path, string Reason);

/// <summary>Files whose room was given back.</summary>
/// <param name="Files">How many.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record VacuumedFiles(int Files, long Bytes);
