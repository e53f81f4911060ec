using System.Collections.Concurrent;
using Varve.Datasets;
using Varve.Ingest.Records;

namespace Varve.Ingest.Batches;

/// <summary>Buffers that are used again: filling one that has its memory costs no allocation. A bounded number is kept, the rest is let go.</summary>
sealed class BufferPool
{
    const long KeptBytesMax = 96L << 20;
    static readonly int KeptMax = Environment.ProcessorCount + 2;

    readonly ConcurrentQueue<RecordBuffer> _kept = new();

    public RecordBuffer Rent(Dataset dataset)
    {
        for (var tries = _kept.Count; tries > 0 && _kept.TryDequeue(out var buffer); tries--)
        {
            if (ReferenceEquals(buffer.Dataset, dataset))
                return buffer;
            _kept.Enqueue(buffer);
        }

        return new RecordBuffer(dataset);
    }

    public void Return(RecordBuffer buffer)
    {
        var isLarge = buffer.UsedBytes() > KeptBytesMax;
        buffer.Clear();
        if (!isLarge)
            _kept.Enqueue(buffer);
        while (_kept.Count > KeptMax && _kept.TryDequeue(out _))
        {
        }
    }
}
