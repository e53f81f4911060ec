using System.Globalization;
using System.Text;
using Varve.Delta.Actions;
using Varve.Storage;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Data files of the simulation: a row a line. The library under test never looks into them.</summary>
static class DataFile
{
    /// <summary>Uploads the rows under a name that nothing else has, and gives the action that adds them.</summary>
    public static async Task<AddFile> UploadAsync(IObjectStore store, string name, IReadOnlyList<string> rows, long nowMs, bool dataChange)
    {
        var content = Encoding.UTF8.GetBytes(string.Join('\n', rows));
        if (await store.PutIfAbsentAsync(World.InBucket(name), content, CancellationToken.None) != PutOutcome.Created)
            throw new VarveException(FaultKind.Unavailable, $"The upload of {name} has no certain end.");
        return new AddFile
        {
            Path = Uri.EscapeDataString(name),
            PartitionValues = new Dictionary<string, string?>(),
            Size = content.Length,
            ModificationTime = nowMs,
            DataChange = dataChange,
            Stats = string.Create(CultureInfo.InvariantCulture, $$"""{"numRecords":{{rows.Count}}}"""),
            Tags = rows.Count % 2 == 0 ? new Dictionary<string, string?> { ["rows"] = "even" } : null,
        };
    }

    public static string[] Rows(byte[] content) => Encoding.UTF8.GetString(content).Split('\n');

    /// <summary>The action that removes a file.</summary>
    public static RemoveFile Remove(AddFile file, long nowMs, bool dataChange) => new()
    {
        Path = file.Path,
        DeletionTimestamp = nowMs,
        DataChange = dataChange,
        ExtendedFileMetadata = true,
        PartitionValues = file.PartitionValues,
        Size = file.Size,
    };

    /// <summary>Some live files, chosen by chance.</summary>
    public static List<AddFile> Choose(Varve.Delta.Snapshot snapshot, Random random, int count)
    {
        var paths = snapshot.Files.Keys.Order(StringComparer.Ordinal).ToList();
        var chosen = new List<AddFile>();
        for (; count > 0 && paths.Count > 0; count--)
        {
            var index = random.Next(paths.Count);
            chosen.Add(snapshot.Files[paths[index]]);
            paths.RemoveAt(index);
        }

        return chosen;
    }
}
