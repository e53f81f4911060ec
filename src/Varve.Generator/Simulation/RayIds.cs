using Varve.Generator.Randomness;

namespace Varve.Generator.Simulation;

/// <summary>
/// Ray IDs: 41 bits of milliseconds, then 23 bits that tell requests of one millisecond apart. Those are a count put
/// through a keyed permutation: they look random and cannot repeat. Planned requests take the odd counts and the crowd
/// the even ones, so that a story knows its Ray IDs without the crowd being simulated.
/// </summary>
internal sealed class RayIds(int seed, bool planned)
{
    const int LowBits = 23;
    const ulong LowMask = (1UL << LowBits) - 1;

    /// <summary>1985: puts a request of the 2020s where today's Ray IDs are, in 8 and 9.</summary>
    static readonly long EpochMs = new DateTimeOffset(1985, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    long _millisecond = long.MinValue;
    ulong _count;

    /// <summary>Times must not decrease from call to call.</summary>
    public ulong Next(long unixMilliseconds)
    {
        if (unixMilliseconds != _millisecond)
            (_millisecond, _count) = (unixMilliseconds, 0);
        var low = (_count++ << 1) | (planned ? 1UL : 0);
        if (low > LowMask)
            throw new InvalidOperationException("More requests in one millisecond than Ray IDs can tell apart.");
        var time = (ulong)(unixMilliseconds - EpochMs);
        return time << LowBits | Permute(low, Prng.Mix(time + (ulong)(uint)seed));
    }

    static ulong Permute(ulong value, ulong key)
    {
        value = (value * 0x2C9277 + key) & LowMask;
        value ^= value >> 11;
        value = (value * 0x5BD1E9 + (key >> 32)) & LowMask;
        return value ^ (value >> 12);
    }
}
