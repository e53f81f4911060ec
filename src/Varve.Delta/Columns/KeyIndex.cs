using System.Numerics;

namespace Varve.Delta.Columns;

/// <summary>
/// Rows by the hash of their key, in one array: a slot has 8 bits of the hash and 24 bits of the row, so that most slots of other keys are
/// passed over without a look at the key. Open addressing, at most three quarters full.
/// </summary>
sealed class KeyIndex
{
    /// <summary>The most rows that an index can hold.</summary>
    public const int RowsMax = (1 << RowBits) - 2;

    const int RowBits = 24;
    const uint RowMask = (1u << RowBits) - 1;
    const int SlotsMin = 16;

    uint[] _slots;
    int _mask;
    int _used;

    public KeyIndex(int rows)
    {
        _slots = new uint[Math.Max(SlotsMin, (int)BitOperations.RoundUpToPowerOf2((uint)(rows * 4L / 3) + 1))];
        _mask = _slots.Length - 1;
    }

    public bool IsFull => _used >= _slots.Length / 4 * 3;

    /// <summary>An index of twice the size with the same rows.</summary>
    /// <param name="hashOf">The hash of a row's key.</param>
    public void Grow(Func<int, ulong> hashOf)
    {
        var old = _slots;
        _slots = new uint[old.Length * 2];
        (_mask, _used) = (_slots.Length - 1, 0);
        foreach (var slot in old)
            if (slot != 0)
            {
                var row = (int)(slot & RowMask) - 1;
                Add(hashOf(row), row);
            }
    }

    /// <summary>Adds a row whose key is not in the index.</summary>
    public void Add(ulong hash, int row)
    {
        var at = First(hash);
        while (_slots[at] != 0)
            at = (at + 1) & _mask;
        _slots[at] = Slot(hash, row);
        _used++;
    }

    /// <summary>Where a search for the hash starts.</summary>
    public Probe Start(ulong hash) => new(this, hash);

    int First(ulong hash) => (int)hash & _mask;

    static uint Slot(ulong hash, int row) => ((uint)(hash >> 56) << RowBits) | (uint)(row + 1);

    /// <summary>Goes over the rows whose key may be the one that is looked for.</summary>
    public ref struct Probe(KeyIndex index, ulong hash)
    {
        int _at = index.First(hash) - 1;

        /// <summary>The row; -1 after the last.</summary>
        public int Row { get; private set; } = -1;

        public bool Next()
        {
            var tag = (uint)(hash >> 56);
            while (true)
            {
                _at = (_at + 1) & index._mask;
                var slot = index._slots[_at];
                if (slot == 0)
                {
                    Row = -1;
                    return false;
                }

                if (slot >> RowBits != tag)
                    continue;
                Row = (int)(slot & RowMask) - 1;
                return true;
            }
        }

        /// <summary>Puts another row of the same key in the place of the one that was found.</summary>
        public readonly void Replace(int row) => index._slots[_at] = Slot(hash, row);
    }
}
