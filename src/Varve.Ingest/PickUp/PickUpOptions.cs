using Varve.Ingest.Formats;

namespace Varve.Ingest.PickUp;

/// <summary>What a job picks up, and where it puts it.</summary>
/// <param name="Job">
/// The job's name: 1 to 64 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>. Its progress is kept under this name beside the account's tables.
/// </param>
/// <param name="Source">Address of the source, as it is remembered with the job: a job reads one source only.</param>
/// <param name="Target">Where the records go. As source of rejects the object's path is named.</param>
public sealed record PickUpOptions(string Job, string Source, IngestTarget Target)
{
    /// <summary>The form of the objects. Default: told by their first byte.</summary>
    public BodyFormat Format { get; init; } = BodyFormat.Auto;

    /// <summary>Names of the fields of CSV or TSV objects that have no header line; null: the first line names them.</summary>
    public IReadOnlyList<string>? FieldNames { get; init; }

    /// <summary>The share of records that the sender kept, above 0 to 1; null: all.</summary>
    public double? SampleRate { get; init; }

    /// <summary>Objects that this process takes in at the same time. Default 2.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Objects written later than this long ago are left alone: they may still be written. Default: none, as for buckets.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.Zero;

    /// <summary>Objects last written before this are not taken; null: all are.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>True: goes on and looks for new objects until it is stopped. False: ends when all that can be taken is taken. Default false.</summary>
    public bool Watch { get; init; }

    /// <summary>Pause between two looks when it watches. Default 30 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>True: names that other programs give to unfinished files are left alone (<c>*.tmp</c>, leading dot). Default false.</summary>
    public bool IsFolder { get; init; }

    /// <summary>Bounds and times that seldom need a change.</summary>
    public PickUpLimits Limits { get; init; } = new();
}
