namespace Varve.Generator.Randomness;

/// <summary>
/// Exp, Log and the normal distribution from additions, multiplications, divisions and square roots only. IEEE 754 fixes
/// those to the last bit; the C library behind <see cref="Math"/> does not fix its functions, and our bytes depend on them.
/// </summary>
internal static class PortableMath
{
    const double Ln2 = 0.6931471805599453;
    const int QuantileBits = 12;

    static readonly double[] Quantiles = BuildQuantiles();

    public static double Exp(double x)
    {
        var k = Math.Floor(x / Ln2 + 0.5);
        var r = x - k * Ln2;
        var sum = 1.0;
        for (var i = 12; i >= 1; i--)
            sum = 1 + r / i * sum;
        return sum * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }

    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var sum = 0.0;
        for (var i = 41; i >= 1; i -= 2)
            sum = sum * square + 1.0 / i;
        return exponent * Ln2 + 2 * s * sum;
    }

    /// <summary>A standard normal value for 64 random bits, between two of 4096 quantiles, at most 4 from the mean.</summary>
    public static double Normal(ulong bits)
    {
        var index = (int)(bits >> (64 - QuantileBits));
        var fraction = (bits << QuantileBits >> 32) * (1.0 / 4294967296);
        return Quantiles[index] + fraction * (Quantiles[index + 1] - Quantiles[index]);
    }

    static double[] BuildQuantiles()
    {
        const int cells = 1 << QuantileBits;
        var quantiles = new double[cells + 1];
        for (var i = 1; i < cells; i++)
            quantiles[i] = InverseNormal((double)i / cells);
        quantiles[0] = -4;
        quantiles[cells] = 4;
        return quantiles;
    }

    /// <summary>P. J. Acklam's rational approximation, relative error below 1.2e-9.</summary>
    static double InverseNormal(double p)
    {
        if (p > 0.5)
            return -InverseNormal(1 - p);
        if (p < 0.02425)
        {
            var t = Math.Sqrt(-2 * Log(p));
            return (((((-7.784894002430293e-03 * t - 3.223964580411365e-01) * t - 2.400758277161838) * t
                - 2.549732539343734) * t + 4.374664141464968) * t + 2.938163982698783)
                / ((((7.784695709041462e-03 * t + 3.224671290700398e-01) * t + 2.445134137142996) * t
                + 3.754408661907416) * t + 1);
        }

        var q = p - 0.5;
        var r = q * q;
        return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r
            + 1.383577518672690e+02) * r - 3.066479806614716e+01) * r + 2.506628277459239) * q
            / (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r
            + 6.680131188771972e+01) * r - 1.328068155288572e+01) * r + 1);
    }
}
