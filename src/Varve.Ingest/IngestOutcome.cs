namespace Varve.Ingest;

/// <summary>A line that was not taken.</summary>
/// <param name="Line">Its number, from 1; of a JSON array the number of the element.</param>
/// <param name="Reason">Why.</param>
public sealed record RejectedLine(long Line, string Reason);

/// <summary>What became of the lines of one batch. Blank lines are in no count.</summary>
/// <param name="Accepted">Lines stored as records.</param>
/// <param name="Rejected">Lines kept in the rejects table.</param>
/// <param name="Version">The version of the dataset's table that holds the records, or null when none was accepted or the version is not known.</param>
/// <param name="Bytes">Bytes of records read, after decompression.</param>
/// <param name="Rejects">The first rejected lines.</param>
public sealed record IngestOutcome(long Accepted, long Rejected, long? Version, long Bytes, IReadOnlyList<RejectedLine> Rejects)
{
    /// <summary>Records that the dataset's ingest filter left out.</summary>
    public long Filtered { get; init; }

    /// <summary>True when this batch had been stored before: nothing was stored now, and the counts are those of the body that came.</summary>
    public bool Repeated { get; init; }
}
