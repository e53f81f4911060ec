namespace Varve.Maintenance.Removal;

/// <summary>Records that went, or would go.</summary>
public sealed record RemovalReport
{
    /// <summary>True when nothing was changed.</summary>
    public bool DryRun { get; init; }

    /// <summary>The time before which records go; null when they go for another reason.</summary>
    public DateTimeOffset? CutOff { get; init; }

    /// <summary>Files all of whose rows go.</summary>
    public int FilesRemoved { get; init; }

    /// <summary>Files of which some rows go: they are written anew without these.</summary>
    public int FilesRewritten { get; init; }

    /// <summary>Rows that go.</summary>
    public long Rows { get; init; }

    /// <summary>Bytes of the files that go or are written anew.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of the files that were written anew.</summary>
    public long BytesAdded { get; init; }

    /// <summary>The least time in those files; null when none goes.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>The greatest time in those files.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>What each hold keeps of the records that would go. Only told by a dry run.</summary>
    public IReadOnlyList<HeldRecords> Held { get; init; } = [];

    /// <summary>Files that stay whole since a hold covers some of their rows.</summary>
    public int FilesHeld { get; init; }

    /// <summary>The version that the table has afterwards; null when nothing was changed.</summary>
    public long? Version { get; init; }
}

/// <summary>Records that a hold keeps.</summary>
/// <param name="Hold">Its name.</param>
/// <param name="Rows">How many.</param>
public sealed record HeldRecords(string Hold, long Rows);
