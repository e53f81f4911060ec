using System.Numerics;

namespace Varve.Delta.Index;

/// <summary>
/// About how many of many hashes are different, by linear counting (Whang et al., 1990): each sets a bit of a field that has as many bits as
/// there are hashes, and the share of bits that stay 0 tells. The error is a few in a thousand, and the cost that of a bit a hash.
/// </summary>
static class ValueCount
{
    const int BitsMin = 1 << 12;
    const int BitsOfWord = 64;

    /// <summary>The number of different hashes, at least 1 when there is one and at most the number of all.</summary>
    public static int Of(ReadOnlySpan<ulong> hashes)
    {
        if (hashes.Length <= 1)
            return hashes.Length;
        var bits = (int)Math.Min(1 << 30, BitOperations.RoundUpToPowerOf2((uint)Math.Max(BitsMin, hashes.Length)));
        var field = new ulong[bits / BitsOfWord];
        var mask = (uint)bits - 1;
        foreach (var hash in hashes)
        {
            var bit = (uint)hash & mask;
            field[bit / BitsOfWord] |= 1UL << (int)(bit % BitsOfWord);
        }

        var set = 0L;
        foreach (var word in field)
            set += BitOperations.PopCount(word);
        var values = set == bits ? hashes.Length : Math.Round(bits * Math.Log(bits / (double)(bits - set)));
        return (int)Math.Clamp(values, 1, hashes.Length);
    }
}
