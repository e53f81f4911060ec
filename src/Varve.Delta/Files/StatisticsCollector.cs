using Apache.Arrow;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;

namespace Varve.Delta.Files;

/// <summary>
/// Statistics of a data file from its batches, for every column of the schema that can have bounds, fields of nested records too. A column
/// with a NaN gets no bounds; of lists and maps only nulls are counted. Delta protocol: "Per-file Statistics".
/// </summary>
/// <param name="schema">The columns of the batches, by the names that the statistics are to have.</param>
public sealed class StatisticsCollector(TableSchema schema)
{
    readonly List<Column> _columns = [.. schema.Fields.Select(field => new Column(field))];
    long _rows;

    /// <summary>Takes a batch that has exactly the columns, in order.</summary>
    public void Add(RecordBatch batch)
    {
        _rows += batch.Length;
        for (var index = 0; index < _columns.Count; index++)
            _columns[index].Add(batch.Column(index), [], batch.Length);
    }

    /// <summary>The statistics of all batches so far.</summary>
    public FileStatistics Build() => new(_rows, _columns.ToDictionary(column => column.Name, column => column.Build()));

    /// <summary>The value of a row, for types that have bounds.</summary>
    internal static Func<int, DeltaValue>? ValueOf(IArrowArray array, DeltaType type) => array switch
    {
        BooleanArray => null,
        StringArray strings => row => DeltaValue.OfUtf8(strings.GetBytes(row).ToArray()),
        FloatArray reals => row => DeltaValue.Of((double)reals.Values[row]),
        DoubleArray reals => row => DeltaValue.Of(reals.Values[row]),
        Date32Array days => row => DeltaValue.OfDate(days.Values[row]),
        TimestampArray times when DeltaValueKinds.Of(type) == DeltaValueKind.TimestampNtz => row => DeltaValue.OfTimestampNtz(times.Values[row]),
        TimestampArray times => row => DeltaValue.OfTimestamp(times.Values[row]),
        Decimal128Array decimals when Cells.Decimal(decimals, decimals.Scale) is { } value => row => DeltaValue.OfDecimal(value(row), decimals.Scale),
        _ when Cells.Integer(array) is { } value => row => DeltaValue.Of(value(row)),
        _ => null,
    };

    sealed class Column(DeltaField source)
    {
        readonly List<Column> _fields = source.Type is DeltaType.StructOf nested ? [.. nested.Fields.Select(inner => new Column(inner))] : [];
        DeltaValue? _min;
        DeltaValue? _max;
        bool _hasNaN;
        long _nulls;

        public string Name => source.Name;

        public void Add(IArrowArray values, List<IArrowArray> parents, int length)
        {
            if (values is StructArray structs)
            {
                for (var index = 0; index < _fields.Count; index++)
                    _fields[index].Add(structs.Fields[index], [.. parents, structs], length);
                return;
            }

            var value = ValueOf(values, source.Type);
            for (var row = 0; row < length; row++)
                if (values.IsNull(row) || parents.Exists(parent => parent.IsNull(row)))
                    _nulls++;
                else if (value is not null)
                    Add(value(row));
        }

        public ColumnStatistics Build() => _fields.Count > 0
            ? new ColumnStatistics(null, null, null) { Fields = _fields.ToDictionary(inner => inner.Name, inner => inner.Build()) }
            : _hasNaN ? new ColumnStatistics(null, null, _nulls) : new ColumnStatistics(_min, _max, _nulls);

        void Add(in DeltaValue value)
        {
            _hasNaN |= value.Kind == DeltaValueKind.Real && double.IsNaN(value.Real);
            if (_min is not { } min || DeltaValue.Compare(value, min) < 0)
                _min = value;
            if (_max is not { } max || DeltaValue.Compare(value, max) > 0)
                _max = value;
        }
    }
}
