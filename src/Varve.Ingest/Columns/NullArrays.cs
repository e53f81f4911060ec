using Apache.Arrow;
using Apache.Arrow.Types;

namespace Varve.Ingest.Columns;

/// <summary>Columns in which every row is null.</summary>
static class NullArrays
{
    public static IArrowArray Of(IArrowType type, int rows, GatherScratch scratch)
    {
        var bits = new ArrowBuffer(scratch.Bits(rows));
        switch (type)
        {
            case StringType:
                return new StringArray(new ArrayData(type, rows, rows, 0, [bits, Zeroes(scratch.Offsets(rows)), ArrowBuffer.Empty]));
            case ListType list:
                return new ListArray(type, rows, Zeroes(scratch.Offsets(rows)), Of(list.ValueDataType, 0, scratch.First), bits, rows);
            case MapType map:
                var entries = new StructArray(
                    new StructType([map.KeyField, map.ValueField]), 0,
                    [Of(map.KeyField.DataType, 0, scratch.First), Of(map.ValueField.DataType, 0, scratch.Second)], ArrowBuffer.Empty, nullCount: 0);
                return new MapArray(map, rows, Zeroes(scratch.Offsets(rows)), entries, bits, rows);
            case BooleanType:
                return new BooleanArray(new ArrayData(type, rows, rows, 0, [bits, Zeroes(scratch.Values((rows + 7) / 8))]));
            default:
                return ArrowArrayFactory.BuildArray(new ArrayData(type, rows, rows, 0, [bits, Zeroes(scratch.Values(rows * 8L))]));
        }
    }

    static ArrowBuffer Zeroes(Memory<byte> memory)
    {
        memory.Span.Clear();
        return new ArrowBuffer(memory);
    }
}
