using System.Runtime.CompilerServices;

namespace Varve.Ingest.Columns;

/// <summary>One bit a row; rows that were never set are 0.</summary>
struct RowBits()
{
    ulong[] _words = [];
    int _rows;

    public readonly bool this[int row] => row < _rows && (_words[row >> 6] & (1UL << row)) != 0;

    /// <summary>True when a row was set since the last <see cref="Clear()"/>.</summary>
    public readonly bool Any => _rows > 0;

    /// <summary>How many of the first rows are set.</summary>
    public readonly int Count(int rows)
    {
        var count = 0;
        for (var word = 0; word < Math.Min(_words.Length, (rows + 63) >> 6); word++)
            count += System.Numerics.BitOperations.PopCount(_words[word]);
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int row)
    {
        var word = row >> 6;
        if (word >= _words.Length)
            Array.Resize(ref _words, Math.Max(word + 1, Math.Max(64, _words.Length * 2)));
        _words[word] |= 1UL << row;
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
        _words.AsSpan(0, (_rows + 63) >> 6).Clear();
        _rows = 0;
    }
}
