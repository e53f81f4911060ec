namespace Varve.Query;

/// <summary>Some rows of an answer, column by column.</summary>
/// <param name="Count">Number of rows.</param>
/// <param name="Columns">For each column its values; null is the null value.</param>
public sealed record RowBlock(int Count, IReadOnlyList<object?[]> Columns);
