namespace Varve.Query.Files;

/// <summary>
/// Writes a range so that it is there whole or its beginning is missing: the first page last. A reader that comes too early meets zeros where a
/// header has to be.
/// </summary>
sealed class PendingRange
{
    const int PageBytes = 4096;

    readonly Lock _lock = new();
    readonly FileRange _range;
    byte[]? _head;
    long _missing;

    public PendingRange(FileRange range)
    {
        _range = range;
        _missing = range.Length;
    }

    /// <summary>True when some of it is written and not all.</summary>
    public bool IsTorn
    {
        get
        {
            lock (_lock)
                return _missing > 0 && _missing < _range.Length;
        }
    }

    /// <summary>Takes a part; true when all is written. Parts may come in any order, each once.</summary>
    public bool Write(SparseFile output, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (offset == _range.Start)
            {
                _head = bytes[..(int)Math.Min(bytes.Length, PageBytes - (offset % PageBytes))].ToArray();
                output.Write(offset + _head.Length, bytes[_head.Length..]);
                _missing -= bytes.Length - _head.Length;
            }
            else
            {
                output.Write(offset, bytes);
                _missing -= bytes.Length;
            }

            if (_head is null || _missing > _head.Length)
                return false;
            output.Write(_range.Start, _head);
            _missing = 0;
            return true;
        }
    }
}
