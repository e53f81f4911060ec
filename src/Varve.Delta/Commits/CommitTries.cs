using Varve.Storage;

namespace Varve.Delta.Commits;

/// <summary>How often and since when a commit is tried.</summary>
sealed class CommitTries(DeltaOptions options, string table)
{
    readonly long _started = options.Clock.GetTimestamp();
    bool _inDoubt;

    public int Count { get; private set; }

    public TimeSpan Elapsed => options.Clock.GetElapsedTime(_started);

    public void Begin() => Count++;

    /// <summary>After a try that did not commit: gives up at the deadline.</summary>
    /// <exception cref="VarveException">The deadline has passed: <see cref="FaultKind.Unavailable"/>.</exception>
    public void CheckDeadline(bool inDoubt)
    {
        _inDoubt |= inDoubt;
        var often = $"{Count} times in {options.CommitDeadline.TotalSeconds:0} s";
        if (Elapsed > options.CommitDeadline)
            throw new VarveException(FaultKind.Unavailable, _inDoubt
                ? $"The commit to {table} was tried {often}: the store does not tell what became of the write. Look at the table before you try again."
                : $"The commit to {table} lost against other writers {often}. Nothing was written; try again.");
    }

    /// <summary>Waits before the next try.</summary>
    public Task PauseAsync(CancellationToken cancellationToken)
    {
        // Full jitter (Brooker, "Exponential Backoff and Jitter", 2015): spreads writers that lost the same race.
        var ceiling = Math.Min(options.BackoffMax.TotalMilliseconds, 2 * Math.Pow(2, Math.Min(Count, 10)));
        return Task.Delay(TimeSpan.FromMilliseconds(options.Random() * ceiling), options.Clock, cancellationToken);
    }
}
