namespace Varve.Simulation.Tests.Scheduling;

/// <summary>
/// Runs everything of one simulation on one thread: continuations in an order that the seed gives, timers in the order of virtual time,
/// which passes only when nothing else can run.
/// </summary>
sealed class Scheduler(Random random) : SynchronizationContext
{
    const int StepsMax = 500_000;

    readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    readonly PriorityQueue<VirtualTimer, (long DueTicks, long Number)> _timers = new();
    readonly int _thread = Environment.CurrentManagedThreadId;
    long _timerNumber;

    // Where something was posted from another thread: a run with such code cannot be run again.
    volatile string? _escape;

    /// <summary>Virtual time.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_ready)
        {
            if (Environment.CurrentManagedThreadId != _thread)
                _escape ??= $"{d.Method.DeclaringType}.{d.Method.Name} {state} {Environment.StackTrace}";
            _ready.Add((d, state));
        }
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing may block in a simulation.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs until the task is done, or <paramref name="mustStop"/> says so.</summary>
    public void Run(Func<Task> main, Func<bool> mustStop)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = main();
            for (var step = 0; !task.IsCompleted && !mustStop(); step++)
                if (_escape is not null)
                    throw new InvalidOperationException($"Code left the scheduler (Task.Run, ConfigureAwait(false), a semaphore with a token): {_escape}");
                else if (step >= StepsMax || !Step())
                    throw new InvalidOperationException(step >= StepsMax ? "The simulation does not end." : "Nothing can run, and the simulation is not done.");
            if (task.IsCompleted)
                task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Waits in virtual time.</summary>
    public Task DelayAsync(TimeSpan time)
    {
        var done = new TaskCompletionSource();
        Schedule(new VirtualTimer(done.SetResult), time);
        return done.Task;
    }

    public void Schedule(VirtualTimer timer, TimeSpan dueTime) =>
        _timers.Enqueue(timer, ((Now + dueTime).UtcTicks, _timerNumber++));

    bool Step()
    {
        if (TakeReady() is { } work)
        {
            work.Callback(work.State);
            return true;
        }

        if (!_timers.TryDequeue(out var timer, out var due))
            return false;
        Now = new DateTimeOffset(Math.Max(due.DueTicks, Now.UtcTicks), TimeSpan.Zero);
        timer.Fire();
        return true;
    }

    (SendOrPostCallback Callback, object? State)? TakeReady()
    {
        lock (_ready)
        {
            if (_ready.Count == 0)
                return null;
            var index = random.Next(_ready.Count);
            var work = _ready[index];
            _ready.RemoveAt(index);
            return work;
        }
    }
}
