namespace Varve.Storage;

/// <summary>What was asked of a store, by kind of request.</summary>
public enum StoreRequest
{
    /// <summary>An object or a part of it was read.</summary>
    Read,

    /// <summary>An object was looked at.</summary>
    Head,

    /// <summary>An object was written.</summary>
    Put,

    /// <summary>An object was written on condition.</summary>
    PutIfAbsent,

    /// <summary>Objects or folders were listed.</summary>
    List,

    /// <summary>Objects were deleted.</summary>
    Delete,
}

/// <summary>The calls of one kind so far.</summary>
/// <param name="Calls">Calls, with those that failed.</param>
/// <param name="Failed">Calls that threw, cancelled ones among them.</param>
/// <param name="Bytes">Bytes of content that were read or written; for a listing, of nothing.</param>
public readonly record struct StoreUsage(long Calls, long Failed, long Bytes);
