using System.Numerics;
using System.Runtime.CompilerServices;

namespace Varve.Ingest.Columns;

/// <summary>One bit a row; rows that were never set are 0.</summary>
struct RowBits()
{
    PinnedArray<ulong> _words;
    int _rows;

    public readonly bool this[int row] => row < _rows && (_words[row >> 6] & (1UL << row)) != 0;

    /// <summary>True when a row was set since the last <see cref="Clear()"/>.</summary>
    public readonly bool Any => _rows > 0;

    /// <summary>How many of the first rows are set.</summary>
    public readonly int Count(int rows)
    {
        var count = 0;
        foreach (var word in _words.First(Math.Min(_words.Capacity, (rows + 63) >> 6)))
            count += BitOperations.PopCount(word);
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int row)
    {
        _words.Fit(row >> 6, 64);
        _words[row >> 6] |= 1UL << row;
        if (row >= _rows)
            _rows = row + 1;
    }

    public readonly void Unset(int row)
    {
        if (row < _rows)
            _words[row >> 6] &= ~(1UL << row);
    }

    public void Clear()
    {
        _words.First((_rows + 63) >> 6).Clear();
        _rows = 0;
    }
}
