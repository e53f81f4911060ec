using Varve.Delta.Actions;
using Varve.Delta.Columns;

namespace Varve.Delta.Pruning;

/// <summary>What is to become of a file.</summary>
/// <param name="IsKept">False when no row of it can match.</param>
/// <param name="Reason">Why it is kept; without meaning when it is not.</param>
/// <param name="Column">The column that could not be judged, where the reason is about one.</param>
/// <param name="Rows">When every row matches, their number, deleted ones left out; null when the log does not tell.</param>
public readonly record struct FileVerdict(bool IsKept, KeepReason Reason, ColumnPath? Column, long? Rows);

/// <summary>A file that is kept.</summary>
public sealed class PlannedFile
{
    readonly FileSegment _segment;
    readonly int _row;
    AddFile? _file;

    internal PlannedFile(FileSegment segment, int row, in FileVerdict verdict) => (_segment, _row, Path, Verdict) = (segment, row, segment.KeyAt(row), verdict);

    /// <summary>Where the log's columns have it.</summary>
    internal (FileSegment Segment, int Row) Place => (_segment, _row);

    /// <summary>Its decoded path.</summary>
    public string Path { get; }

    /// <summary>Its size in bytes.</summary>
    public long SizeBytes => _segment.Sizes[_row];

    /// <summary>Its add action; made when it is first asked for.</summary>
    public AddFile File => _file ??= _segment.Actions.ReadAdd(_row);

    /// <summary>Why it is kept.</summary>
    public FileVerdict Verdict { get; }

    /// <summary>Whether every row matches.</summary>
    public bool IsWhole => Verdict.Reason == KeepReason.AllMatch;
}

/// <summary>The files of a snapshot that may hold a row that matches.</summary>
/// <param name="FilesTotal">Files of the snapshot.</param>
/// <param name="Files">Those that are kept, in the order of the snapshot.</param>
public sealed record ScanPlan(int FilesTotal, IReadOnlyList<PlannedFile> Files)
{
    /// <summary>Files that cannot hold such a row.</summary>
    public int FilesSkipped => FilesTotal - Files.Count;

    /// <summary>How many files are kept for each reason that occurs.</summary>
    public IReadOnlyDictionary<KeepReason, int> Reasons => Files.CountBy(file => file.Verdict.Reason).ToDictionary();
}
