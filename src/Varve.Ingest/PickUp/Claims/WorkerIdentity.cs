using System.ComponentModel;
using System.Diagnostics;

namespace Varve.Ingest.PickUp.Claims;

/// <summary>Who holds a claim: so that those on the same machine see that a holder has died without waiting for its lease to end.</summary>
/// <param name="Machine">Name of the machine and its boot: a process number means something only there.</param>
/// <param name="ProcessId">Number of the process.</param>
/// <param name="Started">When the process was started, ticks: numbers are given again.</param>
/// <param name="Name">What tells this worker from all others.</param>
sealed record WorkerIdentity(string Machine, int ProcessId, long Started, string Name)
{
    const string BootFile = "/proc/sys/kernel/random/boot_id";

    public static WorkerIdentity OfThisProcess(string name)
    {
        using var process = Process.GetCurrentProcess();
        var boot = File.Exists(BootFile) ? File.ReadAllText(BootFile).Trim() : "";
        return new WorkerIdentity($"{Environment.MachineName}/{boot}", process.Id, process.StartTime.ToUniversalTime().Ticks, name);
    }

    /// <summary>True when the other was on this machine and its process is gone for certain.</summary>
    public bool KnowsAsGone(WorkerIdentity other)
    {
        if (other.Machine != Machine || (other.ProcessId == ProcessId && other.Started == Started))
            return false;
        try
        {
            using var process = Process.GetProcessById(other.ProcessId);
            // The time is worked out from the uptime, which is not exact to the tick.
            return Math.Abs(process.StartTime.ToUniversalTime().Ticks - other.Started) > TimeSpan.TicksPerSecond;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or NotSupportedException)
        {
            return false;
        }
    }
}
