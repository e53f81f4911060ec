using Apache.Arrow.Types;
using Varve.Datasets;
using Varve.Delta.Files;
using Varve.Ingest.Columns;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Records;

/// <summary>A column of a file: where its values come from, and how they are written.</summary>
/// <param name="Sources">The column in each buffer.</param>
/// <param name="Rule">What becomes of the values; null: they stay.</param>
/// <param name="Encoding">How they are encoded.</param>
/// <param name="Type">Their Arrow type.</param>
/// <param name="IsFull">True when every row has one.</param>
sealed record FileColumn(Column[] Sources, FieldRule? Rule, ColumnEncoding Encoding, IArrowType Type, bool IsFull)
{
    public string Name => Sources[0].Name;

    /// <summary>The column of this index; null when no row has a value for it, or none is kept.</summary>
    public static FileColumn? Of(IReadOnlyList<RecordBuffer> buffers, int index, Dataset dataset, IngestSettings settings)
    {
        var sources = buffers.Select(buffer => buffer.Columns[index]).ToArray();
        var rule = index < dataset.Fields.Count ? settings.RuleOf(dataset.Fields[index]) : null;
        if (rule is { Drops: true } || !sources.Any(source => source.HasValues))
            return null;
        var isFull = buffers.All(buffer => buffer.Columns[index].IsFull(buffer.Rows));
        // Texts that repeat are written from codes: the writer need not look for them again.
        return sources[0] switch
        {
            TextColumn when TextColumn.HasCodes(sources) => new FileColumn(sources, rule, ColumnEncoding.Codes, TextColumn.Codes, isFull),
            ListColumn => new FileColumn(sources, rule, ColumnEncoding.Dictionary, ListColumn.TypeOf(sources, rule), isFull),
            MapColumn => new FileColumn(sources, rule, ColumnEncoding.Dictionary, MapColumn.TypeOf(sources, rule), isFull),
            _ => new FileColumn(sources, rule, EncodingOf(sources, buffers, index == buffers[0].TimestampColumn), sources[0].Type, isFull),
        };
    }

    static ColumnEncoding EncodingOf(Column[] sources, IReadOnlyList<RecordBuffer> buffers, bool isSortKey) => sources[0] switch
    {
        TimestampColumn when isSortKey => ColumnEncoding.Delta,
        FixedColumn<long> when Sample.HardlyRepeats(sources, buffers) => ColumnEncoding.Delta,
        FixedColumn<double> when Sample.HardlyRepeats(sources, buffers) => ColumnEncoding.Plain,
        TextColumn when TextColumn.AreUnique(sources) => ColumnEncoding.Plain,
        _ => ColumnEncoding.Dictionary,
    };
}
