using System.Collections.Immutable;
using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Delta.Schema;

namespace Varve.Delta;

/// <summary>
/// The state of a table at one version without its files: all that an append has to know. Immutable. A <see cref="Snapshot"/> is the same
/// with the files.
/// </summary>
public class TableState
{
    internal TableState(
        long version,
        TableProtocol protocol,
        TableMetadata metadata,
        TableSchema schema,
        ImmutableDictionary<string, AppTransaction> transactions,
        ImmutableDictionary<string, DomainMetadata> domains,
        long commitTimestampMs)
    {
        (Version, Protocol, Metadata, Schema, Transactions, Domains, CommitTimestampMs) =
            (version, protocol, metadata, schema, transactions, domains, commitTimestampMs);
    }

    /// <summary>The version, from 0.</summary>
    public long Version { get; }

    /// <summary>What a reader and a writer must be able to do.</summary>
    public TableProtocol Protocol { get; }

    /// <summary>Schema and settings.</summary>
    public TableMetadata Metadata { get; }

    /// <summary>The schema, parsed.</summary>
    public TableSchema Schema { get; }

    /// <summary>The newest version of each application.</summary>
    public ImmutableDictionary<string, AppTransaction> Transactions { get; }

    /// <summary>Settings of table features by domain.</summary>
    public ImmutableDictionary<string, DomainMetadata> Domains { get; }

    /// <summary>The time of the newest commit in milliseconds since 1970: its in-commit timestamp, else the writer's, else 0.</summary>
    public long CommitTimestampMs { get; }

    /// <summary>The state after one more commit; of a snapshot, a snapshot.</summary>
    internal virtual TableState Apply(long version, IReadOnlyList<LogLine> lines, string table)
    {
        var builder = new TableStateBuilder(table, this);
        builder.Apply(version, lines);
        return builder.Build();
    }
}
