using Varve.Storage;

namespace Varve.Server;

/// <summary>The lines of a bulk, one at a time: a line is valid until the next is read. Of one over the limit only the beginning is given.</summary>
sealed class BulkLines(Stream plain, ProtocolLimits limits, int lineBytesMax, HeldBytes.Lease held)
{
    const int ReadBytes = 64 << 10;

    byte[] _buffer = new byte[2 * ReadBytes];
    int _start;
    int _end;
    bool _atEnd;
    long _bytes;

    /// <summary>The line, without its newline.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Its number, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Goes to the next line; false at the end of the body.</summary>
    /// <exception cref="VarveException">The body is over its limit, or is no gzip although it began like it.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var scanned = _start;
        while (true)
        {
            var newline = _buffer.AsSpan(scanned, _end - scanned).IndexOf((byte)'\n');
            if (newline >= 0 || _atEnd)
            {
                var end = newline < 0 ? _end : scanned + newline;
                if (newline < 0 && _start == _end)
                    return false;
                Take(end);
                return true;
            }

            // The line may be moved, and what is new stands at the end.
            var filled = await FillAsync(cancellationToken);
            scanned = _end - filled;
        }
    }

    void Take(int end)
    {
        Number++;
        Line = _buffer.AsMemory(_start, Math.Min(end - _start, lineBytesMax + 1));
        _start = Math.Min(end + 1, _end);
    }

    async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        if (_end + ReadBytes > _buffer.Length)
        {
            var target = _end - _start + ReadBytes > _buffer.Length ? new byte[_buffer.Length * 2] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(target);
            (_buffer, _end, _start) = (target, _end - _start, 0);
        }

        int filled;
        try
        {
            filled = await plain.ReadAsync(_buffer.AsMemory(_end, ReadBytes), cancellationToken);
        }
        catch (InvalidDataException fault)
        {
            throw new VarveException(FaultKind.Invalid, $"The gzip data is damaged near line {Number + 1}: {fault.Message} Nothing was stored.", fault);
        }

        _atEnd = filled == 0;
        _end += filled;
        held.Add(filled);
        if ((_bytes += filled) > limits.BulkBytesMax)
            throw new VarveException(FaultKind.LimitExceeded, $"The bulk is over the limit of {limits.BulkBytesMax} bytes after decompression. Nothing was stored; send smaller bulks.");
        return filled;
    }
}
