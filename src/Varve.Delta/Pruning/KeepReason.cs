namespace Varve.Delta.Pruning;

/// <summary>Why a file is kept.</summary>
public enum KeepReason
{
    /// <summary>Its partition values and statistics allow a row that matches.</summary>
    MayMatch,

    /// <summary>They prove that every row matches: its rows need not be looked at.</summary>
    AllMatch,

    /// <summary>It has no statistics that can be read.</summary>
    NoStatistics,

    /// <summary>Its statistics do not have the column.</summary>
    NotInStatistics,

    /// <summary>The column was of another type when the file was written, and its bounds cannot be read as the new one.</summary>
    TypeChanged,

    /// <summary>The column's bounds, or its partition value, are no values of its type.</summary>
    NotComparable,
}
