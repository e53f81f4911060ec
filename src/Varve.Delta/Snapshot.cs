using System.Collections.Immutable;
using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta;

/// <summary>The state of a table at one version. Immutable: a newer version is another snapshot.</summary>
public sealed class Snapshot
{
    Snapshot(
        long version,
        TableProtocol protocol,
        TableMetadata metadata,
        ImmutableDictionary<string, AddFile> files,
        ImmutableDictionary<LogicalFile, RemoveFile> tombstones,
        ImmutableDictionary<string, AppTransaction> transactions,
        ImmutableDictionary<string, DomainMetadata> domains,
        long commitTimestampMs,
        TableSchema schema)
    {
        (Version, Protocol, Metadata, Files, Tombstones, Transactions, Domains, CommitTimestampMs, Schema) =
            (version, protocol, metadata, files, tombstones, transactions, domains, commitTimestampMs, schema);
    }

    /// <summary>The version, from 0.</summary>
    public long Version { get; }

    /// <summary>What a reader and a writer must be able to do.</summary>
    public TableProtocol Protocol { get; }

    /// <summary>Schema and settings.</summary>
    public TableMetadata Metadata { get; }

    /// <summary>The schema, parsed.</summary>
    public TableSchema Schema { get; }

    /// <summary>Live data files by their decoded path. A path is live with at most one deletion vector.</summary>
    public ImmutableDictionary<string, AddFile> Files { get; }

    /// <summary>Removed files that are still remembered: a path is there once for each deletion vector that it had.</summary>
    public ImmutableDictionary<LogicalFile, RemoveFile> Tombstones { get; }

    /// <summary>The newest version of each application.</summary>
    public ImmutableDictionary<string, AppTransaction> Transactions { get; }

    /// <summary>Settings of table features by domain.</summary>
    public ImmutableDictionary<string, DomainMetadata> Domains { get; }

    /// <summary>The time of the newest commit in milliseconds since 1970: its in-commit timestamp, else the writer's, else 0.</summary>
    public long CommitTimestampMs { get; }

    /// <summary>The state before version 0, to which commits are applied.</summary>
    internal static SnapshotBuilder Builder(string table) => new(table);

    /// <summary>The state after one more commit.</summary>
    internal Snapshot Apply(long version, IReadOnlyList<LogLine> lines, string table)
    {
        var builder = new SnapshotBuilder(table, this);
        builder.Apply(version, lines);
        return builder.Build();
    }

    /// <summary>Collects actions in the order of versions. Delta protocol: "Action Reconciliation".</summary>
    internal sealed class SnapshotBuilder
    {
        readonly string _table;
        readonly ImmutableDictionary<string, AddFile>.Builder _files;
        readonly ImmutableDictionary<LogicalFile, RemoveFile>.Builder _tombstones;
        readonly ImmutableDictionary<string, AppTransaction>.Builder _transactions;
        readonly ImmutableDictionary<string, DomainMetadata>.Builder _domains;
        readonly Snapshot? _base;
        long _version = -1;
        TableProtocol? _protocol;
        TableMetadata? _metadata;
        long _commitTimestampMs;

        public SnapshotBuilder(string table, Snapshot? from = null)
        {
            _table = table;
            _base = from;
            _files = (from?.Files ?? ImmutableDictionary<string, AddFile>.Empty).ToBuilder();
            _tombstones = (from?.Tombstones ?? ImmutableDictionary<LogicalFile, RemoveFile>.Empty).ToBuilder();
            _transactions = (from?.Transactions ?? ImmutableDictionary<string, AppTransaction>.Empty).ToBuilder();
            _domains = (from?.Domains ?? ImmutableDictionary<string, DomainMetadata>.Empty).ToBuilder();
            if (from is null)
                return;
            (_version, _protocol, _metadata, _commitTimestampMs) = (from.Version, from.Protocol, from.Metadata, from.CommitTimestampMs);
        }

        public void Apply(long version, IReadOnlyList<LogLine> lines)
        {
            _version = version;
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
                ApplyRest(line);
        }

        public void SetCommitTimestamp(long milliseconds) => _commitTimestampMs = milliseconds;

        public Snapshot Build()
        {
            if (_protocol is null)
                throw new VarveException(FaultKind.Corrupt, $"The table {_table} has no protocol action up to version {_version}.");
            if (_metadata is null)
                throw new VarveException(FaultKind.Corrupt, $"The table {_table} has no metaData action up to version {_version}.");
            TableFeatures.CheckReadable(_protocol, _table);
            var schema = _base is not null && ReferenceEquals(_base.Metadata, _metadata) ? _base.Schema : ParseSchema(_metadata);
            return new Snapshot(
                _version, _protocol, _metadata, _files.ToImmutable(), _tombstones.ToImmutable(), _transactions.ToImmutable(),
                _domains.ToImmutable(), _commitTimestampMs, schema);
        }

        TableSchema ParseSchema(TableMetadata metadata)
        {
            var schema = TableSchema.Parse(metadata.SchemaString);
            TypeChanges.CheckReadable(schema, _table);
            return schema;
        }

        void ApplyRest(LogLine line)
        {
            if (line.Add is { } add)
            {
                var key = LogicalFile.Of(add);
                _files[key.Path] = add;
                _tombstones.Remove(key);
            }
            else if (line.Txn is { } transaction)
                _transactions[transaction.AppId] = transaction;
            else if (line.DomainMetadata is { } domain)
                _domains[domain.Domain] = domain;
            else if (line.MetaData is { } metadata)
                _metadata = metadata;
            else if (line.Protocol is { } protocol)
                _protocol = protocol;
            else if (line.CommitInfo is { } info)
                _commitTimestampMs = info.InCommitTimestamp ?? info.Timestamp ?? _commitTimestampMs;
        }
    }
}
