using System.Buffers;
using Apache.Arrow;

namespace Varve.Maintenance.Merging;

/// <summary>The memory of arrays of one kind, held in place so that a row costs no look-up but that of its piece.</summary>
sealed unsafe class PinnedPieces : IDisposable
{
    readonly List<MemoryHandle> _handles = [];
    readonly byte*[] _valid;
    readonly byte*[][] _buffers;
    readonly int[] _offsets;
    readonly bool[] _isThere;

    /// <param name="pieces">The arrays; null where all values are null.</param>
    /// <param name="buffers">Buffers of values that each has after the one of nulls.</param>
    public PinnedPieces(IReadOnlyList<IArrowArray?> pieces, int buffers)
    {
        _valid = new byte*[pieces.Count];
        _buffers = new byte*[buffers][];
        for (var buffer = 0; buffer < buffers; buffer++)
            _buffers[buffer] = new byte*[pieces.Count];
        (_offsets, _isThere) = (new int[pieces.Count], new bool[pieces.Count]);
        for (var piece = 0; piece < pieces.Count; piece++)
        {
            if (pieces[piece]?.Data is not { } data)
            {
                MayHaveNulls = true;
                continue;
            }

            (_isThere[piece], _offsets[piece]) = (true, data.Offset);
            if (pieces[piece]!.NullCount > 0)
            {
                MayHaveNulls = true;
                _valid[piece] = Pin(data.Buffers[0]);
            }

            for (var buffer = 0; buffer < buffers; buffer++)
                _buffers[buffer][piece] = Pin(data.Buffers[buffer + 1]);
        }
    }

    /// <summary>False when every row of every piece has a value.</summary>
    public bool MayHaveNulls { get; }

    public bool IsNull(RowRef at)
    {
        if (at.Piece < 0 || !_isThere[at.Piece])
            return true;
        var valid = _valid[at.Piece];
        var row = at.Row + _offsets[at.Piece];
        return valid != null && (valid[row >> 3] & (1 << (row & 7))) == 0;
    }

    /// <summary>The value of a row in a buffer of fixed-size values.</summary>
    public T Value<T>(int buffer, RowRef at)
        where T : unmanaged => ((T*)_buffers[buffer][at.Piece])[at.Row + _offsets[at.Piece]];

    /// <summary>The bit of a row in a buffer of bits.</summary>
    public bool Bit(int buffer, RowRef at)
    {
        var row = at.Row + _offsets[at.Piece];
        return (_buffers[buffer][at.Piece][row >> 3] & (1 << (row & 7))) != 0;
    }

    /// <summary>Where a row's items lie: the first, and the one after the last.</summary>
    public (int Start, int End) Range(int buffer, RowRef at)
    {
        var offsets = (int*)_buffers[buffer][at.Piece] + at.Row + _offsets[at.Piece];
        return (offsets[0], offsets[1]);
    }

    /// <summary>Bytes of a buffer.</summary>
    public ReadOnlySpan<byte> Bytes(int buffer, int piece, int start, int end) => new(_buffers[buffer][piece] + start, end - start);

    public void Dispose()
    {
        foreach (var handle in _handles)
            handle.Dispose();
    }

    byte* Pin(ArrowBuffer buffer)
    {
        var handle = buffer.Memory.Pin();
        _handles.Add(handle);
        return (byte*)handle.Pointer;
    }
}
