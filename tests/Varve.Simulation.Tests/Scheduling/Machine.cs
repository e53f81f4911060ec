namespace Varve.Simulation.Tests.Scheduling;

/// <summary>A process on a computer: it has a clock of its own, and it may die between any two things that it does.</summary>
sealed class Machine(string name, Scheduler scheduler, TimeSpan clockOffset)
{
    readonly TaskCompletionSource _dead = new();

    public string Name { get; } = name;

    /// <summary>Done when the machine is dead.</summary>
    public Task Dead => _dead.Task;

    public bool IsAlive { get; private set; } = true;

    /// <summary>Its clock, which is wrong by an offset.</summary>
    public VirtualClock Clock => field ??= new VirtualClock(scheduler, clockOffset, () => IsAlive);

    public void Kill()
    {
        IsAlive = false;
        // Whoever waits for the end must not run within the call that brings it.
        scheduler.Post(_ => _dead.TrySetResult(), null);
    }

    /// <summary>Goes on when the machine is alive, and never when it is dead.</summary>
    public Task GoOnAsync() => IsAlive ? Task.CompletedTask : new TaskCompletionSource().Task;
}
