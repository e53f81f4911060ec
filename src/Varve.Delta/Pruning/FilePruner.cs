using Varve.Delta.Actions;

namespace Varve.Delta.Pruning;

/// <summary>
/// Judges files by their partition values and statistics: a file is left out only when these prove that none of its rows matches.
/// Not safe to use from several threads at once.
/// </summary>
public sealed class FilePruner
{
    readonly Snapshot _snapshot;
    readonly BoundPredicate _predicate;
    readonly FileTruth _truth;
    readonly LoggedFacts _facts;

    /// <param name="snapshot">The version whose files are judged.</param>
    /// <param name="predicate">The condition.</param>
    /// <param name="trustsWriter">
    /// True when the files are known to be Varve's: a column with NaN has no bounds, and counts of nulls are right. Of other writers that is
    /// not known: <c>x &gt; 5</c> keeps every file of a column of floating point numbers, and <c>x IS NULL</c> every file that is not all null.
    /// </param>
    /// <exception cref="Varve.Storage.VarveException">The predicate names a column that is not there, or a value of another kind.</exception>
    public FilePruner(Snapshot snapshot, Predicate predicate, bool trustsWriter = false)
    {
        _snapshot = snapshot;
        _predicate = BoundPredicate.Of(predicate, snapshot);
        (_truth, _facts) = (new FileTruth(_predicate, trustsWriter), new LoggedFacts(_predicate.Columns));
    }

    /// <summary>Judges all files of the snapshot. Only of those that are kept the add action is made.</summary>
    public ScanPlan Plan()
    {
        var kept = new List<PlannedFile>();
        var facts = new SegmentFacts(_predicate.Columns);
        foreach (var (segment, row) in _snapshot.Files.Rows(facts.Begin))
        {
            facts.Load(row);
            var deleted = segment.VectorAt(row) is null ? 0 : segment.Actions.ReadAdd(row).DeletionVector?.Cardinality ?? 0;
            if (Judge(facts, deleted) is { IsKept: true } verdict)
                kept.Add(new PlannedFile(segment.KeyAt(row), segment.Actions.ReadAdd(row), verdict));
        }

        return new ScanPlan(_snapshot.Files.Count, kept);
    }

    /// <summary>Judges one file of the snapshot.</summary>
    public FileVerdict Judge(AddFile file)
    {
        _facts.Load(file);
        return Judge(_facts, file.DeletionVector?.Cardinality ?? 0);
    }

    /// <summary>Judges a file by facts that are at hand.</summary>
    /// <param name="facts">The facts; columns are those of the predicate.</param>
    /// <param name="deletedRows">Rows that its deletion vector leaves out.</param>
    internal FileVerdict Judge(IFileFacts facts, long deletedRows)
    {
        var truths = _truth.Of(facts);
        if (!truths.HasFlag(Truths.True))
            return default;
        var rows = facts.NumRecords - deletedRows;
        if (rows == 0)
            return default;
        if (truths == Truths.True)
            return new FileVerdict(IsKept: true, KeepReason.AllMatch, null, rows > 0 ? rows : null);
        return _truth.Obstacle is var (column, reason)
            ? new FileVerdict(IsKept: true, reason, _predicate.Columns[column].Path, null)
            : new FileVerdict(IsKept: true, KeepReason.MayMatch, null, null);
    }
}
