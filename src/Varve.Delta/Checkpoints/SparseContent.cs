namespace Varve.Delta.Checkpoints;

/// <summary>
/// A file of which some ranges are at hand. A read outside of them fails and is remembered in <see cref="Missing"/>: whoever wants the file
/// read then fetches that range and tries again.
/// </summary>
sealed class SparseContent(long length) : Stream
{
    readonly SortedList<long, byte[]> _ranges = [];

    /// <summary>The range that was asked for and is not at hand; null when there was none.</summary>
    public (long Offset, int Length)? Missing { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    /// <summary>Takes a range and forgets what was missing.</summary>
    public void Add(long offset, byte[] bytes)
    {
        if (!_ranges.TryGetValue(offset, out var known) || known.Length < bytes.Length)
            _ranges[offset] = bytes;
        Missing = null;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, length - Position);
        if (wanted <= 0)
            return 0;
        foreach (var (start, bytes) in _ranges)
            if (start <= Position && Position + wanted <= start + bytes.Length)
            {
                bytes.AsSpan((int)(Position - start), wanted).CopyTo(buffer);
                Position += wanted;
                return wanted;
            }

        Missing = (Position, wanted);
        throw new IOException($"The bytes {Position} to {Position + wanted - 1} are not at hand.");
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
