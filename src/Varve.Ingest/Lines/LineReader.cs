using Varve.Storage;

namespace Varve.Ingest.Lines;

/// <summary>Splits a stream into lines at <c>\n</c> in a buffer that is used again and again: a line is valid until the next read.</summary>
sealed class LineReader(Stream stream, IngestLimits limits)
{
    const int ReadBytes = 1 << 20;

    byte[] _buffer = new byte[2 * ReadBytes];
    int _start;
    int _end;
    int _scanned;
    bool _atEnd;
    long _bytes;

    /// <summary>Number of the line read last, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>The line without its newline; of one over the limit the first part.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Size of the whole line in bytes.</summary>
    public long LineBytes { get; private set; }

    /// <summary>Goes to the next line; false at the end of the stream.</summary>
    /// <exception cref="VarveException">The body is over its limit, or cannot be decompressed.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTakeLine())
                return true;
            if (_atEnd)
                return TakeRest();
            if (_end - _start > limits.LineBytesMax)
                return await SkipLongLineAsync(cancellationToken);
            await FillAsync(cancellationToken);
        }
    }

    bool TryTakeLine()
    {
        var newline = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        if (newline < 0)
        {
            _scanned = _end;
            return false;
        }

        var length = _scanned + newline - _start;
        Take(_start, length, length);
        _start = _scanned = _start + length + 1;
        return true;
    }

    bool TakeRest()
    {
        if (_start == _end)
            return false;
        Take(_start, _end - _start, _end - _start);
        _start = _scanned = _end;
        return true;
    }

    void Take(int start, int length, long lineBytes)
    {
        LineNumber++;
        Line = _buffer.AsMemory(start, (int)Math.Min(length, (long)limits.LineBytesMax + 1));
        LineBytes = lineBytes;
        if (LineNumber == 1 && Line.Span.StartsWith("\uFEFF"u8))
            Line = Line[3..];
    }

    async ValueTask<bool> SkipLongLineAsync(CancellationToken cancellationToken)
    {
        var kept = _buffer.AsSpan(_start, limits.RejectedLineBytesMax < _end - _start ? limits.RejectedLineBytesMax : _end - _start).ToArray();
        var length = (long)(_end - _start);
        while (true)
        {
            _start = _scanned = _end = 0;
            await FillAsync(cancellationToken);
            var newline = _buffer.AsSpan(0, _end).IndexOf((byte)'\n');
            length += newline < 0 ? _end : newline;
            if (newline < 0 && !_atEnd)
                continue;
            _start = _scanned = newline < 0 ? _end : newline + 1;
            LineNumber++;
            (Line, LineBytes) = (kept, length);
            return true;
        }
    }

    async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0 && _end + ReadBytes > _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_scanned, _end, _start) = (_scanned - _start, _end - _start, 0);
        }

        if (_end + ReadBytes > _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int read;
        try
        {
            read = await stream.ReadAsync(_buffer.AsMemory(_end, ReadBytes), cancellationToken);
        }
        catch (InvalidDataException fault)
        {
            throw new VarveException(FaultKind.Invalid, $"The gzip data is damaged near line {LineNumber + 1}: {fault.Message} Nothing was stored.", fault);
        }

        _atEnd = read == 0;
        _end += read;
        if ((_bytes += read) > limits.BodyBytesMax)
            throw new VarveException(FaultKind.LimitExceeded,
                $"The body is over the limit of {limits.BodyBytesMax} bytes of NDJSON. Nothing was stored; send it in parts.");
    }
}
