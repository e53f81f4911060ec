namespace Varve.Delta.Commits;

/// <summary>Why another writer's commit rules a transaction out.</summary>
public enum ConflictKind
{
    /// <summary>Files were added to what the transaction read.</summary>
    ConcurrentAppend,

    /// <summary>Files that the transaction read were removed.</summary>
    ConcurrentDeleteRead,

    /// <summary>Files that the transaction removes are no longer there.</summary>
    ConcurrentDeleteDelete,

    /// <summary>Schema or settings of the table were changed.</summary>
    MetadataChanged,

    /// <summary>What writers must be able to do was changed.</summary>
    ProtocolChanged,

    /// <summary>The progress of an application that the transaction read or writes was written.</summary>
    ConcurrentTransaction,

    /// <summary>A domain that the transaction read or writes was written.</summary>
    ConcurrentDomainMetadata,

    /// <summary>The log no longer has the commits since the version that the transaction read: whether they conflict cannot be told.</summary>
    LogTruncated,
}
