using System.Buffers;
using Varve.Ingest.Records;
using Varve.Storage;

namespace Varve.Ingest.Lines;

/// <summary>Splits a stream into blocks of whole lines. A line that is over the limit is a block of its own, of which only the first part is kept.</summary>
sealed class BlockReader(Stream stream, IngestLimits limits) : IDisposable
{
    const int BlockBytes = (1 << 20) - JsonBytes.Padding - 1;

    byte[] _bytes = ArrayPool<byte>.Shared.Rent(BlockBytes + JsonBytes.Padding + 1);
    int _length;
    bool _atEnd;
    bool _isFirst = true;
    long _line = 1;

    /// <summary>Bytes read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next block, which the caller disposes of; null at the end.</summary>
    /// <exception cref="VarveException">The body is over its limit, or cannot be decompressed.</exception>
    public async ValueTask<Block?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_atEnd)
                return TakeRest();
            var full = _bytes.Length - JsonBytes.Padding - 1;
            if (_length >= BlockBytes || _length >= full)
            {
                if (_bytes.AsSpan(0, _length).LastIndexOf((byte)'\n') is >= 0 and var newline)
                    return Take(newline + 1);
                if (_length > limits.LineBytesMax)
                    return await SkipLongLineAsync(cancellationToken);
                if (_length >= full)
                    Grow();
            }

            await FillAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    Block? TakeRest()
    {
        if (_length == 0)
            return null;
        // Every scan ends at a newline: the last line gets the one that it may lack.
        if (_bytes[_length - 1] != '\n')
            _bytes[_length++] = (byte)'\n';
        return Take(_length);
    }

    /// <summary>Hands out the first bytes and goes on with the rest in fresh memory.</summary>
    Block Take(int length, long? longLineBytes = null)
    {
        var block = new Block(_bytes, length, _line) { LongLineBytes = longLineBytes };
        _line += longLineBytes is null ? block.Bytes.AsSpan(0, length).Count((byte)'\n') : 1;
        var rest = _length - length;
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(BlockBytes, rest) + JsonBytes.Padding + 1);
        block.Bytes.AsSpan(length, rest).CopyTo(_bytes);
        _length = rest;
        return block;
    }

    async ValueTask<Block> SkipLongLineAsync(CancellationToken cancellationToken)
    {
        var kept = Math.Min(limits.RejectedLineBytesMax, _length);
        var first = ArrayPool<byte>.Shared.Rent(kept + JsonBytes.Padding + 1);
        _bytes.AsSpan(0, kept).CopyTo(first);
        var bytes = (long)_length;
        while (true)
        {
            _length = 0;
            await FillAsync(cancellationToken);
            var newline = _bytes.AsSpan(0, _length).IndexOf((byte)'\n');
            bytes += newline < 0 ? _length : newline;
            if (newline < 0 && !_atEnd)
                continue;
            var rest = newline < 0 ? 0 : _length - newline - 1;
            _bytes.AsSpan(_length - rest, rest).CopyTo(_bytes);
            _length = rest;
            return new Block(first, kept, _line++) { LongLineBytes = bytes };
        }
    }

    void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        int read;
        try
        {
            read = await stream.ReadAsync(_bytes.AsMemory(_length, _bytes.Length - JsonBytes.Padding - 1 - _length), cancellationToken);
        }
        catch (InvalidDataException fault)
        {
            throw new VarveException(FaultKind.Invalid, $"The gzip data is damaged near line {_line}: {fault.Message} Nothing was stored.", fault);
        }

        _atEnd = read == 0;
        _length += read;
        if (_isFirst && _length >= 3)
        {
            _isFirst = false;
            if (_bytes.AsSpan(0, 3).SequenceEqual("\uFEFF"u8))
            {
                _length -= 3;
                _bytes.AsSpan(3, _length).CopyTo(_bytes);
            }
        }

        if ((BytesRead += read) > limits.BodyBytesMax)
            throw new VarveException(FaultKind.LimitExceeded,
                $"The body is over the limit of {limits.BodyBytesMax} bytes of records. Nothing was stored; send it in parts.");
    }
}
