using Varve.Delta.Columns;

namespace Varve.Delta.Pruning;

/// <summary>
/// The facts of files in columns. Partition values are read once for each partition of a segment; statistics are read when they are first asked for and
/// kept with the segment, for the next question.
/// </summary>
sealed class SegmentFacts(IReadOnlyList<PredicateColumn> columns) : IFileFacts
{
    readonly StatisticsReader _reader = new(columns);
    readonly BoundsColumn?[] _bounds = new BoundsColumn?[columns.Count];
    readonly ColumnBounds?[][] _partitions = new ColumnBounds?[columns.Count][];
    FileSegment? _segment;
    SegmentStatistics? _statistics;
    int _row;

    /// <inheritdoc/>
    public long? NumRecords
    {
        get
        {
            if (_statistics!.TryGetRecords(_row, out var records))
                return records;
            Read();
            return _reader.NumRecords;
        }
    }

    /// <summary>Goes on to another segment.</summary>
    public void Begin(FileSegment segment)
    {
        (_segment, _statistics) = (segment, segment.Statistics);
        for (var column = 0; column < columns.Count; column++)
            if (columns[column].IsPartition)
                _partitions[column] = new ColumnBounds?[segment.Partitions.Length];
            else
                _bounds[column] = _statistics.Column(columns[column]);
    }

    /// <summary>Goes on to another file of the segment.</summary>
    public void Load(int row) => _row = row;

    /// <inheritdoc/>
    public ColumnBounds PartitionValue(int column)
    {
        var tuple = _segment!.PartitionOf is null ? 0 : _segment.PartitionOf[_row];
        return _partitions[column][tuple] ??= LoggedFacts.PartitionValue(_segment.Partitions[tuple].Values, columns[column]);
    }

    /// <inheritdoc/>
    public ColumnBounds Bounds(int column)
    {
        if (!_bounds[column]!.IsFilled(_row))
            Read();
        return _bounds[column]![_row];
    }

    void Read()
    {
        _reader.Read(_segment!.Actions.ReadStats(_row) is { } text ? text.Span : []);
        _statistics!.SetRecords(_row, _reader.NumRecords);
        for (var column = 0; column < columns.Count; column++)
            _bounds[column]?.Fill(_row, _reader.Bounds(column));
    }
}
