using Varve.Delta.Index;
using Varve.Delta.Log;
using Varve.Delta.Scan;
using Varve.Storage;

namespace Varve.Delta.Housekeeping;

/// <summary>Looks through a table's folder for files that do not belong to it.</summary>
/// <param name="store">Where the table is.</param>
/// <param name="root">Its folder with a <c>/</c>; empty when it is the store's root.</param>
/// <param name="snapshot">Its newest snapshot.</param>
sealed class FolderScan(IObjectStore store, string root, Snapshot snapshot)
{
    // Hidden, and yet data of a table: changes of rows, and an index of Databricks.
    static readonly string[] DataFolders = ["_change_data", "_delta_index"];

    readonly IReadOnlyList<string> _partitionPrefixes = PartitionPrefixes(snapshot);
    readonly bool _hasIceberg = !string.IsNullOrEmpty(snapshot.Metadata.Configuration.GetValueOrDefault("delta.universalFormat.enabledFormats"));

    /// <summary>The files, with their sizes, that are not kept and were written before the cutoff; in the order of their paths.</summary>
    public async Task<IReadOnlyList<(string Path, long SizeBytes)>> FindAsync(RetainedFiles kept, long cutoffMs, CancellationToken cancellationToken)
    {
        var found = new List<(string, long)>();
        // The log may hold more files than the table: it is jumped over.
        var log = root + LogFileName.Folder;
        await foreach (var info in ListAsync(startAfter: null, until: log + "/", cancellationToken))
            Take(info);
        // '0' follows '/'.
        await foreach (var info in ListAsync(startAfter: log + "0", until: null, cancellationToken))
            Take(info);
        return found;

        void Take(ObjectInfo info)
        {
            var path = info.Path[root.Length..];
            if ((!IsHidden(path) || FileIndexPath.IsIndex(path)) && !kept.Contains(path) && info.LastModified.ToUnixTimeMilliseconds() < cutoffMs)
                found.Add((path, info.SizeBytes));
        }
    }

    /// <summary>
    /// Whether a part of the path begins with <c>_</c> or <c>.</c>: such files are none of the table's data, apart from partitions of such
    /// a name.
    /// </summary>
    internal bool IsHidden(string path) =>
        (_hasIceberg && path.StartsWith("metadata/", StringComparison.Ordinal))
        || path.Split('/').Any(part => part is ['_' or '.', ..]
            && !DataFolders.Any(folder => part.StartsWith(folder, StringComparison.Ordinal))
            && !_partitionPrefixes.Any(prefix => part.StartsWith(prefix, StringComparison.Ordinal)
                || TablePath.Decode(part).StartsWith(prefix, StringComparison.Ordinal)));

    async IAsyncEnumerable<ObjectInfo> ListAsync(
        string? startAfter, string? until, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var info in store.ListAsync(root, startAfter, cancellationToken))
        {
            if (until is not null && StorePath.Order.Compare(info.Path, until) >= 0)
                yield break;
            yield return info;
        }
    }

    static List<string> PartitionPrefixes(Snapshot snapshot)
    {
        var mapping = ColumnMapping.Of(snapshot);
        var columns = snapshot.Schema.Fields.Where(field => snapshot.Metadata.PartitionColumns.Contains(field.Name)).ToList();
        return [.. columns.SelectMany(field => new[] { field.Name, mapping.PhysicalName(field) }).Distinct().Select(name => name + "=")];
    }
}
