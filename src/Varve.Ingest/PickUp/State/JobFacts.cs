namespace Varve.Ingest.PickUp.State;

/// <summary>A snapshot and the entries after it, merged. The same facts give the same result in whatever order they come.</summary>
sealed class JobFacts
{
    readonly Dictionary<string, DoneObject> _done = new(StringComparer.Ordinal);
    readonly Dictionary<string, FailedObject> _failed = new(StringComparer.Ordinal);

    public JobFacts(JobSnapshot snapshot)
    {
        Snapshot = snapshot;
        (Totals, Listing) = (snapshot.Totals, snapshot.Listing);
        foreach (var done in snapshot.Done)
            _done[done.Id] = done;
        foreach (var failed in snapshot.Failed)
            _failed[failed.Id] = failed;
    }

    public JobSnapshot Snapshot { get; }

    public PickUpTotals Totals { get; private set; }

    public ListingNote? Listing { get; private set; }

    /// <summary>Finished objects that are in no block.</summary>
    public IReadOnlyCollection<DoneObject> Done => _done.Values;

    public IReadOnlyCollection<FailedObject> Failed => _failed.Values;

    public int FailedFinally => _failed.Values.Count(static failed => failed.Next is null);

    public void Take(JobEntry entry)
    {
        foreach (var done in entry.Done)
            Take(done);
        foreach (var failed in entry.Failed)
            if (!_done.ContainsKey(failed.Id) && (!_failed.TryGetValue(failed.Id, out var known) || IsNewer(failed, known)))
                _failed[failed.Id] = failed;
        if (entry.Listing is { } note && (Listing is null || note.At > Listing.At))
            Listing = note;
    }

    /// <summary>True when the object is known to be done without a look into the blocks.</summary>
    public bool IsDone(string id) => _done.ContainsKey(id);

    public FailedObject? FailureOf(string id) => _failed.GetValueOrDefault(id);

    void Take(DoneObject done)
    {
        if (!_done.TryAdd(done.Id, done))
            return;
        _failed.Remove(done.Id);
        Totals = new PickUpTotals(Totals.Objects + 1, Totals.Records + done.Records, Totals.Rejected + done.Rejected, Totals.Bytes + done.Bytes);
    }

    static bool IsNewer(FailedObject failed, FailedObject known) =>
        failed.At > known.At || (failed.At == known.At && failed.Attempts > known.Attempts);
}
