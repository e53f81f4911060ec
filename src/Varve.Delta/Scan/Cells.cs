using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;

namespace Varve.Delta.Scan;

/// <summary>Bytes of one value; a span cannot be the result of a Func.</summary>
delegate ReadOnlySpan<byte> BytesOfRow(int row);

/// <summary>Values of an array of any type that holds such values; null when the array's type does not. A row that is null must not be asked for.</summary>
static class Cells
{
    const long MicrosecondsOfDay = 86_400_000_000;

    public static Func<int, long>? Integer(IArrowArray array) => array switch
    {
        Int64Array values => row => values.Values[row],
        Int32Array values => row => values.Values[row],
        Int16Array values => row => values.Values[row],
        Int8Array values => row => values.Values[row],
        UInt32Array values => row => values.Values[row],
        UInt16Array values => row => values.Values[row],
        UInt8Array values => row => values.Values[row],
        _ => null,
    };

    public static Func<int, double>? Double(IArrowArray array) => array switch
    {
        DoubleArray values => row => values.Values[row],
        FloatArray values => row => values.Values[row],
        _ when Integer(array) is { } integer => row => integer(row),
        _ => null,
    };

    public static Func<int, long>? Microseconds(IArrowArray array) => array switch
    {
        TimestampArray values => ((TimestampType)values.Data.DataType).Unit switch
        {
            TimeUnit.Second => row => checked(values.Values[row] * 1_000_000),
            TimeUnit.Millisecond => row => checked(values.Values[row] * 1_000),
            TimeUnit.Microsecond => row => values.Values[row],
            _ => row => FloorDivide(values.Values[row], 1_000),
        },
        Date32Array days => row => days.Values[row] * MicrosecondsOfDay,
        _ => null,
    };

    /// <summary>Decimals as whole numbers of the given scale.</summary>
    public static Func<int, Int128>? Decimal(IArrowArray array, int scale) => array switch
    {
        Decimal128Array values when values.Scale <= scale && Power(scale - values.Scale) is var factor =>
            row => checked(BinaryPrimitives.ReadInt128LittleEndian(values.ValueBuffer.Span.Slice((values.Offset + row) * 16, 16)) * factor),
        _ when Integer(array) is { } integer && Power(scale) is var factor => row => checked(integer(row) * factor),
        _ => null,
    };

    public static BytesOfRow? Bytes(IArrowArray array) => array switch
    {
        // Strings are binary arrays in Arrow's C#.
        BinaryArray values => row => values.GetBytes(row),
        LargeBinaryArray values => row => values.GetBytes(row),
        FixedSizeBinaryArray values => row => values.GetBytes(row),
        _ => null,
    };

    static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }

    static long FloorDivide(long value, long divisor) => (value / divisor) - (value % divisor < 0 ? 1 : 0);
}
