using Varve.Delta.Actions;

namespace Varve.Delta.Commits;

/// <summary>What one commit is to do.</summary>
public sealed record Commit
{
    /// <summary>What is done, as Delta's history names it: <c>WRITE</c>, <c>DELETE</c>, <c>OPTIMIZE</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>How it was asked for; shown by the history.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Files to add.</summary>
    public IReadOnlyList<AddFile> Adds { get; init; } = [];

    /// <summary>Files to remove; each has to be live when the commit is made.</summary>
    public IReadOnlyList<RemoveFile> Removes { get; init; } = [];

    /// <summary>Progress of the writing application.</summary>
    public AppTransaction? Transaction { get; init; }

    /// <summary>What was done in numbers, beside those that follow from the files; shown by the history.</summary>
    public IReadOnlyDictionary<string, long> Metrics { get; init; } = new Dictionary<string, long>();
}

/// <summary>What became of a commit. Losing a race is an outcome, not a fault.</summary>
public abstract record CommitOutcome
{
    private CommitOutcome() { }

    /// <summary>The commit is part of the table, durably, as this version.</summary>
    public sealed record Committed(long Version) : CommitOutcome;

    /// <summary>A commit of the same application with the same or a greater number is in the table already: nothing was written.</summary>
    public sealed record AlreadyCommitted(long Version) : CommitOutcome;

    /// <summary>Another writer's commit rules this one out: read the table again and decide anew.</summary>
    public sealed record Conflicted(long Version, string Reason) : CommitOutcome;
}
