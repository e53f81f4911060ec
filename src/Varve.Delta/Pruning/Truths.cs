namespace Varve.Delta.Pruning;

/// <summary>The truths that a condition may have for rows of a file: those that are not in the set are ruled out.</summary>
[Flags]
enum Truths
{
    /// <summary>There are no rows.</summary>
    None = 0,

    /// <summary>False for some row.</summary>
    False = 1,

    /// <summary>Unknown for some row: there was a null.</summary>
    Unknown = 2,

    /// <summary>True for some row.</summary>
    True = 4,

    /// <summary>Nothing is ruled out.</summary>
    Any = False | Unknown | True,
}

/// <summary>SQL's three-valued logic on sets of truths.</summary>
static class TruthSets
{
    public static Truths And(Truths left, Truths right)
    {
        if (left == Truths.None || right == Truths.None)
            return Truths.None;
        var result = (left | right) & Truths.False;
        if (left.HasFlag(Truths.True) && right.HasFlag(Truths.True))
            result |= Truths.True;
        if ((left.HasFlag(Truths.Unknown) && right != Truths.False && (right & (Truths.Unknown | Truths.True)) != 0)
            || (right.HasFlag(Truths.Unknown) && left.HasFlag(Truths.True)))
            result |= Truths.Unknown;
        return result;
    }

    public static Truths Or(Truths left, Truths right) => Not(And(Not(left), Not(right)));

    public static Truths Not(Truths truths) =>
        (truths & Truths.Unknown) | (truths.HasFlag(Truths.True) ? Truths.False : 0) | (truths.HasFlag(Truths.False) ? Truths.True : 0);

    public static Truths Of(bool? value) => value switch { true => Truths.True, false => Truths.False, null => Truths.Unknown };
}
