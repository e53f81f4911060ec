using System.Globalization;
using Apache.Arrow;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Files;
using Varve.Delta.Index;
using Varve.Ingest.Columns;
using Varve.Ingest.Settings;
using Column = Varve.Ingest.Columns.Column;

namespace Varve.Ingest.Records;

/// <summary>A data file that is ready to be stored.</summary>
/// <param name="Add">Its add action; the path is relative to the table's root.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Index">The bytes of its side index; null when it gets none.</param>
sealed record DataFile(AddFile Add, ReadOnlyMemory<byte> Content, byte[]? Index);

/// <summary>Turns buffered records into Parquet files: one for each UTC day, sorted by timestamp, whatever buffers they come from.</summary>
// HOT PATH: bench/Varve.Load ingest.
sealed class DataFiles(IReadOnlyList<RecordBuffer> buffers, IngestSettings settings, TimeProvider clock, int indexedFileBytesMin = 0)
{
    const int SizeHintDivisor = 16;

    readonly Dataset _dataset = buffers[0].Dataset;
    readonly GatherScratch _scratch = new();

    public IEnumerable<DataFile> Write()
    {
        var order = TimeOrder.Of(buffers);
        foreach (var (day, start, count) in order.Days)
            yield return WriteDay(order.Rows.AsSpan(start, count), day, order.Rows.Length);
    }

    DataFile WriteDay(ReadOnlySpan<RowRef> rows, long day, int rowsInAll)
    {
        var wanted = TableSchemas.StatisticsColumns(_dataset).ToHashSet();
        using var index = NewIndex();
        var unset = Column.NoBounds(rows.Length);
        var statistics = wanted.ToDictionary(name => name, _ => unset);
        var columns = new List<FileColumn>();
        for (var number = 0; number < buffers[0].Columns.Length; number++)
            // What no row has a value for is left out of the file: a column that a file lacks is null in all of its rows.
            if (FileColumn.Of(buffers, number, _dataset, settings) is { } column)
                columns.Add(column);
        var schema = new Apache.Arrow.Schema(columns.Select(column => new Field(column.Name, column.Type, nullable: true)), null);
        var sizeHint = (int)Math.Min(1 << 28, (buffers.Sum(buffer => buffer.LineBytes) * rows.Length / rowsInAll / SizeHintDivisor) + (64 << 10));
        using var writer = new ColumnFileWriter(schema, [.. columns.Select(column => column.Encoding)], sizeHint);
        for (var start = 0; start < rows.Length; start += ParquetFile.RowGroupRows)
        {
            var group = rows.Slice(start, Math.Min(ParquetFile.RowGroupRows, rows.Length - start));
            writer.BeginRowGroup();
            foreach (var column in columns)
            {
                _scratch.IsFull = column.IsFull;
                var gathered = column.Sources[0].Gather(column.Sources, group, column.Rule, _scratch);
                if (index.HasColumn(column.Name))
                    index.Add(column.Name, gathered.Values);
                writer.Write(gathered.Values);
                if (wanted.Contains(column.Name))
                    statistics[column.Name] = start == 0 ? gathered.Statistics : ColumnStatistics.Join(statistics[column.Name], gathered.Statistics, start, group.Length);
            }
        }

        return Describe(writer.Complete(), day, new FileStatistics(rows.Length, statistics), index);
    }

    FileIndexBuilder NewIndex()
    {
        var index = new FileIndexBuilder();
        foreach (var name in settings.IndexedFields(_dataset))
            index.AddColumn(name);
        return index;
    }

    DataFile Describe(ReadOnlyMemory<byte> content, long day, FileStatistics statistics, FileIndexBuilder index)
    {
        var now = clock.GetUtcNow();
        var date = DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var level = TableLayout.LevelColumnOf(_dataset);
        var path = $"{TableLayout.DateColumn}={date}/{level}=__HIVE_DEFAULT_PARTITION__/part-{Guid.CreateVersion7(now):N}.parquet";
        var add = new AddFile
        {
            Path = TablePath.Encode(path),
            PartitionValues = new Dictionary<string, string?> { [TableLayout.DateColumn] = date, [level] = null },
            Size = content.Length,
            ModificationTime = now.ToUnixTimeMilliseconds(),
            DataChange = true,
            Stats = statistics.ToJson(),
            Tags = new Dictionary<string, string?> { [FileDigest.Tag] = FileDigest.Of(content.Span) },
        };
        // A small file is read about as fast as its index would be.
        var hasIndex = content.Length >= indexedFileBytesMin && index.Columns.Any();
        return new DataFile(add, content, hasIndex ? index.Build(path, content.Length) : null);
    }
}
