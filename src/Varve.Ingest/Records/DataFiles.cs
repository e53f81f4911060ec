using System.Globalization;
using Apache.Arrow;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Files;

namespace Varve.Ingest.Records;

/// <summary>A data file that is ready to be stored.</summary>
/// <param name="Add">Its add action; the path is relative to the table's root.</param>
/// <param name="Content">Its bytes.</param>
sealed record DataFile(AddFile Add, byte[] Content);

/// <summary>Turns buffered records into Parquet files: one for each UTC day, sorted by timestamp.</summary>
static class DataFiles
{
    const long MicrosecondsPerDay = 86_400_000_000;

    public static IEnumerable<DataFile> Write(RecordBuffer records, Dataset dataset, DateTimeOffset now)
    {
        var order = InTimeOrder(records.Timestamps);
        for (var start = 0; start < order.Length;)
        {
            var day = DayOf(records.Timestamps[order[start]]);
            var end = start + 1;
            while (end < order.Length && DayOf(records.Timestamps[order[end]]) == day)
                end++;
            yield return WriteDay(records, dataset, order.AsSpan(start, end - start), day, now);
            start = end;
        }
    }

    static DataFile WriteDay(RecordBuffer records, Dataset dataset, ReadOnlySpan<int> rows, long day, DateTimeOffset now)
    {
        var statisticsColumns = TableSchemas.StatisticsColumns(dataset).ToHashSet();
        var fields = new List<Field>();
        var arrays = new List<IArrowArray>();
        var statistics = new Dictionary<string, ColumnStatistics>();
        foreach (var column in records.Columns)
        {
            fields.Add(column.Field);
            arrays.Add(column.Gather(rows));
            if (statisticsColumns.Contains(column.Name))
                statistics[column.Name] = column.Statistics(rows);
        }

        using var batch = new RecordBatch(new Apache.Arrow.Schema(fields, null), arrays, rows.Length);
        var content = ParquetFile.Write([batch]);
        var date = DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var path = $"{TableLayout.DateColumn}={date}/{TableLayout.LevelColumnOf(dataset)}=__HIVE_DEFAULT_PARTITION__/part-{Guid.CreateVersion7(now):N}.parquet";
        var add = new AddFile
        {
            Path = TablePath.Encode(path),
            PartitionValues = new Dictionary<string, string?> { [TableLayout.DateColumn] = date, [TableLayout.LevelColumnOf(dataset)] = null },
            Size = content.Length,
            ModificationTime = now.ToUnixTimeMilliseconds(),
            DataChange = true,
            Stats = new FileStatistics(rows.Length, statistics).ToJson(),
        };
        return new DataFile(add, content);
    }

    static int[] InTimeOrder(ReadOnlySpan<long> timestamps)
    {
        var order = new int[timestamps.Length];
        var sorted = true;
        for (var row = 0; row < order.Length; row++)
        {
            order[row] = row;
            sorted &= row == 0 || timestamps[row - 1] <= timestamps[row];
        }

        if (sorted)
            return order;
        // Rows of one instant keep their order of arrival.
        var keys = timestamps.ToArray();
        System.Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        return order;
    }

    static long DayOf(long microseconds) => (long)Math.Floor(microseconds / (double)MicrosecondsPerDay);
}
