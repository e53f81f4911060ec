using System.Text.Json;
using Microsoft.Extensions.Logging;
using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>Writes the checkpoint that falls due with a version.</summary>
sealed class Checkpointer(IObjectStore store, string table, SnapshotLoader loader, DeltaOptions options, ILogger logger)
{
    /// <summary>
    /// A failed checkpoint loses nothing: it only makes the next open longer. Nor does a cancelled one: the commit is durable, and its
    /// caller has to learn that.
    /// </summary>
    public async Task CheckpointIfDueAsync(TableState state, CancellationToken cancellationToken)
    {
        if (state.Version == 0 || state.Version % TableProperties.Of(state.Metadata).CheckpointInterval != 0)
            return;
        try
        {
            // A checkpoint without the list of files would lose them all.
            var snapshot = state as Snapshot ?? await loader.LoadAsync(state.Version, cancellationToken)
                ?? throw new VarveException(FaultKind.NotFound, $"There is no table at {table}.");
            await WriteAsync(snapshot, cancellationToken);
        }
        catch (Exception fault)
        {
            DeltaLog.CheckpointFailed(logger, fault, state.Version, table);
        }
    }

    async Task WriteAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var folder = StorePath.Join(table, LogFileName.Folder) + "/";
        var expired = (options.Clock.GetUtcNow() - TableProperties.Of(snapshot.Metadata).DeletedFileRetention).ToUnixTimeMilliseconds();
        var (content, actions) = CheckpointWriter.Write(snapshot, expired);
        await store.PutIfAbsentAsync(folder + LogFileName.Checkpoint(snapshot.Version), content, cancellationToken);
        var hint = new LastCheckpoint(snapshot.Version, actions, content.Length, snapshot.Files.Count);
        var hintJson = JsonSerializer.SerializeToUtf8Bytes(hint, ActionJsonContext.Default.LastCheckpoint);
        await store.PutAsync(folder + LogFileName.LastCheckpoint, hintJson, cancellationToken);
        DeltaLog.Checkpointed(logger, snapshot.Version, table, actions, content.Length);
    }
}
