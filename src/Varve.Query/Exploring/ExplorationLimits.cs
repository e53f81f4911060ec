namespace Varve.Query.Exploring;

/// <summary>Bounds on the questions beside a query.</summary>
public sealed record ExplorationLimits
{
    /// <summary>Buckets of a histogram. Default 1,000.</summary>
    public int BucketsMax { get; init; } = 1_000;

    /// <summary>Values of a histogram's field that get a series of their own. Default 6.</summary>
    public int SeriesMax { get; init; } = 6;

    /// <summary>Rows that are looked at to count the values of all fields, the newest. Default 10,000.</summary>
    public int SampleRows { get; init; } = 10_000;

    /// <summary>Fields whose most frequent values are given at once. Default 10.</summary>
    public int FacetsMax { get; init; } = 10;

    /// <summary>Most frequent values of a field. Default 100.</summary>
    public int TopMax { get; init; } = 100;

    /// <summary>Records before an instant, and as many after it. Default 500.</summary>
    public int ContextMax { get; init; } = 500;

    /// <summary>Records that a live tail gives at once; of more only the newest. Default 500.</summary>
    public int TailRowsMax { get; init; } = 500;

    /// <summary>How often a live tail looks for commits. Default 1 s.</summary>
    public TimeSpan TailEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Live tails at once; one more is told to come again later. Default 20.</summary>
    public int TailsMax { get; init; } = 20;

    /// <summary>How long a live tail goes on. Default 1 h.</summary>
    public TimeSpan TailDuration { get; init; } = TimeSpan.FromHours(1);
}
