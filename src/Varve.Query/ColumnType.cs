using System.Numerics;

namespace Varve.Query;

/// <summary>Types of the columns of an answer.</summary>
public enum ColumnType
{
    /// <summary>Text.</summary>
    String,

    /// <summary>Whole number: <see cref="long"/> or <see cref="BigInteger"/>.</summary>
    Int,

    /// <summary>Floating point or decimal, as <see cref="double"/>.</summary>
    Float,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>Instant, as <see cref="DateTime"/> in UTC.</summary>
    Timestamp,

    /// <summary>Day, as <see cref="DateOnly"/>.</summary>
    Date,

    /// <summary>List of texts or numbers.</summary>
    Array,

    /// <summary>Texts by text.</summary>
    Map,

    /// <summary>JSON text.</summary>
    Json,
}
