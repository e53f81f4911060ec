namespace Varve.Query.Files;

/// <summary>The rows of a row group, and their times in microseconds from 1970 on.</summary>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Bounds">The first and the last time, and how many rows have none; null when the footer does not tell.</param>
readonly record struct RowGroupTimes(long Rows, ParquetFooter.ValueBounds? Bounds);
