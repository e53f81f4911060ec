namespace Varve.Maintenance.Compaction;

/// <summary>What became of a merge.</summary>
abstract record CompactionOutcome
{
    private CompactionOutcome() { }

    /// <summary>The files were replaced.</summary>
    /// <param name="Version">The version that did it.</param>
    /// <param name="FilesRemoved">Files that were merged.</param>
    /// <param name="FilesAdded">Files that have their rows.</param>
    /// <param name="Rows">Rows of them.</param>
    /// <param name="BytesRemoved">Bytes of the files that were merged.</param>
    /// <param name="BytesAdded">Bytes of those that have their rows.</param>
    public sealed record Done(long Version, int FilesRemoved, int FilesAdded, long Rows, long BytesRemoved, long BytesAdded) : CompactionOutcome;

    /// <summary>Another writer took one of the files meanwhile; nothing was changed.</summary>
    public sealed record Overtaken(string Reason) : CompactionOutcome;

    /// <summary>A file cannot be read; nothing was changed. The others can be merged without it.</summary>
    /// <param name="Key">Its decoded path.</param>
    /// <param name="Reason">Why.</param>
    public sealed record BadFile(string Key, string Reason) : CompactionOutcome;
}
