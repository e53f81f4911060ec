namespace Varve.Delta.Commits;

/// <summary>What became of a commit. Losing a race is an outcome, not a fault.</summary>
public abstract record CommitOutcome
{
    private CommitOutcome() { }

    /// <summary>The commit is part of the table, durably, as this version.</summary>
    public sealed record Committed(long Version) : CommitOutcome;

    /// <summary>
    /// What the commit is for is in the table already, as of this version or before: nothing was written. So it is with a commit of the same
    /// application with the same or a greater number, and with a setting that has its value.
    /// </summary>
    public sealed record AlreadyCommitted(long Version) : CommitOutcome;

    /// <summary>Another writer's commit rules this one out, and nothing was written: read the table again and decide anew.</summary>
    /// <param name="Version">The version that rules it out.</param>
    /// <param name="Kind">Why.</param>
    /// <param name="Reason">Why, for people; goes after "because".</param>
    public sealed record Conflicted(long Version, ConflictKind Kind, string Reason) : CommitOutcome;
}
