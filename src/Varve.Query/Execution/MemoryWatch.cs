using Microsoft.Extensions.Logging;

namespace Varve.Query.Execution;

/// <summary>
/// Looks at the memory of the whole process while queries run, and stops one when it is too much: the newest heavy one, or the newest when none is
/// heavy. What an engine counts is not all that it takes: states of quantiles, texts on their way and constants are not in it.
/// </summary>
sealed class MemoryWatch : IDisposable
{
    // What a query held comes back little by little after its end.
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    readonly RunningQueries _running;
    readonly QueryLimits _limits;
    readonly TimeProvider _clock;
    readonly Func<long> _residentBytes;
    readonly ILogger _logger;
    readonly ITimer _timer;
    int _isArmed;
    QueryRun? _stopped;
    long? _stoppedEndedAt;

    /// <param name="running">The queries.</param>
    /// <param name="limits">How much the process may hold, and how often it is looked at.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="residentBytes">What the process holds.</param>
    /// <param name="logger">Told of what was stopped.</param>
    public MemoryWatch(RunningQueries running, QueryLimits limits, TimeProvider clock, Func<long> residentBytes, ILogger logger)
    {
        (_running, _limits, _clock, _residentBytes, _logger) = (running, limits, clock, residentBytes, logger);
        _timer = clock.CreateTimer(static state => ((MemoryWatch)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        running.Added += Arm;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _running.Added -= Arm;
        _timer.Dispose();
    }

    void Arm()
    {
        if (Interlocked.Exchange(ref _isArmed, 1) == 0)
            _timer.Change(_limits.MemoryLookEvery, Timeout.InfiniteTimeSpan);
    }

    void Look()
    {
        Check(_residentBytes());
        Volatile.Write(ref _isArmed, 0);
        if (!_running.IsEmpty)
            Arm();
    }

    void Check(long resident)
    {
        if (resident <= _limits.ResidentBytesMax)
        {
            (_stopped, _stoppedEndedAt) = (null, null);
            return;
        }

        // One at a time: the memory of the first may be enough.
        if (_stopped is not null)
        {
            if (_stopped.State != QueryState.Ended)
                return;
            _stoppedEndedAt ??= _clock.GetTimestamp();
            if (_clock.GetElapsedTime(_stoppedEndedAt.Value) < Settling)
                return;
        }

        (_stopped, _stoppedEndedAt) = (Newest(), null);
        if (_stopped is not { } run)
            return;
        Log.StoppedForMemory(_logger, run.Lane, run.Id, resident >> 20, _limits.ResidentBytesMax >> 20);
        Telemetry.StoppedForMemory.Add(1, new KeyValuePair<string, object?>("lane", run.Lane));
        run.Stop(EngineFaults.ProcessOutOfMemory(_limits.ResidentBytesMax));
    }

    QueryRun? Newest() => _running.All().Where(run => run.State == QueryState.Running && run.IsHere)
        .OrderByDescending(run => run.IsHeavy).ThenByDescending(run => run.StartedAt).FirstOrDefault();
}
