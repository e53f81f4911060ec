using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Columns;

/// <summary>
/// A column whose rows hold any number of items of other columns. The items of a row are set first, from <see cref="NextItem"/> on; items of
/// which no row was made are of no account.
/// </summary>
abstract class NestedColumn(string name) : Column(name)
{
    PinnedArray<Extent> _items;
    int _used;

    /// <summary>Where the next item goes.</summary>
    public int NextItem { get; private set; }

    public override long UsedBytes => _used * 8L;

    /// <summary>Where a row's items stand.</summary>
    public Extent ItemsOf(int row) => _items[row];

    /// <summary>Makes a row of the items that were set from <see cref="NextItem"/> on.</summary>
    public void SetItems(int row, int count)
    {
        _items.Fit(row, 1024);
        _items[row] = new Extent(NextItem, count);
        NextItem += count;
        _used = row + 1;
        Mark(row);
    }

    public override void Clear()
    {
        base.Clear();
        (NextItem, _used) = (0, 0);
    }

    /// <summary>The offsets of the rows' items, and the items themselves in order.</summary>
    protected static ArrowBuffer Select(
        ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, GatherScratch scratch, out ReadOnlySpan<RowRef> selected)
    {
        var memory = scratch.Offsets(order.Length);
        var offsets = GatherScratch.As<int>(memory);
        offsets[0] = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var (source, row) = order[i];
            offsets[i + 1] = offsets[i] + (sources[source].Has(row) ? ((NestedColumn)sources[source])._items[row].Count : 0);
        }

        var items = scratch.Items(offsets[order.Length]);
        for (var i = 0; i < order.Length; i++)
            for (var item = 0; item < offsets[i + 1] - offsets[i]; item++)
                items[offsets[i] + item] = new RowRef(order[i].Source, ((NestedColumn)sources[order[i].Source])._items[order[i].Row].Start + item);
        selected = items;
        return new ArrowBuffer(memory);
    }

    /// <summary>The type that texts within lists and maps are gathered as: codes where they repeat.</summary>
    protected static IArrowType TextType(Column[] inner, FieldRule? rule, bool hasKeys = false) =>
        TextColumn.HasCodes(inner) && !(hasKeys && rule is not null) ? TextColumn.Codes : StringType.Default;

    protected static Column[] Inner(ReadOnlySpan<Column> sources, Func<Column, Column> inner)
    {
        var columns = new Column[sources.Length];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = inner(sources[i]);
        return columns;
    }
}

/// <summary>Where the items of a row stand.</summary>
readonly record struct Extent(int Start, int Count);

/// <summary>Lists of texts or of integers.</summary>
sealed class ListColumn(string name, Column items) : NestedColumn(name)
{
    /// <summary>The items of all rows.</summary>
    public Column Items { get; } = items;

    public override IArrowType Type { get; } = new ListType(new Field("element", items.Type, nullable: true));

    /// <summary>The type that rows of these columns are gathered as.</summary>
    public static ListType TypeOf(ReadOnlySpan<Column> sources, FieldRule? rule)
    {
        var inner = Inner(sources, static column => ((ListColumn)column).Items);
        return new ListType(new Field("element", inner[0] is TextColumn ? TextType(inner, rule) : inner[0].Type, nullable: true));
    }

    public override long UsedBytes => base.UsedBytes + Items.UsedBytes;

    public override void Clear()
    {
        base.Clear();
        Items.Clear();
    }

    public override Gathered Gather(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, FieldRule? rule, GatherScratch scratch)
    {
        var offsets = Select(sources, order, scratch, out var items);
        var inner = Inner(sources, static column => ((ListColumn)column).Items);
        var values = Items.Gather(inner, items, rule, scratch.First);
        var (bits, nulls) = Validity(sources, order, scratch);
        return new Gathered(new ListArray(TypeOf(sources, rule), order.Length, offsets, values.Values, bits, nulls), NoBounds(nulls));
    }
}

/// <summary>Maps of text to text.</summary>
sealed class MapColumn(string name) : NestedColumn(name)
{
    static readonly Field KeyField = new("key", StringType.Default, nullable: false);
    static readonly Field ValueField = new("value", StringType.Default, nullable: true);
    static readonly MapType Texts = new(KeyField, ValueField);

    /// <summary>The keys of all rows.</summary>
    public TextColumn Keys { get; } = new("key");

    /// <summary>The values of all rows.</summary>
    public TextColumn Values { get; } = new("value");

    public override IArrowType Type => Texts;

    /// <summary>The type that rows of these columns are gathered as.</summary>
    public static MapType TypeOf(ReadOnlySpan<Column> sources, FieldRule? rule) => new(
        new Field("key", TextType(Inner(sources, static column => ((MapColumn)column).Keys), null), nullable: false),
        new Field("value", TextType(Inner(sources, static column => ((MapColumn)column).Values), rule, hasKeys: true), nullable: true));

    public override long UsedBytes => base.UsedBytes + Keys.UsedBytes + Values.UsedBytes;

    public override void Clear()
    {
        base.Clear();
        Keys.Clear();
        Values.Clear();
    }

    public override Gathered Gather(ReadOnlySpan<Column> sources, ReadOnlySpan<RowRef> order, FieldRule? rule, GatherScratch scratch)
    {
        var offsets = Select(sources, order, scratch, out var items);
        var keySources = Inner(sources, static column => ((MapColumn)column).Keys);
        var valueSources = Inner(sources, static column => ((MapColumn)column).Values);
        var keys = keySources[0].Gather(keySources, items, null, scratch.First);
        var values = rule is null
            ? valueSources[0].Gather(valueSources, items, null, scratch.Second)
            : TextColumn.GatherPlain(valueSources, items, rule, scratch.Second, keySources);
        var type = TypeOf(sources, rule);
        var (bits, nulls) = Validity(sources, order, scratch);
        var entries = new StructArray(new StructType([type.KeyField, type.ValueField]), items.Length, [keys.Values, values.Values], ArrowBuffer.Empty, nullCount: 0);
        return new Gathered(new MapArray(type, order.Length, offsets, entries, bits, nulls), NoBounds(nulls));
    }
}
