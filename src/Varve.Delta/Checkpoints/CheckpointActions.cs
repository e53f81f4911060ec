using Varve.Delta.Actions;

namespace Varve.Delta.Checkpoints;

/// <summary>
/// The actions of a checkpoint, in its order: those that are not about files, then adds by path, which keeps partitions and times together,
/// then tombstones. Adds are made as they are asked for, never all at once. Delta protocol: "Checkpoints".
/// </summary>
sealed class CheckpointActions
{
    readonly Snapshot _snapshot;
    readonly string[] _paths;
    readonly RemoveFile[] _removes;

    /// <summary>The content of the checkpoint of a snapshot; what has expired is left out.</summary>
    public CheckpointActions(Snapshot snapshot, CheckpointSettings settings)
    {
        _snapshot = snapshot;
        _paths = [.. snapshot.Files.Keys];
        Array.Sort(_paths, StringComparer.Ordinal);
        _removes =
        [
            .. snapshot.Tombstones.Where(tombstone => !((tombstone.Value.DeletionTimestamp ?? 0) < settings.TombstonesExpireBeforeMs))
                .OrderBy(tombstone => tombstone.Key.Path, StringComparer.Ordinal).ThenBy(tombstone => tombstone.Key.VectorId, StringComparer.Ordinal)
                .Select(tombstone => tombstone.Value),
        ];
        var transactions = snapshot.Transactions.Values.Where(transaction => !(transaction.LastUpdated < settings.TransactionsExpireBeforeMs));
        TableLines =
        [
            new LogLine { Protocol = snapshot.Protocol },
            new LogLine { MetaData = snapshot.Metadata },
            .. transactions.OrderBy(transaction => transaction.AppId, StringComparer.Ordinal)
                .Select(transaction => new LogLine { Txn = transaction }),
            .. snapshot.Domains.Values.Where(domain => !domain.Removed).OrderBy(domain => domain.Domain, StringComparer.Ordinal)
                .Select(domain => new LogLine { DomainMetadata = domain }),
        ];
    }

    /// <summary>The version that it is of.</summary>
    public long Version => _snapshot.Version;

    /// <summary>The actions that are not about files.</summary>
    public IReadOnlyList<LogLine> TableLines { get; }

    /// <summary>Number of adds.</summary>
    public int Adds => _paths.Length;

    /// <summary>Number of adds and removes.</summary>
    public int FileLines => _paths.Length + _removes.Length;

    /// <summary>At most <paramref name="count"/> of the adds and removes from a position on; adds and removes are never together.</summary>
    public List<LogLine> FileLinesAt(int position, int count)
    {
        if (position >= _paths.Length)
            return [.. _removes.Skip(position - _paths.Length).Take(count).Select(remove => new LogLine { Remove = remove })];
        return [.. _paths.Skip(position).Take(count).Select(path => new LogLine { Add = _snapshot.Files[path] })];
    }
}
