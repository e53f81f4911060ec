using Varve.Delta.Actions;

namespace Varve.Delta.Checkpoints;

/// <summary>Encodes the checkpoint of a snapshot, row group by row group. Delta protocol: "Checkpoints".</summary>
static class CheckpointWriter
{
    /// <summary>
    /// The bytes of the classic checkpoint and the number of actions in it. Tombstones that expired before <paramref
    /// name="expiredBeforeMs"/> are left out.
    /// </summary>
    public static (ReadOnlyMemory<byte> Content, int Actions) Write(Snapshot snapshot, long expiredBeforeMs) =>
        Write(snapshot, CheckpointSettings.Of(snapshot, DateTimeOffset.UnixEpoch) with { TombstonesExpireBeforeMs = expiredBeforeMs },
            CancellationToken.None);

    /// <summary>The bytes of the classic checkpoint and the number of actions in it.</summary>
    public static (ReadOnlyMemory<byte> Content, int Actions) Write(
        Snapshot snapshot, CheckpointSettings settings, CancellationToken cancellationToken)
    {
        var content = new CheckpointActions(snapshot, settings);
        var rows = new ActionColumns(settings, settings.StatsAsStruct ? new ParsedColumns(snapshot) : null);
        using var file = new CheckpointFile($"checkpoint of version {snapshot.Version}", settings);
        // Apart from the files: who looks for an application's progress reads one row group.
        file.Write(content.TableLines, rows.All);
        for (var position = 0; position < content.FileLines;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lines = content.FileLinesAt(position, settings.RowGroupRows);
            file.Write(lines, rows.All);
            position += lines.Count;
        }

        return (file.Finish(), file.Rows);
    }

    /// <summary>
    /// The sidecars of a checkpoint, one after the other, each with the number of actions in it; the last may be smaller than the others.
    /// </summary>
    public static IEnumerable<(ReadOnlyMemory<byte> Content, int Actions)> WriteSidecars(
        Snapshot snapshot, CheckpointActions content, CheckpointSettings settings, CancellationToken cancellationToken)
    {
        var rows = new ActionColumns(settings, settings.StatsAsStruct ? new ParsedColumns(snapshot) : null);
        for (var position = 0; position < content.FileLines;)
        {
            using var file = new CheckpointFile($"sidecar of the checkpoint of version {snapshot.Version}", settings);
            while (position < content.FileLines && file.Rows < settings.SidecarRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var lines = content.FileLinesAt(position, Math.Min(settings.RowGroupRows, settings.SidecarRows - file.Rows));
                file.Write(lines, rows.Files);
                position += lines.Count;
            }

            yield return (file.Finish(), file.Rows);
        }
    }

    /// <summary>The top of a checkpoint with sidecars: one action a line. Delta protocol: "V2 Spec".</summary>
    public static byte[] WriteTop(CheckpointActions content, IReadOnlyList<Sidecar> sidecars, long actionsInSidecars) => ActionJson.Write(
    [
        new LogLine
        {
            CheckpointMetadata = new CheckpointMetadata
            {
                Version = content.Version,
                Tags = new Dictionary<string, string?>
                {
                    ["sidecarNumActions"] = $"{actionsInSidecars}",
                    ["sidecarSizeInBytes"] = $"{sidecars.Sum(sidecar => sidecar.SizeInBytes)}",
                    ["numOfAddFiles"] = $"{content.Adds}",
                },
            },
        },
        .. content.TableLines,
        .. sidecars.Select(sidecar => new LogLine { Sidecar = sidecar }),
    ]);
}
