using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Files;
using Varve.Ingest.Columns;
using Varve.Ingest.Settings;
using Column = Varve.Ingest.Columns.Column;

namespace Varve.Ingest.Records;

/// <summary>A data file that is ready to be stored.</summary>
/// <param name="Add">Its add action; the path is relative to the table's root.</param>
/// <param name="Content">Its bytes.</param>
sealed record DataFile(AddFile Add, ReadOnlyMemory<byte> Content);

/// <summary>Turns buffered records into Parquet files: one for each UTC day, sorted by timestamp, whatever buffers they come from.</summary>
// HOT PATH: bench/Varve.Load ingest.
sealed class DataFiles(IReadOnlyList<RecordBuffer> buffers, IngestSettings settings, TimeProvider clock)
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
        var sources = Enumerable.Range(0, buffers[0].Columns.Length).Select(index => buffers.Select(buffer => buffer.Columns[index]).ToArray()).ToArray();
        var rules = sources.Select(source => _dataset.Find(source[0].Name) is { } field && field.Name == source[0].Name ? settings.RuleOf(field) : null).ToArray();
        var wanted = TableSchemas.StatisticsColumns(_dataset).ToHashSet();
        var statistics = new Dictionary<string, ColumnStatistics>();
        var sizeHint = (int)Math.Min(1 << 28, (buffers.Sum(buffer => buffer.LineBytes) * rows.Length / rowsInAll / SizeHintDivisor) + (64 << 10));
        using var writer = new ColumnFileWriter(SchemaOf(sources, rules), [.. sources.Select(EncodingOf)], sizeHint);
        for (var start = 0; start < rows.Length; start += ParquetFile.RowGroupRows)
        {
            var group = rows.Slice(start, Math.Min(ParquetFile.RowGroupRows, rows.Length - start));
            writer.BeginRowGroup();
            for (var index = 0; index < sources.Length; index++)
            {
                var column = rules[index] is { Drops: true } || !HasValues(sources[index])
                    ? new Gathered(NullArrays.Of(sources[index][0].Type, group.Length, _scratch), Column.NoBounds(group.Length))
                    : sources[index][0].Gather(sources[index], group, rules[index], _scratch);
                writer.Write(column.Values);
                var name = sources[index][0].Name;
                if (wanted.Contains(name))
                    statistics[name] = start == 0 ? column.Statistics : Join(statistics[name], column.Statistics);
            }
        }

        return Describe(writer.Complete(), day, new FileStatistics(rows.Length, statistics));
    }

    DataFile Describe(ReadOnlyMemory<byte> content, long day, FileStatistics statistics)
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
        };
        return new DataFile(add, content);
    }

    static Apache.Arrow.Schema SchemaOf(Column[][] sources, FieldRule?[] rules)
    {
        var fields = sources.Select((source, index) => new Field(source[0].Name, TypeOf(source, rules[index]), nullable: true));
        return new Apache.Arrow.Schema(fields, null);
    }

    /// <summary>Texts that repeat are written from codes: the writer need not look for them again.</summary>
    static IArrowType TypeOf(Column[] source, FieldRule? rule) =>
        source[0] is TextColumn && rule is not { Drops: true } && HasValues(source) && TextColumn.HasCodes(source)
            ? new DictionaryType(Int32Type.Default, StringType.Default, ordered: false)
            : source[0].Type;

    ColumnEncoding EncodingOf(Column[] source)
    {
        if (source[0].Name == _dataset.TimestampField.Name)
            return ColumnEncoding.Delta;
        return source[0] is TextColumn && !TextColumn.HasCodes(source) && TextColumn.AreUnique(source) ? ColumnEncoding.Plain : ColumnEncoding.Dictionary;
    }

    static bool HasValues(Column[] source) => source.Any(column => column.HasValues);

    static ColumnStatistics Join(ColumnStatistics one, ColumnStatistics other)
    {
        var nulls = one.NullCount + other.NullCount;
        if (one.Min is null || other.Min is null)
            // A group of nulls alone has no bounds and moves none; where bounds are unknown they stay so.
            return new ColumnStatistics(null, null, nulls);
        return new ColumnStatistics(Least(one.Min, other.Min, -1), Least(one.Max!, other.Max!, 1), nulls);
    }

    static object Least(object one, object other, int sign) =>
        (one is string text ? StringComparer.Ordinal.Compare(text, (string)other) : Comparer<object>.Default.Compare(one, other)) * sign < 0 ? other : one;
}
