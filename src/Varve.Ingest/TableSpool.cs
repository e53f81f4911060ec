using Varve.Datasets;
using Varve.Delta.Actions;
using Varve.Ingest.Records;
using Varve.Storage;

namespace Varve.Ingest;

/// <summary>Records of one table on their way: a buffer that fills, and at most one full buffer that is being written meanwhile.</summary>
sealed class TableSpool(IObjectStore store, TableName table, Dataset dataset, IngestLimits limits, TimeProvider clock)
{
    Task _writing = Task.CompletedTask;

    /// <summary>Where the next record goes.</summary>
    public RecordBuffer Buffer { get; private set; } = new(dataset);

    /// <summary>Files that are stored and wait for their commit.</summary>
    public List<AddFile> Files { get; } = [];

    /// <summary>Hands a full buffer to the writer; waits for the one before.</summary>
    public async ValueTask FlushWhenFullAsync(CancellationToken cancellationToken)
    {
        if (Buffer.LineBytes < limits.FlushBytes && Buffer.Rows < limits.FlushRows)
            return;
        await _writing;
        var full = Buffer;
        Buffer = new RecordBuffer(dataset);
        _writing = Task.Run(() => WriteAsync(full, cancellationToken), cancellationToken);
    }

    /// <summary>Writes what is left.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await _writing;
        if (Buffer.Rows > 0)
            await WriteAsync(Buffer, cancellationToken);
    }

    /// <summary>Ends when nothing is being written any more, also when that failed.</summary>
    public Task SettleAsync() => _writing.ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    async Task WriteAsync(RecordBuffer full, CancellationToken cancellationToken)
    {
        foreach (var file in DataFiles.Write(full, dataset, clock.GetUtcNow()))
        {
            await store.PutAsync(StorePath.Join(table.Path, file.Add.Path), file.Content, cancellationToken);
            Files.Add(file.Add);
        }
    }
}
