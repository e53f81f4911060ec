namespace Varve.Generator.Randomness;

/// <summary>Picks an index with a chance in proportion to its weight, in constant time (Walker's alias method).</summary>
internal sealed class WeightedTable
{
    readonly double[] _keep;
    readonly int[] _alias;

    public WeightedTable(IReadOnlyList<double> weights)
    {
        var count = weights.Count;
        var total = 0.0;
        foreach (var weight in weights)
            total += weight;

        _keep = new double[count];
        _alias = new int[count];
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (var i = 0; i < count; i++)
        {
            _keep[i] = weights[i] * count / total;
            (_keep[i] < 1 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            var low = small.Pop();
            var high = large.Pop();
            _alias[low] = high;
            _keep[high] -= 1 - _keep[low];
            (_keep[high] < 1 ? small : large).Push(high);
        }

        // What rounding left over is always kept.
        foreach (var rest in small.Concat(large))
            _keep[rest] = 1;
    }

    /// <summary>Weights (rank + q)^-s: the Zipf-Mandelbrot law of page and agent popularity.</summary>
    public static WeightedTable ZipfMandelbrot(int count, double q, double s)
    {
        var weights = new double[count];
        for (var i = 0; i < count; i++)
            weights[i] = PortableMath.Exp(-s * PortableMath.Log(i + 1 + q));
        return new WeightedTable(weights);
    }

    public int Pick(ref Prng random)
    {
        var bits = random.Next();
        var index = (int)(((bits >> 32) * (uint)_keep.Length) >> 32);
        return (uint)bits * (1.0 / 4294967296) < _keep[index] ? index : _alias[index];
    }
}
