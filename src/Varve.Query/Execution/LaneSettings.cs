namespace Varve.Query.Execution;

/// <summary>What one lane may take of the limits.</summary>
/// <param name="Name">Its name: in messages, metrics and the name of its folder.</param>
/// <param name="ConcurrencyMax">Queries that run at once.</param>
/// <param name="WaitingMax">Queries that wait.</param>
/// <param name="WaitMax">How long one waits.</param>
/// <param name="RetryAfter">When one that was sent away may come again.</param>
/// <param name="MemoryBytes">Memory of its engine.</param>
/// <param name="DiskBytes">Disk of its engine.</param>
sealed record LaneSettings(string Name, int ConcurrencyMax, int WaitingMax, TimeSpan WaitMax, TimeSpan RetryAfter, long MemoryBytes, long DiskBytes)
{
    /// <summary>True for the queries that read much.</summary>
    public required bool IsHeavy { get; init; }

    /// <summary>Places in the line that one account may take.</summary>
    public required int AccountWaitingMax { get; init; }

    /// <summary>How long a query may go on after it was interrupted.</summary>
    public required TimeSpan StopGrace { get; init; }

    /// <summary>Memory of one worker, past which it is killed.</summary>
    public required long WorkerBytesMax { get; init; }

    /// <summary>How long a worker that nobody needs is kept.</summary>
    public required TimeSpan WorkerIdleMax { get; init; }

    /// <summary>How often the memory of a worker is looked at.</summary>
    public required TimeSpan MemoryLookEvery { get; init; }

    /// <summary>Queries given up that still run.</summary>
    public required int GivenUpMax { get; init; }

    /// <summary>The lane of the queries that read little.</summary>
    public static LaneSettings Light(QueryLimits limits) => Of("light", limits.ConcurrencyMax, limits.WaitingMax, limits.WaitMax, 2, isHeavy: false, limits);

    /// <summary>The lane of the queries that read much.</summary>
    public static LaneSettings Heavy(QueryLimits limits) =>
        Of("heavy", limits.HeavyConcurrencyMax, limits.HeavyWaitingMax, limits.HeavyWaitMax, 10, isHeavy: true, limits);

    static LaneSettings Of(string name, int concurrencyMax, int waitingMax, TimeSpan waitMax, int retrySeconds, bool isHeavy, QueryLimits limits)
    {
        var share = isHeavy ? limits.HeavyShare : 1 - limits.HeavyShare;
        return new LaneSettings(
            name, concurrencyMax, waitingMax, waitMax, TimeSpan.FromSeconds(retrySeconds), (long)(limits.EngineMemoryBytes * share), (long)(limits.EngineDiskBytes * share))
        {
            IsHeavy = isHeavy,
            // At least one place: an account can always wait where anyone can.
            AccountWaitingMax = Math.Min(waitingMax, Math.Max(1, (int)(waitingMax * limits.AccountShareMax))),
            StopGrace = limits.StopGrace,
            WorkerBytesMax = limits.WorkerBytesMax,
            WorkerIdleMax = limits.WorkerIdleMax,
            MemoryLookEvery = limits.MemoryLookEvery,
            GivenUpMax = limits.GivenUpMax,
        };
    }
}
