using System.Collections.Immutable;
using Varve.Delta.Actions;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Log;

/// <summary>Collects the actions that are not about files, in the order of versions. Delta protocol: "Action Reconciliation".</summary>
sealed class TableStateBuilder(string table, TableState? from = null)
{
    const long ExpiryInterval = 100;

    readonly ImmutableDictionary<string, AppTransaction>.Builder _transactions =
        (from?.Transactions ?? ImmutableDictionary<string, AppTransaction>.Empty).ToBuilder();

    readonly ImmutableDictionary<string, DomainMetadata>.Builder _domains =
        (from?.Domains ?? ImmutableDictionary<string, DomainMetadata>.Empty).ToBuilder();

    long _version = from?.Version ?? -1;
    TableProtocol? _protocol = from?.Protocol;
    TableMetadata? _metadata = from?.Metadata;
    long _commitTimestampMs = from?.CommitTimestampMs ?? 0;

    /// <summary>Takes the lines of the commit, or of the checkpoint, of a version; those about files are left out.</summary>
    public void Apply(long version, IReadOnlyList<LogLine> lines)
    {
        _version = version;
        foreach (var line in lines)
            Apply(line);
        if (version % ExpiryInterval == 0)
            ForgetExpired();
    }

    public void SetCommitTimestamp(long milliseconds) => _commitTimestampMs = milliseconds;

    /// <exception cref="VarveException">There is no protocol or no metaData yet, or the table needs what this version cannot read.</exception>
    public TableState Build()
    {
        if (_protocol is null)
            throw new VarveException(FaultKind.Corrupt, $"The table {table} has no protocol action up to version {_version}.");
        if (_metadata is null)
            throw new VarveException(FaultKind.Corrupt, $"The table {table} has no metaData action up to version {_version}.");
        TableFeatures.CheckReadable(_protocol, table);
        var schema = from is not null && ReferenceEquals(from.Metadata, _metadata) ? from.Schema : ParseSchema(_metadata);
        return new TableState(_version, _protocol, _metadata, schema, _transactions.ToImmutable(), _domains.ToImmutable(), _commitTimestampMs);
    }

    /// <summary>
    /// Progress past its retention goes from time to time, as it does with every checkpoint: a state that is only moved on would keep it for ever.
    /// Delta protocol: "Transaction Identifiers".
    /// </summary>
    void ForgetExpired()
    {
        if (_metadata is null || Retention.OrNull(() => TableProperties.Of(_metadata).SetTransactionRetention) is not { } kept)
            return;
        var before = _commitTimestampMs - (long)kept.TotalMilliseconds;
        _transactions.RemoveRange(_transactions.Where(entry => entry.Value.LastUpdated < before).Select(entry => entry.Key).ToList());
    }

    TableSchema ParseSchema(TableMetadata metadata)
    {
        var schema = TableSchema.Parse(metadata.SchemaString);
        TypeChanges.CheckReadable(schema, table);
        return schema;
    }

    void Apply(LogLine line)
    {
        if (line.Txn is { } transaction)
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
