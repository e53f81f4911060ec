namespace Varve.Simulation.Tests.Scheduling;

/// <summary>The clock of one machine: virtual time, wrong by an offset. Timers of a dead machine never fire.</summary>
sealed class VirtualClock(Scheduler scheduler, TimeSpan offset, Func<bool> isAlive) : TimeProvider
{
    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => scheduler.Now + offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => scheduler.Now.UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ClockTimer(scheduler, () =>
        {
            if (isAlive())
                callback(state);
        });
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class ClockTimer(Scheduler scheduler, Action action) : ITimer
    {
        VirtualTimer? _next;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Dispose();
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            var next = new VirtualTimer(() =>
            {
                if (period > TimeSpan.Zero)
                    Change(period, period);
                action();
            });
            scheduler.Schedule(_next = next, dueTime);
            return true;
        }

        public void Dispose()
        {
            if (_next is { } next)
                next.IsCalledOff = true;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
