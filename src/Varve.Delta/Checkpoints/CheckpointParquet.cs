using Apache.Arrow;
using ParquetSharp.Arrow;
using Varve.Delta.Files;

namespace Varve.Delta.Checkpoints;

/// <summary>
/// One Parquet file of a checkpoint, open for reading: which row groups have which kinds of actions, and the columns of one kind. Only the columns
/// that are asked for are decoded.
/// </summary>
sealed class CheckpointParquet : IDisposable
{
    /// <summary>Rows of a batch. An action that is decoded alone costs the decoding of its row group once.</summary>
    public const int BatchRows = 65_536;

    readonly FileReader _reader;
    readonly List<(int Leaf, string Path)> _leaves = [];

    public CheckpointParquet(byte[] content)
        : this(new MemoryStream(content, writable: false))
    {
    }

    public CheckpointParquet(Stream content)
    {
        using var properties = ParquetFile.ReaderProperties();
        properties.CoerceInt96TimestampUnit = Apache.Arrow.Types.TimeUnit.Microsecond;
        properties.BatchSize = BatchRows;
        _reader = new FileReader(content, arrowProperties: properties, leaveOpen: true);
        var schema = _reader.ParquetReader.FileMetaData.Schema;
        for (var leaf = 0; leaf < schema.NumColumns; leaf++)
            _leaves.Add((leaf, schema.Column(leaf).Path.ToDotString()));
    }

    public int RowGroups => _reader.NumRowGroups;

    public long RowsOf(int rowGroup)
    {
        using var group = _reader.ParquetReader.RowGroup(rowGroup);
        return group.MetaData.NumRows;
    }

    /// <summary>True unless the footer tells that no row of the group has an action of this kind.</summary>
    /// <param name="rowGroup">The group.</param>
    /// <param name="witness">A leaf that every action of the kind has, such as <c>add.path</c>.</param>
    public bool MayHave(int rowGroup, string witness) => Nulls(rowGroup, witness) is var (nulls, rows) && nulls != rows;

    /// <summary>True when the footer tells that every row of the group has an action of this kind.</summary>
    public bool AllHave(int rowGroup, string witness) => Nulls(rowGroup, witness) is (0, _);

    /// <summary>Nulls of a leaf, or null when the footer does not tell, and rows of the group. Null when the file does not have the leaf.</summary>
    (long? Nulls, long Rows)? Nulls(int rowGroup, string leaf)
    {
        var index = _leaves.FindIndex(candidate => candidate.Path == leaf);
        if (index < 0)
            return null;
        using var group = _reader.ParquetReader.RowGroup(rowGroup);
        using var chunk = group.MetaData.GetColumnChunkMetaData(_leaves[index].Leaf);
        using var statistics = chunk.IsStatsSet ? chunk.Statistics : null;
        return (statistics?.NullCount, group.MetaData.NumRows);
    }

    /// <summary>The batches of a row group with the leaves whose path starts with one of these; the caller disposes of each.</summary>
    public IEnumerable<RecordBatch> Read(int rowGroup, params string[] prefixes)
    {
        var columns = _leaves.Where(leaf => prefixes.Any(prefix => IsUnder(leaf.Path, prefix))).Select(leaf => leaf.Leaf).ToArray();
        if (columns.Length == 0)
            yield break;
        using var batches = _reader.GetRecordBatchReader([rowGroup], columns);
        while (ParquetFile.ReadNext(batches) is { } batch)
            yield return batch;
    }

    public void Dispose() => _reader.Dispose();

    static bool IsUnder(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '.');
}
