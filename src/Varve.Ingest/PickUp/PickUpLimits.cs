namespace Varve.Ingest.PickUp;

/// <summary>Bounds of a pick-up job. Every limit is tested at its value and one past it.</summary>
public sealed record PickUpLimits
{
    /// <summary>Most objects that one process takes in at the same time. Default 64.</summary>
    public int WorkersMax { get; init; } = 64;

    /// <summary>How often an object that cannot be taken in is tried before it is put on the failed list. Default 5.</summary>
    public int AttemptsMax { get; init; } = 5;

    /// <summary>Pause after the first failed attempt; each further one is six times as long. Default 10 s.</summary>
    public TimeSpan PauseMin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest pause between two attempts. Default 30 min.</summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Most objects on the failed list; then the job stops, for something is wrong with all of them. Default 10,000.</summary>
    public int FailedMax { get; init; } = 10_000;

    /// <summary>How long a claim on an object keeps other workers away; it is renewed while its holder lives. Default 2 min.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a batch that was sent again is certain to be known by its key: shorter than the day for which the pipeline knows it. An attempt
    /// that broke off longer ago is not repeated by itself. Default 20 h.
    /// </summary>
    public TimeSpan RepeatHorizon { get; init; } = TimeSpan.FromHours(20);

    /// <summary>Listings begin at the smallest name among the objects that were written this long before the newest one, or later. Default 2 days.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How often all names are listed. Default 1 day.</summary>
    public TimeSpan FullListingEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a job that does not watch waits for what cannot be taken yet: claims of workers that died, pauses. Default 3 min.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long objects that are being taken in may go on after the job was told to stop. Default 8 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Entries of progress that are kept one by one before they are folded into a snapshot. Default 64.</summary>
    public int EntriesMax { get; init; } = 64;

    /// <summary>Objects in one block of finished objects; a snapshot names up to twice as many one by one. Default 4,096.</summary>
    public int BlockObjects { get; init; } = 4096;

    /// <summary>Blocks that are kept in memory. Default 64.</summary>
    public int BlocksInMemoryMax { get; init; } = 64;

    /// <summary>Bytes of an object that are read at once; two such parts are in memory for each worker. Default 8 MiB.</summary>
    public int ReadBytes { get; init; } = 8 << 20;

    /// <summary>Characters of the reason of a failure that are kept. Default 500.</summary>
    public int ReasonLengthMax { get; init; } = 500;
}
