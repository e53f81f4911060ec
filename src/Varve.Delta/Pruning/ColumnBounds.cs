namespace Varve.Delta.Pruning;

/// <summary>Whether rows of a file have a null in a column.</summary>
enum Nulls
{
    /// <summary>Some may.</summary>
    Unknown,

    /// <summary>None has.</summary>
    None,

    /// <summary>All have.</summary>
    All,
}

/// <summary>What is known of the values of a column in a file.</summary>
/// <param name="Min">No value is less; null when unknown.</param>
/// <param name="Max">No value is greater; null when unknown.</param>
/// <param name="Nulls">Whether there are nulls.</param>
/// <param name="Missing">Why something is unknown, or null when it is not.</param>
readonly record struct ColumnBounds(DeltaValue? Min, DeltaValue? Max, Nulls Nulls, KeepReason? Missing = null)
{
    public static ColumnBounds Unknown(KeepReason why) => new(null, null, Nulls.Unknown, why);
}
