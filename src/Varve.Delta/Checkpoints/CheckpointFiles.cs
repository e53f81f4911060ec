using Varve.Delta.Log;

namespace Varve.Delta.Checkpoints;

/// <summary>The files of one complete checkpoint, without its sidecars: their names are in its content.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Kind">How it is stored.</param>
/// <param name="Names">Names of its files in the log folder, in order.</param>
sealed record CheckpointFiles(long Version, LogFileKind Kind, IReadOnlyList<string> Names)
{
    /// <summary>
    /// The complete checkpoints among the files, best first: the newest, and of one version the one with the more modern
    /// form. A set of parts is complete when all its parts are there. Delta protocol: "Checkpoints".
    /// </summary>
    public static List<CheckpointFiles> Complete(IEnumerable<(LogFile File, string Name)> files)
    {
        var complete = new List<CheckpointFiles>();
        var sets = files.GroupBy(item => (item.File.Version, item.File.Kind, item.File.Parts, Single: item.File.Kind == LogFileKind.CheckpointPart ? "" : item.Name));
        foreach (var set in sets)
        {
            var names = set.OrderBy(item => item.File.Part).Select(item => item.Name).ToList();
            if (set.Key.Kind != LogFileKind.CheckpointPart || names.Count == set.Key.Parts)
                complete.Add(new CheckpointFiles(set.Key.Version, set.Key.Kind, names));
        }

        return [.. complete.OrderByDescending(set => set.Version).ThenByDescending(set => set.Kind).ThenByDescending(set => set.Names[0], StringComparer.Ordinal)];
    }
}
