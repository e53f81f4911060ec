using System.Collections;
using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Storage;

namespace Varve.Query.Formats;

/// <summary>
/// Blocks of an answer as Arrow batches: texts and JSON as utf8, whole numbers as int64, instants as microseconds in UTC, maps of texts as maps, lists of
/// texts or numbers as lists; lists of anything else as their JSON text.
/// </summary>
sealed class ArrowRows
{
    static readonly TimestampType Instant = new(TimeUnit.Microsecond, "UTC");
    static readonly MapType Texts = new(StringType.Default, StringType.Default);

    readonly IReadOnlyList<ResultColumn> _columns;

    public ArrowRows(IReadOnlyList<ResultColumn> columns, Func<string, string> nameOf)
    {
        _columns = columns;
        Schema = new Schema(Unique(columns.Select(column => nameOf(column.Name))).Zip(columns, (name, column) => new Field(name, TypeOf(column), nullable: true)), null);
    }

    public Schema Schema { get; }

    /// <summary>The rows of a block.</summary>
    /// <exception cref="VarveException">A whole number is beyond 64 bits.</exception>
    public RecordBatch Batch(RowBlock block) => new(Schema, _columns.Select((column, index) => ArrayOf(column, block.Columns[index], block.Count)), block.Count);

    /// <summary>Names of which none occurs twice: readers of files look columns up by name.</summary>
    static IEnumerable<string> Unique(IEnumerable<string> names)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            var free = name;
            for (var number = 2; !taken.Add(free); number++)
                free = $"{name}_{number}";
            yield return free;
        }
    }

    static IArrowType TypeOf(ResultColumn column) => column.Type switch
    {
        ColumnType.Int => Int64Type.Default,
        ColumnType.Float => DoubleType.Default,
        ColumnType.Bool => BooleanType.Default,
        ColumnType.Timestamp => Instant,
        ColumnType.Date => Date32Type.Default,
        ColumnType.Map => Texts,
        ColumnType.Array when column.Item == ColumnType.String => new ListType(StringType.Default),
        ColumnType.Array when column.Item == ColumnType.Int => new ListType(Int64Type.Default),
        ColumnType.Array when column.Item == ColumnType.Float => new ListType(DoubleType.Default),
        _ => StringType.Default,
    };

    static IArrowArray ArrayOf(ResultColumn column, object?[] values, int count)
    {
        var rows = values.AsSpan(0, count);
        return column.Type switch
        {
            ColumnType.Int => Fill(new Int64Array.Builder(), rows, (builder, value) => builder.Append(value is null ? null : Whole(value, column))).Build(),
            ColumnType.Float => Fill(new DoubleArray.Builder(), rows, static (builder, value) => builder.Append((double?)value)).Build(),
            ColumnType.Bool => Fill(new BooleanArray.Builder(), rows, static (builder, value) => _ = value is null ? builder.AppendNull() : builder.Append((bool)value)).Build(),
            ColumnType.Timestamp => Fill(new TimestampArray.Builder(Instant), rows, static (builder, value) => _ = value is DateTime time ? builder.Append(new DateTimeOffset(time, TimeSpan.Zero)) : builder.AppendNull()).Build(),
            ColumnType.Date => Fill(new Date32Array.Builder(), rows, static (builder, value) => _ = value is DateOnly day ? builder.Append(day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc)) : builder.AppendNull()).Build(),
            ColumnType.Map => Maps(rows),
            ColumnType.Array when TypeOf(column) is ListType list => Lists(list, rows, column),
            _ => Fill(new StringArray.Builder(), rows, static (builder, value) => Append(builder, value)).Build(),
        };
    }

    static TBuilder Fill<TBuilder>(TBuilder builder, ReadOnlySpan<object?> rows, Action<TBuilder, object?> append)
    {
        foreach (var value in rows)
            append(builder, value);
        return builder;
    }

    static MapArray Maps(ReadOnlySpan<object?> rows)
    {
        var builder = new MapArray.Builder(Texts);
        var (keys, values) = ((StringArray.Builder)builder.KeyBuilder, (StringArray.Builder)builder.ValueBuilder);
        foreach (var row in rows)
        {
            if (row is not IDictionary map)
            {
                builder.AppendNull();
                continue;
            }

            builder.Append();
            foreach (DictionaryEntry entry in map)
            {
                Append(keys, entry.Key);
                Append(values, entry.Value);
            }
        }

        return builder.Build();
    }

    static ListArray Lists(ListType type, ReadOnlySpan<object?> rows, ResultColumn column)
    {
        var builder = new ListArray.Builder(type.ValueField);
        foreach (var row in rows)
        {
            if (row is not IEnumerable items)
            {
                builder.AppendNull();
                continue;
            }

            builder.Append();
            foreach (var item in items)
                Append(builder.ValueBuilder, item, column);
        }

        return builder.Build();
    }

    static void Append(IArrowArrayBuilder<IArrowArray, IArrowArrayBuilder<IArrowArray>> items, object? item, ResultColumn column)
    {
        switch (items)
        {
            case StringArray.Builder texts:
                Append(texts, item);
                break;
            case Int64Array.Builder wholes:
                wholes.Append(item is null ? null : Whole(item, column));
                break;
            case DoubleArray.Builder reals:
                reals.Append((double?)item);
                break;
        }
    }

    static void Append(StringArray.Builder texts, object? value)
    {
        if (value is null)
            texts.AppendNull();
        else
            texts.Append(ValueText.Text(value));
    }

    static long Whole(object value, ResultColumn column) => value switch
    {
        long whole => whole,
        BigInteger large when large >= long.MinValue && large <= long.MaxValue => (long)large,
        _ => throw new VarveException(FaultKind.Invalid, $"A value of {column.Name} is a whole number beyond 64 bits, which this format cannot hold here. Cast it to VARCHAR or DOUBLE.")
        {
            Detail = new FaultDetail("type_mismatch"),
        },
    };
}
