namespace Varve.Ingest.Activity;

/// <summary>What this process has taken and refused, by table. Safe to use from many threads.</summary>
public sealed class IngestActivity(TimeProvider clock)
{
    /// <summary>The clock that the times are of.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>A batch was answered with success.</summary>
    /// <param name="target">Where it went.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="newest">The newest timestamp among its records, or null when none was accepted.</param>
    /// <param name="elapsed">From its first byte to its answer.</param>
    internal void Stored(IngestTarget target, IngestOutcome outcome, DateTimeOffset? newest, TimeSpan elapsed) { }

    /// <summary>A line was rejected.</summary>
    /// <param name="target">Where it was to go.</param>
    /// <param name="reason">Why, as the outcome says it.</param>
    internal void Rejected(IngestTarget target, string reason) { }

    /// <summary>A batch was refused, or failed.</summary>
    internal void Failed(IngestTarget target, Exception fault) { }
}
