using Varve.Delta.Scan;
using Varve.Delta.Schema;

namespace Varve.Delta.Pruning;

/// <summary>
/// What a <see cref="DeltaValue"/> is. Types whose values compare as one kind have one: <c>byte</c> to <c>long</c>, <c>float</c> and <c>double</c>.
/// </summary>
public enum DeltaValueKind
{
    /// <summary>True or false; false is less.</summary>
    Boolean,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A whole number of up to 38 digits and a scale.</summary>
    Decimal,

    /// <summary>A floating point number.</summary>
    Real,

    /// <summary>Text, ordered by its UTF-8 bytes.</summary>
    String,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>A day, counted from 1970.</summary>
    Date,

    /// <summary>Microseconds since 1970, UTC.</summary>
    Timestamp,

    /// <summary>Microseconds since 1970 of a clock without a zone.</summary>
    TimestampNtz,
}

/// <summary>Kinds of the types of the schema language.</summary>
static class DeltaValueKinds
{
    /// <summary>The kind of the values of a type, or null when it is nested or its values have no order here.</summary>
    public static DeltaValueKind? Of(DeltaType type) => type is not DeltaType.Primitive { Name: var name } ? null : name switch
    {
        "boolean" => DeltaValueKind.Boolean,
        "byte" or "short" or "integer" or "long" => DeltaValueKind.Integer,
        "float" or "double" => DeltaValueKind.Real,
        "string" => DeltaValueKind.String,
        "binary" => DeltaValueKind.Binary,
        "date" => DeltaValueKind.Date,
        "timestamp" => DeltaValueKind.Timestamp,
        "timestamp_ntz" => DeltaValueKind.TimestampNtz,
        _ when ArrowSchema.DecimalOf(type) is not null => DeltaValueKind.Decimal,
        _ => null,
    };
}
