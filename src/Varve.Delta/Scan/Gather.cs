using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Schema;

namespace Varve.Delta.Scan;

/// <summary>Copies chosen rows of an array of a file into an array of the table's type. A row of -1 is null.</summary>
/// <param name="mapping">How nested fields are found.</param>
sealed class Gather(ColumnMapping mapping)
{
    /// <summary>The rows, in the order given. A type that cannot be read as the table's is an <see cref="InvalidDataException"/>.</summary>
    public IArrowArray Take(IArrowArray? source, ReadOnlySpan<int> rows, DeltaType type)
    {
        if (source is null or NullArray)
            return Nulls(rows.Length, type);
        if (source is DictionaryArray dictionary)
            return Take(dictionary.Dictionary, IndexesOf(dictionary, rows), type);
        return type switch
        {
            DeltaType.StructOf nested => TakeStruct(source, rows, nested),
            DeltaType.ArrayOf array => TakeList(source, rows, array),
            DeltaType.MapOf map => TakeMap(source, rows, map),
            DeltaType.Primitive primitive => TakePrimitive(source, rows, primitive),
            _ => throw Unreadable(source, type),
        };
    }

    IArrowArray Nulls(int count, DeltaType type)
    {
        var rows = new int[count];
        System.Array.Fill(rows, -1);
        return Take(Empty(type), rows, type);
    }

    static IArrowArray Empty(DeltaType type) => ArrowArrayFactory.BuildArray(EmptyData(ArrowSchema.TypeOf(type)));

