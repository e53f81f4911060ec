using Varve.Delta.Actions;

namespace Varve.Delta.Pruning;

/// <summary>
/// Reads the number of rows and the bounds of some columns out of the log, file after file. Columns that the table does not have are unknown.
/// Not safe to use from several threads at once.
/// </summary>
public sealed class FileFigures
{
    readonly Snapshot _snapshot;
    readonly List<PredicateColumn> _columns = [];
    readonly int[] _indexes;
    readonly LoggedFacts _logged;
    readonly SegmentFacts _held;
    IFileFacts _facts;
    Columns.FileSegment? _begun;

    /// <param name="snapshot">The version whose files are read.</param>
    /// <param name="columns">The columns whose bounds are wanted.</param>
    public FileFigures(Snapshot snapshot, params IReadOnlyList<ColumnPath> columns)
    {
        _indexes = new int[columns.Count];
        for (var index = 0; index < columns.Count; index++)
        {
            _indexes[index] = -1;
            if (PredicateColumn.Resolve(columns[index], snapshot.Schema) is not { } fields)
                continue;
            _indexes[index] = _columns.Count;
            _columns.Add(PredicateColumn.Of(fields, Scan.ColumnMapping.Of(snapshot), snapshot.Metadata.PartitionColumns));
        }

        (_snapshot, _held) = (snapshot, new SegmentFacts(_columns));
        _facts = _logged = new LoggedFacts(_columns);
    }

    /// <summary>Size in bytes of the file that was loaded last.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Rows of the file that was loaded last, deleted ones too; null when the log does not tell.</summary>
    public long? Rows => _facts.NumRecords;

    /// <summary>Goes on to another file of the snapshot.</summary>
    public void Load(AddFile file)
    {
        _logged.Load(file);
        (_facts, SizeBytes) = (_logged, file.Size);
    }

    /// <summary>Goes on to a file of a plan over the snapshot, without making its add action.</summary>
    public void Load(PlannedFile file)
    {
        var (segment, row) = file.Place;
        if (segment != _begun)
            _held.Begin(_begun = segment);
        _held.Load(row);
        (_facts, SizeBytes) = (_held, segment.Sizes[row]);
    }

    /// <summary>Goes over all files of the snapshot, in no special order, without making their add actions.</summary>
    public IEnumerable<FileFigures> All()
    {
        foreach (var (segment, row) in _snapshot.Files.Rows(_held.Begin))
        {
            _held.Load(row);
            (_facts, SizeBytes) = (_held, segment.Sizes[row]);
            yield return this;
        }
    }

    /// <summary>False when the log tells that the column has a value in every row of the file that was loaded last.</summary>
    /// <param name="column">The position of the column among those of the constructor.</param>
    public bool MayHaveNulls(int column) =>
        _indexes[column] is not (>= 0 and var index) || BoundsOf(index).Nulls != Nulls.None;

    /// <summary>No value of the column in the file that was loaded last is less or greater; null when the log does not tell.</summary>
    /// <param name="column">The position of the column among those of the constructor.</param>
    public (DeltaValue? Min, DeltaValue? Max) Range(int column)
    {
        if (_indexes[column] is not (>= 0 and var index))
            return (null, null);
        var bounds = BoundsOf(index);
        return (bounds.Min, bounds.Max);
    }

    ColumnBounds BoundsOf(int index) => _columns[index].IsPartition ? _facts.PartitionValue(index) : _facts.Bounds(index);
}
