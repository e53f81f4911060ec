using Varve.Delta.Actions;

namespace Varve.Query.Planning;

/// <summary>A file that the engine will read.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Key">Its path in the table's folder, decoded.</param>
/// <param name="File">Its add action.</param>
/// <param name="Newest">The newest instant in it, when known.</param>
sealed record KeptFile(ScopeTable Table, string Key, AddFile File, DateTimeOffset? Newest);