    static ArrayData EmptyData(IArrowType type) => type switch
    {
        StructType nested => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty], nested.Fields.Select(field => EmptyData(field.DataType)).ToArray()),
        MapType map => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, Offsets([0])], [EmptyData(map.KeyValueType)]),
        ListType list => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, Offsets([0])], [EmptyData(list.ValueDataType)]),
        Apache.Arrow.Types.StringType or Apache.Arrow.Types.BinaryType => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, Offsets([0]), ArrowBuffer.Empty]),
        _ => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Empty]),
    };

    StructArray TakeStruct(IArrowArray source, ReadOnlySpan<int> rows, DeltaType.StructOf type)
    {
        if (source is not StructArray structs)
            throw Unreadable(source, type);
        var fields = ((StructType)structs.Data.DataType).Fields;
        var present = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            present[i] = IsNull(structs, rows[i]) ? -1 : rows[i];
        var children = new IArrowArray[type.Fields.Count];
        for (var i = 0; i < children.Length; i++)
        {
            var index = mapping.Find(type.Fields[i], fields);
            children[i] = Take(index < 0 ? null : structs.Fields[index], present, type.Fields[i].Type);
        }

        var (nulls, nullCount) = Validity(present);
        return new StructArray((StructType)ArrowSchema.TypeOf(type), rows.Length, children, nulls, nullCount);
    }

    ListArray TakeList(IArrowArray source, ReadOnlySpan<int> rows, DeltaType.ArrayOf type)
    {
        var (values, start, end) = source switch
        {
            ListArray lists => (lists.Values, (Func<int, long>)(row => lists.ValueOffsets[row]), (Func<int, long>)(row => lists.ValueOffsets[row + 1])),
            LargeListArray lists => (lists.Values, row => lists.ValueOffsets[row], row => lists.ValueOffsets[row + 1]),
            _ => throw Unreadable(source, type),
        };
        var (offsets, items, present) = Flatten(source, rows, start, end);
        var (nulls, nullCount) = Validity(present);
        return new ListArray((ListType)ArrowSchema.TypeOf(type), rows.Length, Offsets(offsets), Take(values, items, type.Element), nulls, nullCount);
    }

    MapArray TakeMap(IArrowArray source, ReadOnlySpan<int> rows, DeltaType.MapOf type)
    {
        if (source is not ListArray maps || maps.Values is not StructArray { Fields.Count: 2 } pairs)
            throw Unreadable(source, type);
        var (offsets, items, present) = Flatten(source, rows, row => maps.ValueOffsets[row], row => maps.ValueOffsets[row + 1]);
        var mapType = (MapType)ArrowSchema.TypeOf(type);
        IArrowArray[] children = [Take(pairs.Fields[0], items, type.Key), Take(pairs.Fields[1], items, type.Value)];
        var entries = new StructArray(mapType.KeyValueType, items.Length, children, ArrowBuffer.Empty, nullCount: 0);
        var (nulls, nullCount) = Validity(present);
        return new MapArray(mapType, rows.Length, Offsets(offsets), entries, nulls, nullCount);
    }

    static (int[] Offsets, int[] Items, int[] Present) Flatten(IArrowArray lists, ReadOnlySpan<int> rows, Func<int, long> start, Func<int, long> end)
    {
        var offsets = new int[rows.Length + 1];
        var present = new int[rows.Length];
        var items = new List<int>();
        for (var i = 0; i < rows.Length; i++)
        {
            present[i] = IsNull(lists, rows[i]) ? -1 : rows[i];
            if (present[i] >= 0)
                for (var item = start(rows[i]); item < end(rows[i]); item++)
                    items.Add(checked((int)item));
            offsets[i + 1] = items.Count;
        }

        return (offsets, [.. items], present);
    }

    static IArrowArray TakePrimitive(IArrowArray source, ReadOnlySpan<int> rows, DeltaType.Primitive type)
    {
        switch (type.Name)
        {
            case "string" when Cells.Bytes(source) is { } bytes:
                return Fill(new StringArray.Builder(), source, rows, (builder, row) => builder.Append(bytes(row)), static builder => builder.AppendNull()).Build();
            case "binary" when Cells.Bytes(source) is { } bytes:
                return Fill(new BinaryArray.Builder(), source, rows, (builder, row) => builder.Append(bytes(row)), static builder => builder.AppendNull()).Build();
            case "boolean" when source is BooleanArray flags:
                return Fill(new BooleanArray.Builder(), source, rows, (builder, row) => builder.Append(flags.GetValue(row)!.Value), static builder => builder.AppendNull()).Build();
            case "double" when Cells.Double(source) is { } value:
                return Numbers(source, rows, type, value);
            case "float" when source is FloatArray value:
                return Numbers(source, rows, type, row => value.GetValue(row)!.Value);
            case "long" when Cells.Integer(source) is { } value:
                return Numbers(source, rows, type, value);
            case "integer" when Cells.Integer(source) is { } value:
                return Numbers(source, rows, type, row => checked((int)value(row)));
            case "short" when Cells.Integer(source) is { } value:
                return Numbers(source, rows, type, row => checked((short)value(row)));
            case "byte" when Cells.Integer(source) is { } value:
                return Numbers(source, rows, type, row => checked((sbyte)value(row)));
            case "date" when source is Date32Array days:
                return Numbers(source, rows, type, row => days.GetValue(row)!.Value);
            case "timestamp" or "timestamp_ntz" when Cells.Microseconds(source) is { } value:
                return Numbers(source, rows, type, value);
        }

        if (ArrowSchema.DecimalOf(type) is { } size && Cells.Decimal(source, size.Scale) is { } scaled)
            return Numbers(source, rows, type, scaled);
        throw Unreadable(source, type);
    }

    static TBuilder Fill<TBuilder>(TBuilder builder, IArrowArray source, ReadOnlySpan<int> rows, Action<TBuilder, int> append, Action<TBuilder> appendNull)
    {
        foreach (var row in rows)
            if (IsNull(source, row))
                appendNull(builder);
            else
                append(builder, row);
        return builder;
    }

    static IArrowArray Numbers<T>(IArrowArray source, ReadOnlySpan<int> rows, DeltaType type, Func<int, T> value)
        where T : struct
    {
        var values = new ArrowBuffer.Builder<T>(rows.Length);
        var present = new ArrowBuffer.BitmapBuilder(rows.Length);
        foreach (var row in rows)
        {
            var isPresent = !IsNull(source, row);
            present.Append(isPresent);
            values.Append(isPresent ? value(row) : default);
        }

        return ArrowArrayFactory.BuildArray(new ArrayData(
            ArrowSchema.TypeOf(type), rows.Length, present.UnsetBitCount, offset: 0, [present.Build(), values.Build()]));
    }

    static int[] IndexesOf(DictionaryArray dictionary, ReadOnlySpan<int> rows)
    {
        var index = Cells.Integer(dictionary.Indices) ?? throw new InvalidDataException("a dictionary has no integers as indexes");
        var indexes = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            indexes[i] = IsNull(dictionary.Indices, rows[i]) ? -1 : checked((int)index(rows[i]));
        return indexes;
    }

    static (ArrowBuffer Nulls, int NullCount) Validity(int[] rows)
    {
        var bits = new ArrowBuffer.BitmapBuilder(rows.Length);
        foreach (var row in rows)
            bits.Append(row >= 0);
        return (bits.Build(), bits.UnsetBitCount);
    }

    static ArrowBuffer Offsets(int[] offsets) => new ArrowBuffer.Builder<int>(offsets.Length).AppendRange(offsets).Build();

    static bool IsNull(IArrowArray array, int row) => row < 0 || array.IsNull(row);

    static InvalidDataException Unreadable(IArrowArray source, DeltaType type) =>
        new($"a column of type {source.Data.DataType.Name} cannot be read as {(type is DeltaType.Primitive primitive ? primitive.Name : type.GetType().Name)}");
}
