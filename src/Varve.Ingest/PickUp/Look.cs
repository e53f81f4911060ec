using System.Runtime.CompilerServices;
using Varve.Ingest.PickUp.Source;
using Varve.Ingest.PickUp.State;
using Varve.Storage;

namespace Varve.Ingest.PickUp;

/// <summary>An object that may be taken in, and the name that was listed before it.</summary>
readonly record struct Candidate(SourceObject Object, string? Previous);

/// <summary>
/// One look through the names of the source, all of them or those after a name. It also finds from which name on the next look has to begin: names that
/// grow with time make it short, other names make it a look at all of them.
/// </summary>
sealed class Look(IObjectStore source, JobStore state, PickUpOptions options, TimeProvider clock)
{
    readonly Lock _lock = new();

    // Objects that are younger than all with smaller names, as long as they are within the look-back of the newest.
    readonly Queue<(string? Previous, DateTimeOffset Modified)> _recent = new();
    readonly Dictionary<string, DateTimeOffset> _ready = new(StringComparer.Ordinal);
    PickUpReport _seen = new();
    DateTimeOffset? _newest;
    (string? Previous, bool IsKnown) _firstPending;
    string? _last;

    public DateTimeOffset Started { get; } = clock.GetUtcNow();

    /// <summary>The report, with what this look has seen so far.</summary>
    public PickUpReport Complete(PickUpReport report)
    {
        lock (_lock)
            return report with
            {
                Found = _seen.Found,
                New = _seen.New,
                Waiting = _seen.Waiting,
                Held = _seen.Held,
                NextDue = _seen.NextDue,
                OldestWaiting = Earlier(_seen.OldestWaiting, _ready.Count > 0 ? _ready.Values.Min() : null),
            };
    }

    /// <summary>Objects that are neither done, nor given up, nor have to wait, in the order of their names.</summary>
    public async IAsyncEnumerable<Candidate> ReadyAsync(string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _last = after;
        await foreach (var info in source.ListAsync("", after, cancellationToken))
        {
            var previous = _last;
            _last = info.Path;
            if (SourceNames.IsIgnored(info.Path, options.IsFolder) || info.LastModified < options.Since)
                continue;
            var candidate = new Candidate(SourceObject.Of(info), previous);
            Note(info, previous);
            if (await IsReadyAsync(candidate, cancellationToken))
                yield return candidate;
        }
    }

    /// <summary>The object has to wait: it is not done when the look ends.</summary>
    public void Wait(Candidate candidate, DateTimeOffset? due)
    {
        lock (_lock)
        {
            _seen = _seen with { Waiting = _seen.Waiting + 1, NextDue = Earlier(_seen.NextDue, due) };
            Keep(candidate);
        }
    }

    /// <summary>Another worker has the object.</summary>
    public void Hold(Candidate candidate)
    {
        lock (_lock)
        {
            _seen = _seen with { Held = _seen.Held + 1 };
            Keep(candidate);
        }
    }

    /// <summary>Nobody here works on the object any more.</summary>
    public void Leave(Candidate candidate)
    {
        lock (_lock)
            _ready.Remove(candidate.Object.Id);
    }

    /// <summary>What the next look may leave out, once all that this one found is dealt with.</summary>
    public string? Finished()
    {
        lock (_lock)
        {
            var recent = _recent.Count > 0 ? _recent.Peek().Previous : _last;
            return _firstPending.IsKnown && Compare(_firstPending.Previous, recent) < 0 ? _firstPending.Previous : recent;
        }
    }

    void Note(ObjectInfo info, string? previous)
    {
        lock (_lock)
        {
            _seen = _seen with { Found = _seen.Found + 1 };
            if (info.LastModified <= _newest)
                return;
            _newest = info.LastModified;
            _recent.Enqueue((previous, info.LastModified));
            while (_recent.Peek().Modified < info.LastModified - options.Limits.LookBack)
                _recent.Dequeue();
        }
    }

    async ValueTask<bool> IsReadyAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var file = candidate.Object;
        if (await state.IsDoneAsync(file.Info.Path, file.Id, cancellationToken))
            return false;
        var failure = state.FailureOf(file.Id);
        if (failure is { Next: null })
            return false;
        var due = Later(file.Info.LastModified + options.Settle, failure?.Next);
        var isReady = due <= clock.GetUtcNow();
        lock (_lock)
        {
            _seen = _seen with { New = _seen.New + 1 };
            if (isReady)
                _ready[file.Id] = file.Info.LastModified;
        }

        if (!isReady)
            Wait(candidate, due);
        return isReady;
    }

    void Keep(Candidate candidate)
    {
        _seen = _seen with { OldestWaiting = Earlier(_seen.OldestWaiting, candidate.Object.Info.LastModified) };
        if (!_firstPending.IsKnown || Compare(candidate.Previous, _firstPending.Previous) < 0)
            _firstPending = (candidate.Previous, true);
    }

    static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;

    static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;

    // No name at all is before every name.
    static int Compare(string? a, string? b) => a is null || b is null ? (a is null ? 0 : 1) - (b is null ? 0 : 1) : StorePath.Order.Compare(a, b);
}
