using Varve.Delta.Actions;

namespace Varve.Delta.Commits;

/// <summary>All that one commit read and does, whoever asked for it.</summary>
sealed record CommitRequest
{
    public required string Operation { get; init; }

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    public string? UserMetadata { get; init; }

    public IReadOnlyDictionary<string, long> Metrics { get; init; } = new Dictionary<string, long>();

    public TransactionReads Reads { get; init; } = TransactionReads.Nothing;

    public IReadOnlyList<AddFile> Adds { get; init; } = [];

    public IReadOnlyList<RemoveFile> Removes { get; init; } = [];

    public IReadOnlyList<AppTransaction> Transactions { get; init; } = [];

    public IReadOnlyList<DomainMetadata> Domains { get; init; } = [];

    public TableMetadata? Metadata { get; init; }

    public TableProtocol? Protocol { get; init; }

    /// <summary>The level that was asked for; null: the table's own.</summary>
    public IsolationLevel? Isolation { get; init; }

    /// <summary>Whether files are only added and no file was read. Delta protocol: "Commit Provenance Information", <c>isBlindAppend</c>.</summary>
    public bool IsBlindAppend => Removes.Count == 0 && !Reads.DependsOnFiles;

    /// <summary>Whether it may be made as one with others of its like.</summary>
    public bool IsGroupable => IsBlindAppend && Domains.Count == 0 && Metadata is null && Protocol is null;

    /// <summary>The level that counts: a commit that changes no row and nothing else cannot disturb anyone who reads.</summary>
    public IsolationLevel IsolationIn(TableMetadata metadata)
    {
        var rearranges = Adds.All(add => !add.DataChange) && Removes.All(remove => !remove.DataChange)
            && Transactions.Count == 0 && Domains.Count == 0 && Metadata is null && Protocol is null;
        if (rearranges)
            return IsolationLevel.SnapshotIsolation;
        return Isolation ?? TableProperties.Of(metadata).IsolationLevel switch
        {
            nameof(IsolationLevel.WriteSerializable) => IsolationLevel.WriteSerializable,
            _ => IsolationLevel.Serializable,
        };
    }

    /// <summary>The commit that does what all of these do.</summary>
    public static CommitRequest Union(IReadOnlyList<CommitRequest> requests) => requests is [var only] ? only : requests[0] with
    {
        Adds = [.. requests.SelectMany(request => request.Adds)],
        Transactions = [.. requests.SelectMany(request => request.Transactions)],
        Metrics = requests.SelectMany(request => request.Metrics).GroupBy(metric => metric.Key)
            .ToDictionary(group => group.Key, group => group.Sum(metric => metric.Value)),
    };
}
