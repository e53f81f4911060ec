using Varve.Delta.Actions;
using Varve.Delta.Log;

namespace Varve.Delta;

/// <summary>
/// The state of a table at one version with its files. Immutable: a newer version is another snapshot, which shares with this one what has not
/// changed.
/// </summary>
public sealed class Snapshot : TableState
{
    internal Snapshot(TableState state, LiveFiles files, Tombstones tombstones)
        : base(state.Version, state.Protocol, state.Metadata, state.Schema, state.Transactions, state.Domains, state.CommitTimestampMs)
    {
        (Files, Tombstones) = (files, tombstones);
    }

    /// <summary>Live data files by their decoded path. A path is live with at most one deletion vector.</summary>
    public LiveFiles Files { get; }

    /// <summary>Removed files that are still remembered.</summary>
    public Tombstones Tombstones { get; }

    /// <summary>The state before version 0, to which commits are applied.</summary>
    internal static SnapshotBuilder Builder(string table, string? address = null) => new(table, address);

    /// <summary>The state after one more commit.</summary>
    internal override Snapshot Apply(long version, IReadOnlyList<LogLine> lines, string table)
    {
        var builder = new SnapshotBuilder(table, Files.Set.Address, this);
        builder.Apply(version, lines);
        return builder.Build();
    }

    /// <summary>The state after one more commit, from its text.</summary>
    internal Snapshot Apply(long version, byte[] text, string path, string table)
    {
        var builder = new SnapshotBuilder(table, Files.Set.Address, this);
        builder.Apply(version, text, path);
        return builder.Build();
    }
}
