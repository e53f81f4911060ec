namespace Varve.Ingest.PickUp.State;

/// <summary>All that is known of a job, but for the entries that are younger. Snapshot n is made from n - 1 by whoever creates it first.</summary>
sealed record JobSnapshot
{
    public long Number { get; init; }

    public PickUpTotals Totals { get; init; } = new(0, 0, 0, 0);

    /// <summary>Finished objects that are in no block.</summary>
    public IReadOnlyList<DoneObject> Done { get; init; } = [];

    public IReadOnlyList<FailedObject> Failed { get; init; } = [];

    /// <summary>Blocks of finished objects in the order of their names, which do not overlap.</summary>
    public IReadOnlyList<DoneBlock> Blocks { get; init; } = [];

    /// <summary>Files of blocks that this snapshot has replaced; the next one deletes them, when no reader needs them any more.</summary>
    public IReadOnlyList<string> Retired { get; init; } = [];

    /// <summary>Names of the entries that are part of it and may still be there.</summary>
    public IReadOnlyList<string> Folded { get; init; } = [];

    public ListingNote? Listing { get; init; }
}

/// <summary>A file that names finished objects, each as <c>id path</c> and a NUL, which no path has, in the order of their paths.</summary>
/// <param name="File">Its name.</param>
/// <param name="First">Path of the first.</param>
/// <param name="Last">Path of the last.</param>
/// <param name="Count">How many.</param>
sealed record DoneBlock(string File, string First, string Last, int Count);
