namespace Varve.Query.Files;

/// <summary>A file of the store and what a query reads of it.</summary>
/// <param name="Path">Its path in the store.</param>
/// <param name="SizeBytes">Its size, as the log has it.</param>
/// <param name="Columns">The top-level columns that are read, in any case.</param>
/// <param name="Times">The times of the rows that are read; null when all are.</param>
sealed record NeededFile(string Path, long SizeBytes, IReadOnlyCollection<string> Columns, TimeRange? Times = null);
