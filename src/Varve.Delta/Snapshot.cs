using System.Collections.Immutable;
using Varve.Delta.Actions;
using Varve.Delta.Log;

namespace Varve.Delta;

/// <summary>The state of a table at one version. Immutable: a newer version is another snapshot.</summary>
public sealed class Snapshot : TableState
{
    Snapshot(TableState state, ImmutableDictionary<string, AddFile> files, ImmutableDictionary<LogicalFile, RemoveFile> tombstones)
        : base(state.Version, state.Protocol, state.Metadata, state.Schema, state.Transactions, state.Domains, state.CommitTimestampMs)
    {
        (Files, Tombstones) = (files, tombstones);
    }

    /// <summary>Live data files by their decoded path. A path is live with at most one deletion vector.</summary>
    public IReadOnlyDictionary<string, AddFile> Files { get; }

    /// <summary>Removed files that are still remembered: a path is there once for each deletion vector that it had.</summary>
    public IReadOnlyDictionary<LogicalFile, RemoveFile> Tombstones { get; }

    /// <summary>The state before version 0, to which commits are applied.</summary>
    internal static SnapshotBuilder Builder(string table) => new(table);

    /// <summary>The state after one more commit.</summary>
    internal override Snapshot Apply(long version, IReadOnlyList<LogLine> lines, string table)
    {
        var builder = new SnapshotBuilder(table, this);
        builder.Apply(version, lines);
        return builder.Build();
    }

    /// <summary>Collects actions in the order of versions. Delta protocol: "Action Reconciliation".</summary>
    internal sealed class SnapshotBuilder
    {
        readonly TableStateBuilder _state;
        readonly ImmutableDictionary<string, AddFile>.Builder _files;
        readonly ImmutableDictionary<LogicalFile, RemoveFile>.Builder _tombstones;

        public SnapshotBuilder(string table, Snapshot? from = null)
        {
            _state = new TableStateBuilder(table, from);
            _files = ((ImmutableDictionary<string, AddFile>?)from?.Files ?? ImmutableDictionary<string, AddFile>.Empty).ToBuilder();
            _tombstones = ((ImmutableDictionary<LogicalFile, RemoveFile>?)from?.Tombstones ?? ImmutableDictionary<LogicalFile, RemoveFile>.Empty).ToBuilder();
        }

        public void Apply(long version, IReadOnlyList<LogLine> lines)
        {
            _state.Apply(version, lines);
            // Actions of one commit have no order: a remove and an add of one path mean that the file is there.
            foreach (var line in lines)
                if (line.Remove is { } remove)
                {
                    var key = LogicalFile.Of(remove);
                    // The same path with another deletion vector is another file.
                    if (_files.TryGetValue(key.Path, out var live) && LogicalFile.Of(live) == key)
                        _files.Remove(key.Path);
                    _tombstones[key] = remove;
                }

            foreach (var line in lines)
                if (line.Add is { } add)
                {
                    var key = LogicalFile.Of(add);
                    _files[key.Path] = add;
                    _tombstones.Remove(key);
                }
        }

        public void SetCommitTimestamp(long milliseconds) => _state.SetCommitTimestamp(milliseconds);

        public Snapshot Build() => new(_state.Build(), _files.ToImmutable(), _tombstones.ToImmutable());
    }
}
