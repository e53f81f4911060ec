using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Varve.Delta.Schema;
using Varve.Storage;

namespace Varve.Delta.Scan;

/// <summary>The Arrow types in which rows of a table are given.</summary>
public static class ArrowSchema
{
    /// <summary>The columns of the table, in order. All may hold nulls: a reader does not enforce what a writer has to.</summary>
    public static Apache.Arrow.Schema Of(TableSchema schema) => new([.. schema.Fields.Select(FieldOf)], metadata: null);

    /// <summary>The Arrow type of a type of the table.</summary>
    public static IArrowType TypeOf(DeltaType type) => type switch
    {
        DeltaType.StructOf nested => new StructType([.. nested.Fields.Select(FieldOf)]),
        DeltaType.ArrayOf array => new ListType(new Field("element", TypeOf(array.Element), nullable: true)),
        DeltaType.MapOf map => new MapType(new Field("key", TypeOf(map.Key), nullable: false), new Field("value", TypeOf(map.Value), nullable: true)),
        DeltaType.Primitive primitive => PrimitiveOf(primitive.Name),
        _ => throw new VarveException(FaultKind.Internal, $"There is no Arrow type for {type}."),
    };

    /// <summary>Digits and digits after the point of <c>decimal(p,s)</c>, or null when it is another type.</summary>
    public static (int Precision, int Scale)? DecimalOf(DeltaType type)
    {
        const string Prefix = "decimal(";
        if (type is not DeltaType.Primitive { Name: var name } || !name.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var parts = name[Prefix.Length..].TrimEnd(')').Split(',');
        if (parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var precision)
            && int.TryParse(parts[1], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var scale)
            && precision is > 0 and <= 38 && scale >= 0 && scale <= precision)
            return (precision, scale);
        throw new VarveException(FaultKind.Corrupt, $"The table has a column of type '{name}', which is no decimal of up to 38 digits.");
    }

    static Field FieldOf(DeltaField field) => new(field.Name, TypeOf(field.Type), nullable: true);

    static IArrowType PrimitiveOf(string name) => name switch
    {
        "string" => StringType.Default,
        "long" => Int64Type.Default,
        "integer" => Int32Type.Default,
        "short" => Int16Type.Default,
        "byte" => Int8Type.Default,
        "float" => FloatType.Default,
        "double" => DoubleType.Default,
        "boolean" => BooleanType.Default,
        "binary" => BinaryType.Default,
        "date" => Date32Type.Default,
        "timestamp" => new TimestampType(TimeUnit.Microsecond, "UTC"),
        "timestamp_ntz" => new TimestampType(TimeUnit.Microsecond, (string?)null),
        _ when DecimalOf(new DeltaType.Primitive(name)) is { } size => new Decimal128Type(size.Precision, size.Scale),
        _ => throw new VarveException(FaultKind.Invalid, $"The table has a column of type '{name}', which this version cannot read."),
    };
}
