using Varve.Delta.Actions;

namespace Varve.Delta.Commits;

/// <summary>
/// A commit that read nothing: it adds files, or removes files that its maker knows by name. It is made on top of whatever others commit,
/// unless a file that it removes is gone or its files no longer fit the schema. What depends on what was read is an
/// <see cref="OptimisticTransaction"/>. That no null is in a column that allows none, and that the statistics of a file tell its number of
/// rows and the columns that the table is clustered by, is the duty of whoever writes the files.
/// </summary>
public sealed record Commit
{
    /// <summary>What is done, as Delta's history names it: <c>WRITE</c>, <c>DELETE</c>, <c>OPTIMIZE</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>How it was asked for; shown by the history.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Free text that the history keeps.</summary>
    public string? UserMetadata { get; init; }

    /// <summary>What was done in numbers, beside files and bytes, which are counted; of commits that are made as one they add up.</summary>
    public IReadOnlyDictionary<string, long> Metrics { get; init; } = new Dictionary<string, long>();

    /// <summary>Files to add.</summary>
    public IReadOnlyList<AddFile> Adds { get; init; } = [];

    /// <summary>Files to remove; each has to be live when the commit is made.</summary>
    public IReadOnlyList<RemoveFile> Removes { get; init; } = [];

    /// <summary>Progress of the writing application.</summary>
    public AppTransaction? Transaction { get; init; }

    /// <summary>Progress of further applications, when one commit carries batches of several.</summary>
    public IReadOnlyList<AppTransaction> Transactions { get; init; } = [];

    internal CommitRequest ToRequest() => new()
    {
        Operation = Operation,
        Parameters = Parameters,
        UserMetadata = UserMetadata,
        Metrics = Metrics,
        Adds = Adds,
        Removes = Removes,
        Transactions = Transaction is null ? Transactions : [Transaction, .. Transactions],
    };
}
