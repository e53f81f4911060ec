using System.Collections.Immutable;

namespace Varve.Simulation.Tests.Model;

/// <summary>The state of the table at one version, by the plainest reading of the protocol.</summary>
sealed record ModelVersion(long Version, DateTimeOffset Landed)
{
    /// <summary>Live files: decoded path to the add as text.</summary>
    public ImmutableSortedDictionary<string, string> Files { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Every file that was ever removed and not added again: when it was removed by its remove action, and when that commit landed.</summary>
    public ImmutableSortedDictionary<string, (long DeletionMs, DateTimeOffset Landed)> Tombstones { get; init; } =
        ImmutableSortedDictionary.Create<string, (long, DateTimeOffset)>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, long> Transactions { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Domains that are not removed: name to configuration.</summary>
    public ImmutableSortedDictionary<string, string> Domains { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public string Metadata { get; init; } = "";

    public string Protocol { get; init; } = "";

    /// <summary>The time in the commit, in milliseconds since 1970.</summary>
    public long TimestampMs { get; init; }

    public string Operation { get; init; } = "";

    /// <summary>Files that this version added.</summary>
    public ImmutableArray<string> Adds { get; init; } = [];

    /// <summary>Files that this version removed.</summary>
    public ImmutableArray<string> Removes { get; init; } = [];

    /// <summary>Applications that this version took forward: name to version.</summary>
    public ImmutableArray<(string AppId, long Version)> Moved { get; init; } = [];

    /// <summary>The content of the commit file.</summary>
    public byte[] Content { get; init; } = [];
}
