namespace Varve.Generator;

/// <summary>Of every <paramref name="Of"/> requests the skip rules would match, <paramref name="Drop"/> are left alone.</summary>
internal readonly record struct SkipThinning(long Drop, long Of)
{
    public static readonly SkipThinning None = new(0, 1);

    /// <summary>Bresenham's line: spreads the dropped ones evenly, and drops exactly Drop among the first Of.</summary>
    public bool Drops(long ordinal) =>
        (Int128)(ordinal + 1) * Drop / Of != (Int128)ordinal * Drop / Of;
}
