using System.Buffers.Binary;
using System.Text;
using Varve.Storage;

namespace Varve.Query.Workers;

/// <summary>Messages over a pair of pipes: a length of four bytes (little-endian), the kind, and the content.</summary>
sealed class MessageStream(Stream input, Stream output)
{
    readonly Lock _writing = new();

    /// <summary>Writes a message. May be called from several threads.</summary>
    public void Write(WorkerMessageKind kind, Action<BinaryWriter>? content = null)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(0);
        writer.Write((byte)kind);
        content?.Invoke(writer);
        writer.Flush();
        var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - sizeof(int));
        lock (_writing)
        {
            output.Write(bytes);
            output.Flush();
        }
    }

    /// <summary>The next message; null when the other side is gone, also in the middle of one.</summary>
    /// <exception cref="VarveException">What came is no message.</exception>
    public WorkerMessage? Read()
    {
        Span<byte> head = stackalloc byte[sizeof(int)];
        if (input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length < 1)
            throw new VarveException(FaultKind.Internal, $"A message of a query's process has the length {length}.");
        var body = GC.AllocateUninitializedArray<byte>(length);
        return input.ReadAtLeast(body, length, throwOnEndOfStream: false) < length
            ? null
            : new WorkerMessage((WorkerMessageKind)body[0], new BinaryReader(new MemoryStream(body, 1, length - 1), Encoding.UTF8));
    }
}
