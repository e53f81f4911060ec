namespace Varve.Control;

/// <summary>A query that somebody ran.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="Zone">The zone; null for all.</param>
/// <param name="From">Rows before this instant were left out; null when none were.</param>
/// <param name="To">Rows from this instant on were left out; null when none were.</param>
/// <param name="At">When it began.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Rows">Rows of the answer.</param>
/// <param name="Outcome"><c>done</c>, <c>cut</c> at the row limit, or the code of the error.</param>
/// <param name="Rerun">The answer's rerun id; null when it failed before it had one, or when it is long.</param>
public sealed record HistoryEntry(
    string Sql, string? Zone, DateTimeOffset? From, DateTimeOffset? To, DateTimeOffset At, double Milliseconds, long Rows, string Outcome, string? Rerun);

/// <summary>An entry of a history, with its place in it.</summary>
/// <param name="Number">Greater for later ones.</param>
/// <param name="Entry">The entry.</param>
public sealed record NumberedEntry(long Number, HistoryEntry Entry);
