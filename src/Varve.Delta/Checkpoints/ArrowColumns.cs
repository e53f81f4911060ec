using Apache.Arrow;
using Apache.Arrow.Types;

namespace Varve.Delta.Checkpoints;

/// <summary>Arrow arrays from lists of nullable values, for the nested columns of a checkpoint.</summary>
static class ArrowColumns
{
    public static StringArray Strings(IEnumerable<string?> values)
    {
        var builder = new StringArray.Builder();
        foreach (var value in values)
            if (value is null)
                builder.AppendNull();
            else
                builder.Append(value);
        return builder.Build();
    }

    public static Int64Array Longs(IEnumerable<long?> values)
    {
        var builder = new Int64Array.Builder();
        foreach (var value in values)
            builder.Append(value);
        return builder.Build();
    }

    public static Int32Array Integers(IEnumerable<int?> values)
    {
        var builder = new Int32Array.Builder();
        foreach (var value in values)
            builder.Append(value);
        return builder.Build();
    }

    public static BooleanArray Booleans(IEnumerable<bool?> values)
    {
        var builder = new BooleanArray.Builder();
        foreach (var value in values)
            if (value is { } known)
                builder.Append(known);
            else
                builder.AppendNull();
        return builder.Build();
    }

    public static ListArray StringLists(IReadOnlyList<IReadOnlyList<string>?> lists)
    {
        var type = new ListType(new Field("element", StringType.Default, nullable: true));
        var (offsets, nulls, nullCount) = Offsets(lists, static list => list.Count);
        var items = Strings(lists.SelectMany(static list => list ?? []));
        return new ListArray(type, lists.Count, offsets, items, nulls, nullCount);
    }

    public static MapArray StringMaps(IReadOnlyList<IReadOnlyCollection<KeyValuePair<string, string?>>?> maps)
    {
        var key = new Field("key", StringType.Default, nullable: false);
        var value = new Field("value", StringType.Default, nullable: true);
        var (offsets, nulls, nullCount) = Offsets(maps, static map => map.Count);
        var keys = Strings(maps.SelectMany(static map => map ?? []).Select(static pair => pair.Key));
        var values = Strings(maps.SelectMany(static map => map ?? []).Select(static pair => pair.Value));
        var entries = new StructArray(new StructType([key, value]), keys.Length, [keys, values], ArrowBuffer.Empty, nullCount: 0);
        return new MapArray(new MapType(key, value), maps.Count, offsets, entries, nulls, nullCount);
    }

    public static StructArray Struct(IReadOnlyList<bool> present, params ReadOnlySpan<(string Name, IArrowArray Values)> children)
    {
        var fields = new List<Field>();
        var arrays = new List<IArrowArray>();
        foreach (var (name, values) in children)
        {
            fields.Add(new Field(name, values.Data.DataType, nullable: true));
            arrays.Add(values);
        }

        var (nulls, nullCount) = Validity(present);
        return new StructArray(new StructType(fields), present.Count, arrays, nulls, nullCount);
    }

    static (ArrowBuffer Offsets, ArrowBuffer Nulls, int NullCount) Offsets<T>(IReadOnlyList<T?> lists, Func<T, int> count)
        where T : class
    {
        var offsets = new ArrowBuffer.Builder<int>(lists.Count + 1);
        var total = 0;
        offsets.Append(0);
        foreach (var list in lists)
            offsets.Append(total += list is null ? 0 : count(list));
        var (nulls, nullCount) = Validity([.. lists.Select(static list => list is not null)]);
        return (offsets.Build(), nulls, nullCount);
    }

    static (ArrowBuffer Nulls, int NullCount) Validity(IReadOnlyList<bool> present)
    {
        var bits = new ArrowBuffer.BitmapBuilder(present.Count);
        foreach (var bit in present)
            bits.Append(bit);
        return (bits.Build(), bits.UnsetBitCount);
    }
}
