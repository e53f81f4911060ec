using Varve.Delta.Columns;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>Reads one Parquet file of a checkpoint: its files into segments, a segment for each row group, its other actions as objects. Delta protocol: "Checkpoint Schema".</summary>
static class CheckpointSegments
{
    // A leaf that every action of the kind has.
    static readonly string[] OtherWitnesses =
        ["txn.appId", "metaData.id", "protocol.minReaderVersion", "domainMetadata.domain", "sidecar.path", "checkpointMetadata.version"];

    static readonly string[] Others = ["txn", "metaData", "protocol", "domainMetadata", "sidecar", "checkpointMetadata"];

    /// <exception cref="VarveException">The file cannot be read: <see cref="FaultKind.Corrupt"/>.</exception>
    public static void Read(CheckpointContent content, byte[] bytes, string path, string table, string? address)
    {
        try
        {
            using var file = new CheckpointParquet(bytes);
            for (var group = 0; group < file.RowGroups; group++)
            {
                if (OtherWitnesses.Any(witness => file.MayHave(group, witness)))
                    foreach (var batch in file.Read(group, Others))
                        using (batch)
                            CheckpointReader.ReadBatch(batch, content.Lines);
                AddTo(content.Adds, file, bytes, path, group, "add", address);
                AddTo(content.Removes, file, bytes, path, group, "remove", address);
            }
        }
        catch (Exception fault) when (fault is not (VarveException or OperationCanceledException))
        {
            throw new VarveException(FaultKind.Corrupt, $"The checkpoint {path} of {table} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>The actions that are not about files. What the Parquet library throws is passed on.</summary>
    public static List<Actions.LogLine> ReadOthers(Stream content)
    {
        var lines = new List<Actions.LogLine>();
        using var file = new CheckpointParquet(content);
        for (var group = 0; group < file.RowGroups; group++)
            if (OtherWitnesses.Any(witness => file.MayHave(group, witness)))
                foreach (var batch in file.Read(group, Others))
                    using (batch)
                        CheckpointReader.ReadBatch(batch, lines);
        return lines;
    }

    /// <summary>
    /// Of a group in which every row is such an action, without deletion vectors, only the sizes are read now: who looks for a few files needs the
    /// paths of a few groups.
    /// </summary>
    static void AddTo(List<FileSegment> segments, CheckpointParquet file, byte[] bytes, string path, int group, string column, string? address)
    {
        if (!file.MayHave(group, $"{column}.path"))
            return;
        var reading = new CheckpointGroup(bytes, path, group, column, address);
        var segment = file.AllHave(group, $"{column}.path") && !file.MayHave(group, $"{column}.deletionVector.storageType")
            ? reading.ReadLater(file)
            : reading.Read(file);
        if (segment.Count > 0)
            segments.Add(segment);
    }
}
