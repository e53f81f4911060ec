namespace Varve.Ingest.PickUp;

/// <summary>How far a job is, over all of its processes and starts.</summary>
/// <param name="Job">Its name.</param>
/// <param name="Source">Where it reads.</param>
/// <param name="Totals">What it has taken in so far.</param>
/// <param name="Failed">Objects that failed and were not done since, in the order of their names: given up, or between two attempts.</param>
/// <param name="Look">What a look at the source shows now: <see cref="PickUpReport.New"/>, <see cref="PickUpReport.Held"/>, the lag.</param>
public sealed record PickUpStatus(string Job, string Source, PickUpTotals Totals, IReadOnlyList<FailedObject> Failed, PickUpReport Look);

/// <summary>Sums over all objects that a job has taken in.</summary>
/// <param name="Objects">Objects.</param>
/// <param name="Records">Records stored.</param>
/// <param name="Rejected">Lines rejected.</param>
/// <param name="Bytes">Bytes of the objects as they lie in the source.</param>
public sealed record PickUpTotals(long Objects, long Records, long Rejected, long Bytes);

/// <summary>An object that could not be taken in.</summary>
/// <param name="Id">What tells this content of the object from other objects and contents.</param>
/// <param name="Path">Its path in the source.</param>
/// <param name="At">When it was last tried.</param>
/// <param name="Attempts">How often it was tried; 0 after it was asked to be tried anew.</param>
/// <param name="Reason">Why it could not be taken in.</param>
/// <param name="Next">When it may be tried again; null: never by itself.</param>
public sealed record FailedObject(string Id, string Path, DateTimeOffset At, int Attempts, string Reason, DateTimeOffset? Next);
