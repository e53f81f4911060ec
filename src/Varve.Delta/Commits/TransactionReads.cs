using System.Collections.Immutable;

namespace Varve.Delta.Commits;

/// <summary>What a transaction read, so that it depends on it.</summary>
sealed record TransactionReads
{
    public static TransactionReads Nothing { get; } = new();

    public bool WholeTable { get; init; }

    public IReadOnlyList<PartitionFilter> Filters { get; init; } = [];

    /// <summary>Files by their decoded path.</summary>
    public IReadOnlySet<string> Files { get; init; } = ImmutableHashSet<string>.Empty;

    public IReadOnlySet<string> AppIds { get; init; } = ImmutableHashSet<string>.Empty;

    public IReadOnlySet<string> Domains { get; init; } = ImmutableHashSet<string>.Empty;

    public bool DependsOnFiles => WholeTable || Filters.Count > 0 || Files.Count > 0;
}
