using Varve.Datasets;
using Varve.Delta.Actions;
using Varve.Ingest.Flow;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;
using Varve.Storage;

namespace Varve.Ingest.Batches;

/// <summary>Turns buffers into stored files. Encoding takes a turn of the account; while the store is written to, others have it.</summary>
sealed class FileStore(IObjectStore store, FairTurns turns, IngestLimits limits, TimeProvider clock)
{
    /// <summary>Stores the records of buffers, which the caller keeps.</summary>
    public async Task<IReadOnlyList<AddFile>> WriteAsync(
        TableName table, IReadOnlyList<RecordBuffer> buffers, IngestSettings settings, CancellationToken cancellationToken)
    {
        var files = new List<DataFile>();
        using (await turns.EnterAsync(table.Account))
            await Task.Run(() => files.AddRange(new DataFiles(buffers, settings, clock).Write()), cancellationToken);
        foreach (var file in files)
            await Outage.RideOutAsync(
                () => store.PutAsync(StorePath.Join(table.Path, file.Add.Path), file.Content, cancellationToken), limits.OutageMax, clock, cancellationToken);
        return [.. files.Select(file => file.Add)];
    }
}
