namespace Varve.Ingest.PickUp.State;

/// <summary>Facts that a worker has written down together. Entries may be taken up in any order, and more than once.</summary>
sealed record JobEntry
{
    public IReadOnlyList<DoneObject> Done { get; init; } = [];

    public IReadOnlyList<FailedObject> Failed { get; init; } = [];

    public ListingNote? Listing { get; init; }
}

/// <summary>An object that is taken in.</summary>
/// <param name="Id">What tells this content of the object from others.</param>
/// <param name="Path">Its path in the source.</param>
/// <param name="At">When it was done.</param>
/// <param name="Records">Records stored.</param>
/// <param name="Rejected">Lines rejected.</param>
/// <param name="Bytes">Its size in the source.</param>
sealed record DoneObject(string Id, string Path, DateTimeOffset At, long Records, long Rejected, long Bytes);

/// <summary>What a look at the whole source showed, or a later one from a name on.</summary>
/// <param name="At">When the look began.</param>
/// <param name="Full">When the last look at all names began.</param>
/// <param name="After">All objects up to this name were done, and none of them was written within the look-back; null: nothing is known.</param>
/// <param name="Since">Objects that were written before were left alone; null: none.</param>
sealed record ListingNote(DateTimeOffset At, DateTimeOffset Full, string? After, DateTimeOffset? Since);
