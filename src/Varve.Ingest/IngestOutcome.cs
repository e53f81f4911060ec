namespace Varve.Ingest;

/// <summary>A line that was not taken.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Reason">Why.</param>
public sealed record RejectedLine(long Line, string Reason);

/// <summary>What became of the lines of one ingest. Blank lines are in neither count.</summary>
/// <param name="Accepted">Lines stored as records.</param>
/// <param name="Rejected">Lines kept in the rejects table.</param>
/// <param name="Version">The version of the dataset's table that holds the records, or null when none was accepted.</param>
/// <param name="Bytes">Bytes of NDJSON read.</param>
/// <param name="Rejects">The first rejected lines.</param>
public sealed record IngestOutcome(long Accepted, long Rejected, long? Version, long Bytes, IReadOnlyList<RejectedLine> Rejects);
