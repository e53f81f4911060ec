namespace Varve.Ingest.PickUp;

/// <summary>What a job has done since it was started. Safe to use from many threads.</summary>
sealed class Counts
{
    readonly Lock _lock = new();
    PickUpReport _report = new();

    public void Change(Func<PickUpReport, PickUpReport> change)
    {
        lock (_lock)
            _report = change(_report);
    }

    /// <summary>The counts so far.</summary>
    public PickUpReport Report
    {
        get
        {
            lock (_lock)
                return _report;
        }
    }
}
