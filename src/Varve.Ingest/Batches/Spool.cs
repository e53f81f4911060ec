using Varve.Delta.Actions;
using Varve.Ingest.Records;

namespace Varve.Ingest.Batches;

/// <summary>What a batch has for one table: buffers, and files of buffers that were full. Files are stored and seen by nobody before their commit.</summary>
sealed class Spool
{
    readonly Lock _lock = new();
    readonly List<AddFile> _files = [];
    readonly List<RecordBuffer> _buffers = [];

    /// <summary>Stored files.</summary>
    public IReadOnlyList<AddFile> Files => _files;

    /// <summary>Records that are in no file yet.</summary>
    public IReadOnlyList<RecordBuffer> Buffers => _buffers;

    /// <summary>True when there is nothing.</summary>
    public bool IsEmpty => _files.Count == 0 && _buffers.Count == 0;

    public void Add(IReadOnlyList<AddFile> files)
    {
        lock (_lock)
            _files.AddRange(files);
    }

    /// <summary>Keeps a buffer that has records.</summary>
    public void Add(RecordBuffer buffer)
    {
        lock (_lock)
            _buffers.Add(buffer);
    }
}
