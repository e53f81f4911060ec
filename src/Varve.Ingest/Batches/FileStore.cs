using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Varve.Datasets;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Index;
using Varve.Ingest.Flow;
using Varve.Ingest.Records;
using Varve.Ingest.Settings;
using Varve.Storage;

namespace Varve.Ingest.Batches;

/// <summary>Turns buffers into stored files. Encoding takes a turn of the account; while the store is written to, others have it.</summary>
/// <param name="store">Where they go.</param>
/// <param name="turns">The accounts' turns.</param>
/// <param name="limits">What is allowed.</param>
/// <param name="options">The clock, and where work is done that no caller waits for.</param>
/// <param name="logger">Told of side indexes that could not be grouped.</param>
sealed class FileStore(IObjectStore store, FairTurns turns, IngestLimits limits, DeltaOptions options, ILogger logger)
{
    readonly ConcurrentDictionary<string, PackQueue> _packs = new(StringComparer.Ordinal);

    /// <summary>Groups the side indexes of all files that were stored.</summary>
    public async Task FlushPacksAsync()
    {
        foreach (var queue in _packs.Values)
            await queue.FlushAsync();
    }

    /// <summary>Stores the records of buffers, which the caller keeps.</summary>
    public async Task<IReadOnlyList<AddFile>> WriteAsync(
        TableName table, IReadOnlyList<RecordBuffer> buffers, IngestSettings settings, CancellationToken cancellationToken)
    {
        var files = new List<DataFile>();
        using (await turns.EnterAsync(table.Account))
            await Task.Run(() => files.AddRange(new DataFiles(buffers, settings, options.Clock, limits.IndexedFileBytesMin).Write()), cancellationToken);
        foreach (var file in files)
        {
            // Both are there before the commit that names the data file: whoever sees the file finds its index.
            var indexing = PutIndexAsync(table, file, cancellationToken);
            await Outage.RideOutAsync(
                () => store.PutAsync(StorePath.Join(table.Path, file.Add.Path), file.Content, cancellationToken), limits.OutageMax, options.Clock, cancellationToken);
            await indexing;
        }

        return [.. files.Select(file => file.Add)];
    }

    /// <summary>Tried once: a data file without its index is whole, and only found more slowly.</summary>
    async Task PutIndexAsync(TableName table, DataFile file, CancellationToken cancellationToken)
    {
        if (file.Index is null || FileIndexPath.Of(file.Add.Path) is not { } path)
            return;
        try
        {
            await store.PutAsync(StorePath.Join(table.Path, path), file.Index, cancellationToken);
        }
        catch (VarveException)
        {
            Telemetry.IndexFailures.Add(1);
            return;
        }

        await _packs.GetOrAdd(table.Path, NewQueue).AddAsync(TablePath.Decode(file.Add.Path), file.Add.Size);
    }

    PackQueue NewQueue(string path) => new(
        path, new IndexPackWriter(store, path, options.Clock, new FileIndexLimits { PackBytesMax = limits.PackBytesMax }), limits, options.Clock, options.BackgroundScheduler, logger);
}
