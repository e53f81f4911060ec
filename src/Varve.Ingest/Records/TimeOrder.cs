using Varve.Ingest.Columns;

namespace Varve.Ingest.Records;

/// <summary>The rows of several buffers in the order of time, and where each UTC day begins. Rows of one instant keep their order of arrival.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Days">The days since 1970, each with its first row and the number of its rows.</param>
sealed record TimeOrder(RowRef[] Rows, IReadOnlyList<(long Day, int Start, int Count)> Days)
{
    const long MicrosecondsPerDay = 86_400_000_000;

    public static TimeOrder Of(IReadOnlyList<RecordBuffer> buffers)
    {
        var count = buffers.Sum(buffer => buffer.Rows);
        var (times, rows) = (new long[count], new RowRef[count]);
        var isSorted = true;
        var next = 0;
        for (var source = 0; source < buffers.Count; source++)
            for (var row = 0; row < buffers[source].Rows; row++, next++)
            {
                times[next] = buffers[source].TimestampOf(row);
                rows[next] = new RowRef(source, row);
                isSorted &= next == 0 || times[next - 1] <= times[next];
            }

        if (!isSorted)
            Sort(times, rows);
        return new TimeOrder(rows, DaysOf(times));
    }

    static void Sort(long[] times, RowRef[] rows)
    {
        var order = new (long Time, int Place)[times.Length];
        for (var place = 0; place < order.Length; place++)
            order[place] = (times[place], place);
        System.Array.Sort(order, static (a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.Place.CompareTo(b.Place));
        var before = (RowRef[])rows.Clone();
        for (var place = 0; place < order.Length; place++)
            (times[place], rows[place]) = (order[place].Time, before[order[place].Place]);
    }

    static List<(long Day, int Start, int Count)> DaysOf(long[] times)
    {
        var days = new List<(long, int, int)>();
        for (var start = 0; start < times.Length;)
        {
            var day = DayOf(times[start]);
            var end = start + 1;
            while (end < times.Length && DayOf(times[end]) == day)
                end++;
            days.Add((day, start, end - start));
            start = end;
        }

        return days;
    }

    static long DayOf(long microseconds) => (microseconds >= 0 ? microseconds : microseconds - MicrosecondsPerDay + 1) / MicrosecondsPerDay;
}
