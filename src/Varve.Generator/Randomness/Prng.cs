namespace Varve.Generator.Randomness;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014). Our own, because the sequence is part of the contract: same seed, same bytes.
/// </summary>
internal struct Prng(ulong seed)
{
    ulong _state = seed;

    public static Prng For(int seed, ulong stream, ulong ordinal) =>
        new(Mix(Mix(((ulong)(uint)seed << 8) + stream) + ordinal * 0x9E3779B97F4A7C15));

    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)(((Next() >> 32) * (uint)limit) >> 32);

    /// <summary><paramref name="low"/> to <paramref name="high"/>, both possible.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool PerMille(int chance) => Below(1000) < chance;

    public bool PerMillion(int chance) => Below(1_000_000) < chance;

    /// <summary>Log-normal: half of the draws are below the median.</summary>
    public double LogNormal(double median, double sigma) => median * PortableMath.Exp(sigma * PortableMath.Normal(Next()));

    public int LogNormalInt(double median, double sigma, int low, int high) =>
        (int)Math.Clamp(LogNormal(median, sigma), low, high);
}
