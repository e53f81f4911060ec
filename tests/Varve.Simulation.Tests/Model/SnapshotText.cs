using Varve.Delta;
using Varve.Delta.Actions;

namespace Varve.Simulation.Tests.Model;

/// <summary>How a snapshot of the library differs from the model's state of its version.</summary>
static class SnapshotText
{
    /// <summary>
    /// The first difference, or null. Tombstones are to be there as long as they were removed after <paramref name="keptSinceMs"/>; the time of a
    /// version that has no commit any more, only a checkpoint, is not known.
    /// </summary>
    public static string? Difference(Snapshot snapshot, ModelVersion model, long keptSinceMs, bool hasCommit)
    {
        if (Metadata(snapshot.Metadata) != model.Metadata)
            return $"metadata {Metadata(snapshot.Metadata)} instead of {model.Metadata}";
        if (snapshot.CommitTimestampMs != model.TimestampMs && (hasCommit || snapshot.CommitTimestampMs != 0))
            return $"time {snapshot.CommitTimestampMs} instead of {model.TimestampMs}";
        return Files(snapshot, model)
            ?? Pairs("txn", snapshot.Transactions.ToDictionary(pair => pair.Key, pair => pair.Value.Version), model.Transactions)
            ?? Pairs("domain", snapshot.Domains.Values.Where(domain => !domain.Removed).ToDictionary(domain => domain.Domain, domain => domain.Configuration), model.Domains)
            ?? Tombstones(snapshot, model, keptSinceMs);
    }

    static string? Files(Snapshot snapshot, ModelVersion model)
    {
        foreach (var (path, add) in snapshot.Files)
            if (!model.Files.TryGetValue(path, out var known))
                return $"the file {path} is there and should not be";
            else if (Add(add) != known)
                return $"the file {path} is {Add(add)} instead of {known}";
        return snapshot.Files.Count == model.Files.Count
            ? null
            : $"{snapshot.Files.Count} files instead of {model.Files.Count}: missing {model.Files.Keys.First(path => !snapshot.Files.ContainsKey(path))}";
    }

    static string? Tombstones(Snapshot snapshot, ModelVersion model, long keptSinceMs)
    {
        var found = snapshot.Tombstones.ToDictionary(pair => pair.Key.Path, pair => pair.Value.DeletionTimestamp);
        foreach (var (path, deletionMs) in found)
            if (!model.Tombstones.TryGetValue(path, out var known) || known.DeletionMs != deletionMs)
                return $"the tombstone of {path} is there and should not be";
        foreach (var (path, known) in model.Tombstones)
            if (known.DeletionMs >= keptSinceMs && !found.ContainsKey(path))
                return $"the tombstone of {path} is lost";
        return null;
    }

    static string? Pairs<T>(string what, Dictionary<string, T> found, IReadOnlyDictionary<string, T> known)
    {
        foreach (var (key, value) in known)
            if (!found.TryGetValue(key, out var other))
                return $"the {what} {key} is missing";
            else if (!Equals(value, other))
                return $"the {what} {key} is {other} instead of {value}";
        return found.Count == known.Count ? null : $"there are {found.Count} of {what} instead of {known.Count}";
    }

    static string Metadata(TableMetadata metadata) => string.Join('|',
        metadata.Id,
        metadata.SchemaString,
        string.Join(',', metadata.PartitionColumns),
        string.Join(',', metadata.Configuration.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));

    static string Add(AddFile add) => string.Join('|',
        add.Size,
        add.ModificationTime,
        add.Stats ?? "",
        string.Join(',', add.PartitionValues.Select(pair => $"{pair.Key}={pair.Value ?? "null"}")),
        add.Tags is null ? "" : string.Join(',', add.Tags.Select(pair => $"{pair.Key}={pair.Value}")));
}
