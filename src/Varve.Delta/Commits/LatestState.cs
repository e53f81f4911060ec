namespace Varve.Delta.Commits;

/// <summary>The newest state of a table that an object of this process knows, and when that was the newest.</summary>
sealed class LatestState(TableState initial, TimeProvider clock)
{
    readonly Lock _lock = new();
    KnownState _known = new(initial, clock.GetTimestamp());

    public KnownState Known
    {
        get
        {
            lock (_lock)
                return _known;
        }
    }

    public TableState State => Known.State;

    /// <summary>Takes a state that was found or made a moment ago. Two callers may do so at once: it never goes back.</summary>
    public TableState Keep(TableState state)
    {
        lock (_lock)
        {
            if (state.Version >= _known.State.Version)
                _known = new KnownState(state, clock.GetTimestamp());
            return _known.State;
        }
    }
}

/// <summary>A state, and the clock's timestamp at which it was the newest in the store.</summary>
readonly record struct KnownState(TableState State, long Timestamp);
