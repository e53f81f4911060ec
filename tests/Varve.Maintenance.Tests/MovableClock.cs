namespace Varve.Maintenance.Tests;

/// <summary>A clock that goes on by itself and can be put forward: pauses between attempts end, and days pass at once.</summary>
sealed class MovableClock(DateTimeOffset start) : TimeProvider
{
    readonly long _begun = System.GetTimestamp();
    TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(_begun) + _ahead;

    public void Advance(TimeSpan time) => _ahead += time;
}
