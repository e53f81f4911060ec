namespace Varve.Simulation.Tests.Scheduling;

/// <summary>Something that happens once, unless it is called off before.</summary>
sealed class VirtualTimer(Action action)
{
    /// <summary>True when it must not happen any more.</summary>
    public bool IsCalledOff { get; set; }

    public void Fire()
    {
        if (!IsCalledOff)
            action();
    }
}
