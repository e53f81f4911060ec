using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Files;

namespace Varve.Ingest.Columns;

/// <summary>A column whose rows hold any number of items of other columns.</summary>
abstract class NestedColumn(string name) : ColumnBuffer(name)
{
    readonly List<int> _ends = [];

    /// <summary>Ends a row after its items were appended. Items of a row are appended first, then the row is ended.</summary>
    public void EndRow()
    {
        _ends.Add(ItemCount);
        Mark(valid: true);
    }

    public override void AppendNull()
    {
        _ends.Add(ItemCount);
        base.AppendNull();
    }

    public override ColumnStatistics Statistics(ReadOnlySpan<int> rows) => new(null, null, NullsIn(rows));

    protected abstract int ItemCount { get; }

    protected (ArrowBuffer Offsets, int[] Items) Select(ReadOnlySpan<int> rows)
    {
        var offsets = new int[rows.Length + 1];
        var items = new List<int>();
        for (var i = 0; i < rows.Length; i++)
        {
            var start = rows[i] == 0 ? 0 : _ends[rows[i] - 1];
            for (var item = start; item < _ends[rows[i]]; item++)
                items.Add(item);
            offsets[i + 1] = items.Count;
        }

        return (new ArrowBuffer(MemoryMarshal.AsBytes<int>(offsets).ToArray()), [.. items]);
    }
}

/// <summary>Lists of texts or of integers.</summary>
sealed class ListColumn(string name, ColumnBuffer items) : NestedColumn(name)
{
    /// <summary>The items of all rows.</summary>
    public ColumnBuffer Items { get; } = items;

    protected override int ItemCount => Items.Count;

    protected override IArrowType Type => new ListType(new Field("element", Items.Field.DataType, nullable: true));

    public override IArrowArray Gather(ReadOnlySpan<int> rows)
    {
        var (offsets, items) = Select(rows);
        var (bits, nulls) = Validity(rows);
        return new ListArray(Type, rows.Length, offsets, Items.Gather(items), bits, nulls);
    }
}

/// <summary>Maps of text to text.</summary>
sealed class MapColumn(string name) : NestedColumn(name)
{
    static readonly Field KeyField = new("key", StringType.Default, nullable: false);
    static readonly Field ValueField = new("value", StringType.Default, nullable: true);

    /// <summary>The keys of all rows.</summary>
    public Utf8Column Keys { get; } = new("key");

    /// <summary>The values of all rows.</summary>
    public Utf8Column Values { get; } = new("value");

    protected override int ItemCount => Keys.Count;

    protected override IArrowType Type => new MapType(KeyField, ValueField);

    public override IArrowArray Gather(ReadOnlySpan<int> rows)
    {
        var (offsets, items) = Select(rows);
        var (bits, nulls) = Validity(rows);
        var entries = new StructArray(
            new StructType([KeyField, ValueField]), items.Length, [Keys.Gather(items), Values.Gather(items)], ArrowBuffer.Empty, nullCount: 0);
        return new MapArray(new MapType(KeyField, ValueField), rows.Length, offsets, entries, bits, nulls);
    }
}
