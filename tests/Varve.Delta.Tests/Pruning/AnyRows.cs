using Apache.Arrow;
using CsCheck;
using Varve.Delta.Pruning;
using Varve.Delta.Scan;
using Varve.Delta.Schema;

namespace Varve.Delta.Tests.Pruning;

/// <summary>Columns of every type with random values and nulls, and conditions on them.</summary>
static class AnyRows
{
    /// <summary>The name of the column of a type.</summary>
    public static string Name(string type) => "c_" + new string([.. type.Where(char.IsAsciiLetterOrDigit)]);

    /// <summary>Values of a column; a part of the columns has none but nulls, and a part no null.</summary>
    public static Gen<DeltaValue?[]> Column(string type, int rows)
    {
        var value = AnyValues.Of(type).Select(value => (DeltaValue?)value);
        return Gen.Int[0, 5].SelectMany(kind => kind switch
        {
            0 => Gen.Const((DeltaValue?)null),
            1 or 2 => value,
            _ => Gen.Frequency((1, Gen.Const((DeltaValue?)null)), (3, value)),
        }).Array[rows];
    }

    /// <summary>The values as an array of the type's Arrow type.</summary>
    public static IArrowArray ToArrow(string type, IReadOnlyList<DeltaValue?> values)
    {
        var delta = new DeltaType.Primitive(type);
        return DeltaValueKinds.Of(delta) switch
        {
            DeltaValueKind.Boolean => values.Aggregate(new BooleanArray.Builder(), (builder, value) =>
                value is { } known ? builder.Append(known.Number != 0) : builder.AppendNull()).Build(),
            DeltaValueKind.String => values.Aggregate(new StringArray.Builder(), (builder, value) =>
                value is { } known ? builder.Append(known.Bytes) : builder.AppendNull()).Build(),
            DeltaValueKind.Binary => values.Aggregate(new BinaryArray.Builder(), (builder, value) =>
                value is { } known ? builder.Append(known.Bytes) : builder.AppendNull()).Build(),
            DeltaValueKind.Decimal => Fixed(delta, values, value => value.Number),
            DeltaValueKind.Real when type == "float" => Fixed(delta, values, value => (float)value.Real),
            DeltaValueKind.Real => Fixed(delta, values, value => value.Real),
            _ when type == "byte" => Fixed(delta, values, value => (sbyte)value.Number),
            _ when type == "short" => Fixed(delta, values, value => (short)value.Number),
            _ when type is "integer" or "date" => Fixed(delta, values, value => (int)value.Number),
            _ => Fixed(delta, values, value => (long)value.Number),
        };
    }

    /// <summary>A condition on some of the columns.</summary>
    public static Gen<Predicate> Condition(IReadOnlyList<(ColumnPath Path, string Type)> columns, int depth = 2)
    {
        var leaf = Gen.Int[0, columns.Count - 1].SelectMany(index => Leaf(columns[index].Path, columns[index].Type));
        if (depth == 0)
            return leaf;
        var part = Condition(columns, depth - 1);
        return Gen.Frequency(
            (3, leaf),
            (1, part.Select(Predicate (inner) => new Predicate.Not(inner))),
            (1, part.Array[2, 3].Select(Predicate (parts) => new Predicate.And(parts))),
            (1, part.Array[2, 3].Select(Predicate (parts) => new Predicate.Or(parts))),
            (1, Gen.Bool.Select(Predicate (value) => new Predicate.Constant(value))));
    }

    static Gen<Predicate> Leaf(ColumnPath path, string type)
    {
        var value = AnyValues.Of(type);
        return Gen.Frequency(
            (5, Gen.Select(Gen.Enum<Comparison>(), value, Predicate (sign, value) => new Predicate.Compare(path, sign, value))),
            (2, value.Array[1, 3].Select(Predicate (values) => new Predicate.In(path, values))),
            (1, Gen.Const<Predicate>(new Predicate.IsNull(path))),
            (1, Gen.Const<Predicate>(new Predicate.IsNotNull(path))));
    }

    static IArrowArray Fixed<T>(DeltaType type, IReadOnlyList<DeltaValue?> values, Func<DeltaValue, T> convert)
        where T : struct
    {
        var content = new ArrowBuffer.Builder<T>(values.Count);
        var present = new ArrowBuffer.BitmapBuilder(values.Count);
        foreach (var value in values)
        {
            present.Append(value is not null);
            content.Append(value is { } known ? convert(known) : default);
        }

        return ArrowArrayFactory.BuildArray(new ArrayData(ArrowSchema.TypeOf(type), values.Count, present.UnsetBitCount, 0, [present.Build(), content.Build()]));
    }
}
