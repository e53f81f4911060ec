using System.Buffers;
using Varve.Ingest.Records;

namespace Varve.Ingest.Lines;

/// <summary>Whole lines, each with its newline, in rented memory that can be read <see cref="JsonBytes.Padding"/> bytes beyond them; or one line that is too long.</summary>
sealed class Block(byte[] bytes, int length, long firstLine) : IDisposable
{
    /// <summary>The memory.</summary>
    public byte[] Bytes { get; } = bytes;

    /// <summary>Bytes of lines; the last is a newline.</summary>
    public int Length { get; } = length;

    /// <summary>Number of the first line, from 1.</summary>
    public long FirstLine { get; } = firstLine;

    /// <summary>When the block is one line over the limit: the size of the whole line. The block has only its first part.</summary>
    public long? LongLineBytes { get; init; }

    public void Dispose() => ArrayPool<byte>.Shared.Return(Bytes);
}
