namespace Varve.Delta.Commits;

/// <summary>What a transaction may not overlook of the commits that were made since it began.</summary>
public enum IsolationLevel
{
    /// <summary>As if one were made after the other, in the order of versions. The default.</summary>
    Serializable,

    /// <summary>As if one were made after the other, in some order: blind appends of others do not matter to what was read.</summary>
    WriteSerializable,

    /// <summary>Only files that are removed twice matter. Taken by commits that only rearrange rows, or do nothing.</summary>
    SnapshotIsolation,
}
