using Varve.Generator.Simulation;
using Varve.Generator.World;

namespace Varve.Generator.Stories;

/// <summary>What a story needs to know of the window and the site it takes place in.</summary>
internal sealed record StorySetting(int Seed, long Requests, long WindowUs, Site Site, Edge Edge)
{
    /// <summary>A time in the window; <paramref name="us"/> outside of it is moved to its edge.</summary>
    public long Inside(long us) => Math.Clamp(us, 0, WindowUs - 1);

    /// <summary>Start and length of a story of that length, shortened in short windows.</summary>
    public (long FromUs, long LengthUs) Span(int minutes, int centrePercent, int windowPercentMax)
    {
        var length = Math.Min(minutes * 60_000_000L, WindowUs / 100 * windowPercentMax);
        return (WindowUs / 100 * centrePercent - length / 2, length);
    }
}
