using Varve.Delta.Actions;
using Varve.Delta.Scan;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Index;

/// <summary>Writes the index files of data files that are in a table already.</summary>
public sealed class FileIndexWriter
{
    readonly IObjectStore _store;
    readonly string _root;
    readonly TableScan _scan;
    readonly FileIndexLimits _limits;

    /// <param name="store">The store of the table.</param>
    /// <param name="root">The table's folder in it.</param>
    /// <param name="snapshot">The version whose files are read.</param>
    /// <param name="columns">The columns to index: texts that the table is not partitioned by.</param>
    /// <param name="limits">Its bounds; the default ones when null.</param>
    /// <exception cref="VarveException">A column is not there or no text, there are too many, or the table maps its columns.</exception>
    public FileIndexWriter(IObjectStore store, string root, Snapshot snapshot, IReadOnlyList<string> columns, FileIndexLimits? limits = null)
    {
        (_store, _root, _limits) = (store, root, limits ?? new FileIndexLimits());
        // An index file knows columns by their names, which mapping can give to another column later.
        if (snapshot.Metadata.Configuration.TryGetValue("delta.columnMapping.mode", out var mode) && mode != "none")
            throw new VarveException(FaultKind.Invalid, $"The table {root} maps its columns (delta.columnMapping.mode is '{mode}'); this version indexes no such tables.");
        if (columns.Count > _limits.ColumnsMax)
            throw new VarveException(FaultKind.LimitExceeded, $"{columns.Count} columns of {root} are to be indexed; {_limits.ColumnsMax} are the most. Name fewer.");
        foreach (var name in columns)
            if (snapshot.Schema.Fields.FirstOrDefault(field => field.Name == name) is not { } field || field.Type != DeltaType.String
                || snapshot.Metadata.PartitionColumns.Contains(name))
                throw new VarveException(
                    FaultKind.Invalid, $"{name} of {root} cannot be indexed: name columns of texts, by which the table is not partitioned, as the table writes them.");
        _scan = new TableScan(store, root, snapshot, columns);
    }

    /// <summary>Writes the index file of a live file of the snapshot and gives its size; null when there is one, or the file does not lie in the table's folder.</summary>
    /// <param name="key">The path of the data file, decoded.</param>
    /// <param name="file">Its add action.</param>
    /// <param name="replaces">Writes it also when there is one.</param>
    /// <param name="cancellationToken">Stops before it is written.</param>
    /// <exception cref="VarveException">The file is missing or damaged, or the store does not answer.</exception>
    public async Task<int?> WriteAsync(string key, AddFile file, bool replaces, CancellationToken cancellationToken)
    {
        if (FileIndexPath.Of(key) is not { } relative)
            return null;
        var path = StorePath.Join(_root, relative);
        if (!replaces && await _store.HeadAsync(path, cancellationToken) is not null)
            return null;
        using var builder = new FileIndexBuilder(_limits);
        foreach (var field in _scan.Columns.Fields)
            builder.AddColumn(field.Name);
        // Rows that are deleted now are live in older versions, which have the same index file.
        await foreach (var batch in _scan.ReadFileAsync(file with { DeletionVector = null }, cancellationToken))
            using (batch)
                for (var column = 0; column < batch.ColumnCount; column++)
                    builder.Add(_scan.Columns.Fields[column].Name, batch.Column(column));
        var content = builder.Build(key, file.Size);
        await _store.PutAsync(path, content, cancellationToken);
        return content.Length;
    }
}
