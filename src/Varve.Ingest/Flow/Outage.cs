using Varve.Storage;

namespace Varve.Ingest.Flow;

/// <summary>Tries again while a store does not answer.</summary>
static class Outage
{
    static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(10);

    /// <summary>Does what may be done again, until it is done or the store has failed for so long.</summary>
    /// <exception cref="VarveException">The store has failed for too long (<see cref="FaultKind.Unavailable"/>), or another fault.</exception>
    public static async Task RideOutAsync(Func<Task> work, TimeSpan outageMax, TimeProvider clock, CancellationToken cancellationToken) =>
        await RideOutAsync(
            async () =>
            {
                await work();
                return true;
            },
            outageMax, clock, cancellationToken);

    /// <inheritdoc cref="RideOutAsync(Func{Task}, TimeSpan, TimeProvider, CancellationToken)"/>
    public static async Task<T> RideOutAsync<T>(Func<Task<T>> work, TimeSpan outageMax, TimeProvider clock, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        var pause = PauseMin;
        while (true)
        {
            try
            {
                return await work();
            }
            catch (VarveException fault) when (fault.Kind == FaultKind.Unavailable)
            {
                if (clock.GetElapsedTime(since) + pause > outageMax)
                    throw new VarveException(
                        FaultKind.Unavailable, $"The store did not answer for {outageMax.TotalSeconds:0} s: {fault.Message} The batch may be sent again: it is stored once.", fault)
                    {
                        RetryAfter = ComeAgain,
                    };
            }

            await Task.Delay(pause, clock, cancellationToken);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }
}
