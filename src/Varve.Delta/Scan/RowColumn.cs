using System.Buffers.Binary;
using Apache.Arrow;
using Varve.Delta.Pruning;
using Varve.Storage;

namespace Varve.Delta.Scan;

/// <summary>The values of a column, or of a field in nested records, in a batch of the table's types.</summary>
sealed class RowColumn
{
    readonly List<IArrowArray> _parents = [];
    readonly IArrowArray _values;
    readonly PredicateColumn _column;

    public RowColumn(RecordBatch batch, PredicateColumn column)
    {
        _column = column;
        var names = column.Path.Names;
        var schema = batch.Schema;
        _values = batch.Column(IndexOf(schema.FieldsList, names[0]));
        for (var depth = 1; depth < names.Count; depth++)
        {
            var parent = (StructArray)_values;
            _parents.Add(parent);
            _values = parent.Fields[IndexOf(((Apache.Arrow.Types.StructType)parent.Data.DataType).Fields, names[depth])];
        }
    }

    public int Length => _values.Length;

    public bool IsNull(int row)
    {
        foreach (var parent in _parents)
            if (parent.IsNull(row))
                return true;
        return _values.IsNull(row);
    }

    /// <summary>How the value of a row that is not null compares with a value.</summary>
    public Func<int, int> OrderTo(DeltaValue value)
    {
        switch (_values)
        {
            case BooleanArray flags:
                return row => flags.GetValue(row)!.Value.CompareTo(value.Number != 0);
            case DoubleArray reals when value.Kind == DeltaValueKind.Real && value.Real is var real:
                return row => DeltaValue.CompareReal(reals.Values[row], real);
            case FloatArray reals when value.Kind == DeltaValueKind.Real && value.Real is var real:
                return row => DeltaValue.CompareReal(reals.Values[row], real);
            case DoubleArray reals:
                return row => Order(DeltaValue.Of(reals.Values[row]), value);
            case FloatArray reals:
                return row => Order(DeltaValue.Of((double)reals.Values[row]), value);
            // A decimal array is a fixed-size binary array too.
            case Decimal128Array decimals when value.Kind == DeltaValueKind.Decimal && value.Scale == decimals.Scale && value.Number is var number:
                return row => Decimal(decimals, row).CompareTo(number);
            case Decimal128Array decimals:
                return row => Order(DeltaValue.OfDecimal(Decimal(decimals, row), decimals.Scale), value);
            case Date32Array days when value.Kind == DeltaValueKind.Date && (int)value.Number is var day:
                return row => days.Values[row].CompareTo(day);
            case Date32Array days:
                return row => Order(DeltaValue.OfDate(days.Values[row]), value);
            case TimestampArray times when value.Kind != DeltaValueKind.Date && (long)value.Number is var time:
                return row => times.Values[row].CompareTo(time);
            case TimestampArray times:
                return row => Order(DeltaValue.OfTimestamp(times.Values[row]), value);
        }

        if (Cells.Integer(_values) is { } integer)
            return value.Kind == DeltaValueKind.Integer && (long)value.Number is var whole
                ? row => integer(row).CompareTo(whole)
                : row => Order(DeltaValue.Of(integer(row)), value);
        if (Cells.Bytes(_values) is { } bytes)
            return row => bytes(row).SequenceCompareTo(value.Bytes);
        throw new VarveException(FaultKind.Internal, $"The column {_column.Path} cannot be compared.");
    }

    static int Order(in DeltaValue left, in DeltaValue right) => DeltaValue.Compare(left, right)!.Value;

    static Int128 Decimal(Decimal128Array array, int row) =>
        BinaryPrimitives.ReadInt128LittleEndian(array.ValueBuffer.Span.Slice((array.Offset + row) * 16, 16));

    static int IndexOf(IReadOnlyList<Field> fields, string name)
    {
        for (var index = 0; index < fields.Count; index++)
            if (fields[index].Name == name)
                return index;
        throw new VarveException(FaultKind.Internal, $"The batch has no column '{name}' to filter by.");
    }
}
