using Varve.Delta.Actions;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;

namespace Varve.Ingest.Batches;

/// <summary>A batch that waits to be stored in a table.</summary>
sealed class TableMember(BatchKey key, IReadOnlyList<AddFile> files, IReadOnlyList<RecordBuffer> buffers, IngestSettings settings)
{
    readonly TaskCompletionSource<StoredBatch> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BatchKey Key { get; } = key;

    public IReadOnlyList<AddFile> Files { get; } = files;

    public IReadOnlyList<RecordBuffer> Buffers { get; } = buffers;

    public IngestSettings Settings { get; } = settings;

    public long LineBytes { get; } = buffers.Sum(buffer => buffer.LineBytes);

    /// <summary>What became of it.</summary>
    public Task<StoredBatch> Stored => _stored.Task;

    public void Settle(StoredBatch stored) => _stored.TrySetResult(stored);

    public void Fail(Exception fault) => _stored.TrySetException(fault);
}

/// <summary>What became of a batch in a table.</summary>
/// <param name="Version">The version that has it, where it is known.</param>
/// <param name="Repeated">True when the table had it before.</param>
readonly record struct StoredBatch(long? Version, bool Repeated);
