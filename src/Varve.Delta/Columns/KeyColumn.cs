namespace Varve.Delta.Columns;

/// <summary>Keys, one after the other in one array.</summary>
/// <param name="bytes">All keys, UTF-8.</param>
/// <param name="ends">Where each key ends; it starts where the one before ends.</param>
sealed class KeyColumn(byte[] bytes, int[] ends)
{
    public int Count => ends.Length;

    public ReadOnlySpan<byte> this[int row]
    {
        get
        {
            var start = row == 0 ? 0 : ends[row - 1];
            return bytes.AsSpan(start, ends[row] - start);
        }
    }

    /// <summary>True when each key is greater than the one before, by its bytes: then it can be searched without an index.</summary>
    public bool IsStrictlySorted()
    {
        for (var row = 1; row < Count; row++)
            if (this[row].SequenceCompareTo(this[row - 1]) <= 0)
                return false;
        return true;
    }

    /// <summary>The row of a key in sorted keys, or -1.</summary>
    public int Search(ReadOnlySpan<byte> key)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            var order = this[middle].SequenceCompareTo(key);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }
}
