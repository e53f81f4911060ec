using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>Reads all actions of a checkpoint: of every part, and of the sidecars that it names. Delta protocol: "Checkpoints", "V2 Spec".</summary>
sealed class CheckpointLoader(IObjectStore store, string logFolder)
{
    /// <exception cref="VarveException">A file is damaged or a sidecar is missing: <see cref="FaultKind.Corrupt"/>.</exception>
    public async Task<List<LogLine>> ReadAsync(CheckpointFiles checkpoint, CancellationToken cancellationToken)
    {
        var lines = new List<LogLine>();
        foreach (var name in checkpoint.Names)
            lines.AddRange(await ReadFileAsync(logFolder + name, FaultKind.Unavailable, cancellationToken));
        foreach (var stated in lines.Select(line => line.CheckpointMetadata).OfType<CheckpointMetadata>())
            if (stated.Version != checkpoint.Version)
                throw new VarveException(FaultKind.Corrupt, $"The checkpoint {logFolder}{checkpoint.Names[0]} says that it is of version {stated.Version}.");
        foreach (var sidecar in lines.Select(line => line.Sidecar).OfType<Sidecar>().ToList())
            foreach (var line in await ReadFileAsync(PathOf(sidecar), FaultKind.Corrupt, cancellationToken))
                lines.Add(line.Add is not null || line.Remove is not null
                    ? line
                    : throw new VarveException(FaultKind.Corrupt, $"The sidecar {sidecar.Path} of {logFolder} holds more than adds and removes."));
        return lines;
    }

    async Task<List<LogLine>> ReadFileAsync(string path, FaultKind whenMissing, CancellationToken cancellationToken)
    {
        var content = await store.ReadAsync(path, cancellationToken)
            ?? throw new VarveException(whenMissing, $"The checkpoint file {path} is not there: it is lost, or was removed while the checkpoint was being read.");
        return path.EndsWith(".json", StringComparison.Ordinal) ? ActionJson.Read(content, path) : CheckpointReader.Read(content, path);
    }

    string PathOf(Sidecar sidecar)
    {
        var name = TablePath.Decode(sidecar.Path);
        if (name.Contains('/'))
            throw new VarveException(FaultKind.Invalid, $"The sidecar '{sidecar.Path}' lies outside of {logFolder}{LogFileName.SidecarFolder}, which this version cannot read.");
        return $"{logFolder}{LogFileName.SidecarFolder}/{name}";
    }
}
