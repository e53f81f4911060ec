namespace Varve.Ingest.Activity;

/// <summary>What became of the batches for one table since this process started, or since the table was last forgotten.</summary>
/// <param name="Account">The account.</param>
/// <param name="Zone">The zone; null for a dataset of account scope.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="FirstSeen">When the first of it came; null when nothing did.</param>
/// <param name="LastSeen">When the last of it came.</param>
/// <param name="Total">Counts since then.</param>
/// <param name="LastMinute">What arrived in the last 60 seconds.</param>
/// <param name="LastHour">What arrived in the last 60 minutes.</param>
/// <param name="Lag">How old records are when they arrive; null until one did.</param>
/// <param name="LastBatch">The last batch that was answered with success.</param>
/// <param name="TestUploads">Uploads that only try the way.</param>
/// <param name="LastError">The error that was seen last.</param>
/// <param name="History">Records and rejected lines of each of the last 60 minutes.</param>
/// <param name="Sources">The same by the way they came.</param>
public sealed record TableFigures(
    string Account, string? Zone, string Dataset, DateTimeOffset? FirstSeen, DateTimeOffset? LastSeen, ActivityCounts Total, ActivityRate LastMinute,
    ActivityRate LastHour, ActivityLag? Lag, BatchFigures? LastBatch, TestUploadFigures TestUploads, ErrorFigures? LastError, ActivityHistory History,
    IReadOnlyList<SourceFigures> Sources);

/// <summary>One table with what was wrong in it.</summary>
/// <param name="Table">Its figures.</param>
/// <param name="Reasons">Why lines were rejected, the most frequent first. Lines of batches that failed later, or came again, count too.</param>
/// <param name="Errors">What failed, the last seen first.</param>
public sealed record TableDetail(TableFigures Table, IReadOnlyList<ReasonFigures> Reasons, IReadOnlyList<ErrorFigures> Errors);

/// <summary>Counts of what was stored.</summary>
/// <param name="Records">Records stored.</param>
/// <param name="Bytes">Their bytes, after decompression, and those of what was rejected or left out beside them.</param>
/// <param name="Batches">Batches stored.</param>
/// <param name="Rejected">Lines kept as rejects.</param>
/// <param name="Filtered">Records that the ingest filter left out.</param>
/// <param name="Repeated">Batches that had been stored before, and were not stored again.</param>
/// <param name="Failed">Batches that were refused, or failed.</param>
public sealed record ActivityCounts(long Records, long Bytes, long Batches, long Rejected, long Filtered, long Repeated, long Failed);

/// <summary>What arrived in a window of time.</summary>
/// <param name="Records">Records stored.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Rejected">Lines rejected.</param>
/// <param name="RecordsPerSecond">Records by the seconds of the window, or of the part of it since the table was first seen, at least 60.</param>
/// <param name="BytesPerSecond">Bytes likewise.</param>
public sealed record ActivityRate(long Records, long Bytes, long Rejected, double RecordsPerSecond, double BytesPerSecond);

/// <summary>From a batch's newest record to its answer.</summary>
/// <param name="LastSeconds">Of the last batch.</param>
/// <param name="MaxSeconds">The longest of the last hour.</param>
public sealed record ActivityLag(double LastSeconds, double MaxSeconds);

/// <summary>One batch.</summary>
/// <param name="At">When it was answered.</param>
/// <param name="Accepted">Records stored.</param>
/// <param name="Rejected">Lines rejected.</param>
/// <param name="Filtered">Records left out by the filter.</param>
/// <param name="Repeated">True when it had been stored before.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="ElapsedMs">From its first byte to its answer.</param>
/// <param name="Source">The way it came.</param>
public sealed record BatchFigures(DateTimeOffset At, long Accepted, long Rejected, long Filtered, bool Repeated, long Bytes, double ElapsedMs, string Source);

/// <summary>Test uploads, which are answered and not stored.</summary>
/// <param name="Count">How many.</param>
/// <param name="Last">When the last came; null when none did.</param>
public sealed record TestUploadFigures(long Count, DateTimeOffset? Last);

/// <summary>An error and how often it was seen.</summary>
/// <param name="Text">What it said the last time.</param>
/// <param name="Count">How often.</param>
/// <param name="FirstSeen">When first.</param>
/// <param name="LastSeen">When last.</param>
public sealed record ErrorFigures(string Text, long Count, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);

/// <summary>Why lines were rejected. What a record holds is never in it.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Count">Lines.</param>
/// <param name="FirstSeen">When first.</param>
/// <param name="LastSeen">When last.</param>
/// <param name="ExampleSource">The source of the last one, by which it is found among the rejects.</param>
/// <param name="ExampleLine">Its line number there, from 1; null when it is not known.</param>
public sealed record ReasonFigures(string Reason, long Count, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, string ExampleSource, long? ExampleLine);

/// <summary>The last hour, minute by minute, the oldest first. The last entry is the minute that is not over.</summary>
/// <param name="BucketSeconds">Seconds of an entry.</param>
/// <param name="Records">Records stored in each.</param>
/// <param name="Rejected">Lines rejected in each.</param>
public sealed record ActivityHistory(int BucketSeconds, IReadOnlyList<long> Records, IReadOnlyList<long> Rejected);

/// <summary>What came one way.</summary>
/// <param name="Kind">The way: <c>http</c>, <c>logpush</c>, <c>bucket</c> and so on.</param>
/// <param name="Records">Records stored.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Batches">Batches stored.</param>
/// <param name="Rejected">Lines rejected.</param>
/// <param name="Failed">Batches that failed.</param>
/// <param name="LastSeen">When the last batch came.</param>
public sealed record SourceFigures(string Kind, long Records, long Bytes, long Batches, long Rejected, long Failed, DateTimeOffset LastSeen);
