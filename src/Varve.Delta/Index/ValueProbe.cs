namespace Varve.Delta.Index;

/// <summary>What is looked for in a column: rows with one of some values.</summary>
/// <param name="Column">The column.</param>
/// <param name="Hashes">The <see cref="ValueHash"/> of each value.</param>
public sealed record ValueProbe(string Column, IReadOnlyList<ulong> Hashes)
{
    /// <summary>A probe for rows whose text is one of these.</summary>
    public static ValueProbe ForTexts(string column, IEnumerable<string> values) => new(column, [.. values.Distinct(StringComparer.Ordinal).Select(ValueHash.Of)]);
}
