using Varve.Delta.Actions;
using Varve.Delta.Columns;

namespace Varve.Delta.Checkpoints;

/// <summary>All that a checkpoint says.</summary>
sealed class CheckpointContent
{
    /// <summary>Actions that are not about files.</summary>
    public List<LogLine> Lines { get; } = [];

    /// <summary>Live files.</summary>
    public List<FileSegment> Adds { get; } = [];

    /// <summary>Tombstones.</summary>
    public List<FileSegment> Removes { get; } = [];

    /// <summary>Files of JSON with their paths: what they say of files is in them.</summary>
    public List<(byte[] Text, string Path)> Texts { get; } = [];
}
