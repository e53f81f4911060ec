using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Pruning;

namespace Varve.Query.Planning;

/// <summary>The times and the rows of files, as far as their statistics or their partitions tell.</summary>
sealed class FileTimes(Snapshot snapshot, string timestampColumn)
{
    const int Timestamp = 0;
    const int Date = 1;

    readonly FileFigures _figures = new(snapshot, new ColumnPath(timestampColumn), new ColumnPath(TableLayout.DateColumn));

    /// <summary>True when every row of the file that was asked for last has a timestamp, as the log tells.</summary>
    public bool HasAllTimes => !_figures.MayHaveNulls(Timestamp);

    /// <summary>The oldest and newest instant in a file of the snapshot.</summary>
    public (DateTimeOffset? Oldest, DateTimeOffset? Newest, long? Rows) Of(PlannedFile file)
    {
        _figures.Load(file);
        return Current();
    }

    /// <summary>The same of all files of the snapshot, and their sizes in bytes.</summary>
    public IEnumerable<(DateTimeOffset? Oldest, DateTimeOffset? Newest, long? Rows, long SizeBytes)> All()
    {
        foreach (var file in _figures.All())
        {
            var (oldest, newest, rows) = Current();
            yield return (oldest, newest, rows, file.SizeBytes);
        }
    }

    (DateTimeOffset? Oldest, DateTimeOffset? Newest, long? Rows) Current()
    {
        var (min, max) = _figures.Range(Timestamp);
        var (day, _) = _figures.Range(Date);
        // The partition is the day of the timestamp, so it bounds it.
        var midnight = day is { Kind: DeltaValueKind.Date } known ? known.Number * TimeSpan.MicrosecondsPerDay : (Int128?)null;
        var oldest = Instant(min is { Kind: DeltaValueKind.Timestamp } least ? least.Number : midnight);
        var newest = Instant(max is { Kind: DeltaValueKind.Timestamp } most ? most.Number : midnight + TimeSpan.MicrosecondsPerDay - 1);
        return (oldest, newest, _figures.Rows);
    }

    /// <summary>Null beyond the years 1 to 9999: bounds of old times are wide.</summary>
    static DateTimeOffset? Instant(Int128? microseconds)
    {
        var ticks = DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond);
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks ? new DateTimeOffset((long)ticks.Value, TimeSpan.Zero) : null;
    }
}
