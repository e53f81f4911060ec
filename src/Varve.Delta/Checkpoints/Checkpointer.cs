using Microsoft.Extensions.Logging;
using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>
/// Puts the checkpoint of a snapshot into the log folder, and the hint to it. Delta protocol: "Checkpoints", "Last Checkpoint File".
/// </summary>
sealed class Checkpointer(IObjectStore store, string table, SnapshotLoader loader, DeltaOptions options, ILogger logger)
{
    readonly string _logFolder = StorePath.Join(table, LogFileName.Folder) + "/";

    /// <summary>
    /// Writes the checkpoint, unless there is a complete one of the version. Of two writers at once the first wins: both checkpoints hold the
    /// same state.
    /// </summary>
    /// <exception cref="VarveException">
    /// The commit of the version is not in the store (<see cref="FaultKind.NotFound"/>), the file would be too large
    /// (<see cref="FaultKind.LimitExceeded"/>), or the store does not answer.
    /// </exception>
    public async Task WriteAsync(Snapshot snapshot, CheckpointSettings settings, CancellationToken cancellationToken)
    {
        var version = snapshot.Version;
        var listing = await loader.ListAsync(version, version, cancellationToken);
        if (!listing.Commits.ContainsKey(version))
            throw new VarveException(FaultKind.NotFound, $"Version {version} of {table} has no commit in the store: "
                + "no checkpoint is made of what others cannot see.");
        if (listing.Checkpoints.FirstOrDefault(checkpoint => checkpoint.Version == version) is { } there)
        {
            await KeepHintAsync(new CheckpointActions(snapshot, settings), there, cancellationToken);
            return;
        }

        var hint = settings.IsV2
            ? await WriteV2Async(snapshot, settings, cancellationToken)
            : await WriteClassicAsync(snapshot, settings, cancellationToken);
        DeltaLog.Checkpointed(logger, version, table, hint.Size, hint.SizeInBytes ?? 0);
        await PutHintAsync(hint, cancellationToken);
    }

    async Task<LastCheckpoint> WriteClassicAsync(Snapshot snapshot, CheckpointSettings settings, CancellationToken cancellationToken)
    {
        var (content, actions) = CheckpointWriter.Write(snapshot, settings, cancellationToken);
        var sizeBytes = await PutAsync(_logFolder + LogFileName.Checkpoint(snapshot.Version), content, mayExist: true, cancellationToken);
        return new LastCheckpoint(snapshot.Version, actions, sizeBytes, snapshot.Files.Count);
    }

    /// <summary>Sidecars first: a top that can be seen is complete.</summary>
    async Task<LastCheckpoint> WriteV2Async(Snapshot snapshot, CheckpointSettings settings, CancellationToken cancellationToken)
    {
        var content = new CheckpointActions(snapshot, settings);
        var sidecars = new List<Sidecar>();
        var actions = 0L;
        foreach (var (bytes, count) in CheckpointWriter.WriteSidecars(snapshot, content, settings, cancellationToken))
        {
            var name = $"{options.NewId():D}.parquet";
            await PutAsync($"{_logFolder}{LogFileName.SidecarFolder}/{name}", bytes, mayExist: false, cancellationToken);
            sidecars.Add(new Sidecar { Path = name, SizeInBytes = bytes.Length, ModificationTime = NowMs() });
            actions += count;
        }

        var top = CheckpointWriter.WriteTop(content, sidecars, actions);
        var topName = LogFileName.UuidCheckpoint(snapshot.Version, options.NewId());
        await PutAsync(_logFolder + topName, top, mayExist: false, cancellationToken);
        return new LastCheckpoint(
            snapshot.Version, actions + content.TableLines.Count, top.Length + sidecars.Sum(sidecar => sidecar.SizeInBytes), content.Adds,
            new LastCheckpointFile(topName, top.Length, NowMs()));
    }

    /// <summary>Puts a file, and gives the size of the one that is there then. A lost answer is settled by looking.</summary>
    async Task<long> PutAsync(string path, ReadOnlyMemory<byte> content, bool mayExist, CancellationToken cancellationToken)
    {
        var outcome = await store.PutIfAbsentAsync(path, content, cancellationToken);
        if (outcome == PutOutcome.Created)
            return content.Length;
        var there = await store.HeadAsync(path, cancellationToken);
        if (there is null || (!mayExist && (outcome == PutOutcome.Exists || there.SizeBytes != content.Length)))
            throw new VarveException(FaultKind.Unavailable,
                $"What became of the put of {path} is not known; the checkpoint was not finished. It is tried again with the next one.");
        return there.SizeBytes;
    }

    /// <summary>A writer that was stopped between its checkpoint and the hint to it has left an older hint behind.</summary>
    async Task KeepHintAsync(CheckpointActions content, CheckpointFiles there, CancellationToken cancellationToken)
    {
        if (there.Kind == LogFileKind.ClassicCheckpoint)
            await PutHintAsync(new LastCheckpoint(content.Version, content.TableLines.Count + content.FileLines, NumOfAddFiles: content.Adds),
                cancellationToken);
    }

    /// <summary>The hint is never moved back, and a fault here loses nothing.</summary>
    async Task PutHintAsync(LastCheckpoint hint, CancellationToken cancellationToken)
    {
        var path = _logFolder + LogFileName.LastCheckpoint;
        try
        {
            if (LastCheckpoint.Read(await store.ReadAsync(path, cancellationToken)) is { } there && there.Version >= hint.Version)
                return;
            await store.PutAsync(path, hint.ToBytes(), cancellationToken);
        }
        catch (VarveException fault)
        {
            DeltaLog.HintFailed(logger, fault, hint.Version, table);
        }
    }

    long NowMs() => options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
}
