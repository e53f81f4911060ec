using Varve.Delta.Actions;
using Varve.Delta.Log;
using Varve.Storage;

namespace Varve.Delta.Checkpoints;

/// <summary>Reads a checkpoint: every part, and the sidecars that it names. Delta protocol: "Checkpoints", "V2 Spec".</summary>
sealed class CheckpointLoader(IObjectStore store, string logFolder, string table)
{
    readonly string _address = TablePath.AddressOf(store, table);

    /// <exception cref="VarveException">A file is damaged or a sidecar is missing: <see cref="FaultKind.Corrupt"/>.</exception>
    public async Task<CheckpointContent> ReadAsync(CheckpointFiles checkpoint, CancellationToken cancellationToken)
    {
        var content = new CheckpointContent();
        foreach (var name in checkpoint.Names)
            await ReadFileAsync(content, logFolder + name, FaultKind.Unavailable, cancellationToken);
        foreach (var stated in content.Lines.Select(line => line.CheckpointMetadata).OfType<CheckpointMetadata>())
            if (stated.Version != checkpoint.Version)
                throw new VarveException(FaultKind.Corrupt, $"The checkpoint {logFolder}{checkpoint.Names[0]} says that it is of version {stated.Version}.");
        var lines = content.Lines.Count;
        foreach (var sidecar in content.Lines.Select(line => line.Sidecar).OfType<Sidecar>().ToList())
        {
            await ReadSidecarAsync(content, sidecar, logFolder + checkpoint.Names[0], cancellationToken);
            if (content.Lines.Count > lines)
                throw new VarveException(FaultKind.Corrupt, $"The sidecar {sidecar.Path} of {logFolder} holds more than adds and removes.");
        }

        return content;
    }

    /// <summary>A sidecar that is missing is a loss only while the checkpoint that names it is there: cleanup takes that away first.</summary>
    async Task ReadSidecarAsync(CheckpointContent content, Sidecar sidecar, string top, CancellationToken cancellationToken)
    {
        try
        {
            await ReadFileAsync(content, PathOf(sidecar), FaultKind.Corrupt, cancellationToken);
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Corrupt)
        {
            if (await store.HeadAsync(top, cancellationToken) is not null)
                throw;
            throw new VarveException(FaultKind.Unavailable, $"The checkpoint {top} was removed while it was being read. Try again.", fault);
        }
    }

    async Task ReadFileAsync(CheckpointContent content, string path, FaultKind whenMissing, CancellationToken cancellationToken)
    {
        var bytes = await store.ReadAsync(path, cancellationToken)
            ?? throw new VarveException(whenMissing, $"The checkpoint file {path} is not there: it is lost, or was removed while the checkpoint was being read.");
        if (path.EndsWith(".json", StringComparison.Ordinal))
            ReadText(content, bytes, path);
        else
            CheckpointSegments.Read(content, bytes, path, table, _address);
    }

    /// <summary>What is about files stays in the text; the rest is read now, for it may name sidecars.</summary>
    static void ReadText(CheckpointContent content, byte[] text, string path)
    {
        content.Lines.AddRange(ActionJson.Read(text, path).Where(line => line.Add is null && line.Remove is null));
        content.Texts.Add((text, path));
    }

    string PathOf(Sidecar sidecar)
    {
        var name = TablePath.Decode(sidecar.Path);
        if (name.Contains('/'))
            throw new VarveException(FaultKind.Invalid, $"The sidecar '{sidecar.Path}' lies outside of {logFolder}{LogFileName.SidecarFolder}, which this version cannot read.");
        return $"{logFolder}{LogFileName.SidecarFolder}/{name}";
    }
}
