using Apache.Arrow;
using Varve.Delta.Files;
using Varve.Delta.Index;

namespace Varve.Maintenance.Merging;

/// <summary>A file that a merge has made.</summary>
/// <param name="Level">The level of its rows; null when they are not split.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Statistics">Its statistics.</param>
/// <param name="RowHash">The hash of its rows; see <see cref="RowHashes"/>.</param>
/// <param name="Index">Makes its side index; whoever takes the file disposes of it.</param>
sealed record MergedFile(byte? Level, ReadOnlyMemory<byte> Content, FileStatistics Statistics, UInt128 RowHash, FileIndexBuilder Index) : IDisposable
{
    public long Rows => Statistics.NumRecords!.Value;

    public void Dispose() => Index.Dispose();
}

/// <summary>A file on its way: groups of rows, column after column.</summary>
sealed class OutputFile : IDisposable
{
    readonly IReadOnlyList<MergeColumn> _columns;
    readonly ColumnFileWriter _writer;
    readonly FileIndexBuilder _index = new();
    readonly ColumnStatistics?[] _statistics;
    long _rows;
    int _groupRows;
    UInt128[] _groupSums = [];
    UInt128 _rowHash;
    bool _isTaken;

    public OutputFile(IReadOnlyList<MergeColumn> columns, long sizeHint)
    {
        (_columns, _statistics) = (columns, new ColumnStatistics?[columns.Count]);
        var schema = new Apache.Arrow.Schema(columns.Select(column => new Field(column.Name, column.Type, nullable: true)), null);
        _writer = new ColumnFileWriter(schema, [.. columns.Select(column => column.Encoding)], (int)Math.Min(sizeHint, int.MaxValue / 4));
        foreach (var column in columns.Where(column => column.IsIndexed))
            _index.AddColumn(column.Name);
    }

    /// <summary>Bytes of the groups that are complete.</summary>
    public long Bytes => _writer.WrittenBytes;

    public void BeginGroup(int rows)
    {
        EndGroup();
        _groupRows = rows;
        _groupSums = new UInt128[rows];
        _writer.BeginRowGroup();
    }

    /// <summary>Writes the next column of the group.</summary>
    public void Write(int column, IArrowArray values)
    {
        _writer.Write(values);
        RowHashes.Add(_columns[column].Name, values, _groupSums);
        if (_columns[column].IsIndexed)
            _index.Add(_columns[column].Name, values);
        if (!_columns[column].HasStatistics)
            return;
        var statistics = Bounds.Of(values);
        _statistics[column] = _statistics[column] is { } known ? ColumnStatistics.Join(known, statistics, _rows, _groupRows) : statistics;
    }

    public MergedFile Complete(byte? level)
    {
        EndGroup();
        var statistics = new Dictionary<string, ColumnStatistics>();
        for (var column = 0; column < _columns.Count; column++)
            if (_statistics[column] is { } known)
                statistics[_columns[column].Name] = known;
        var file = new MergedFile(level, _writer.Complete(), new FileStatistics(_rows, statistics), _rowHash, _index);
        _isTaken = true;
        return file;
    }

    void EndGroup()
    {
        _rowHash += RowHashes.Sum(_groupSums);
        _rows += _groupRows;
        (_groupRows, _groupSums) = (0, []);
    }

    public void Dispose()
    {
        _writer.Dispose();
        if (!_isTaken)
            _index.Dispose();
    }
}
