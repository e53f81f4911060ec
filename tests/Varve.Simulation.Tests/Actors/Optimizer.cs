using Varve.Delta.Commits;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Puts the rows of several files into one.</summary>
sealed class Optimizer(World world, string name) : Actor(world, name)
{
    int _uploads;

    protected override async Task StepAsync()
    {
        var table = await TableAsync();
        var snapshot = Random.Next(3) == 0 ? table.Latest : await table.RefreshAsync(CancellationToken.None);
        var files = DataFile.Choose(snapshot, Random, Random.Next(2, 5));
        if (files.Count < 2)
            return;
        var rows = new List<string>();
        foreach (var file in files)
        {
            if (await Store.ReadAsync(World.InBucket(Uri.UnescapeDataString(file.Path)), CancellationToken.None) is not { } content)
            {
                World.Audit.Missed(Machine.Name, file.Path);
                return;
            }

            rows.AddRange(DataFile.Rows(content));
        }

        var nowMs = Machine.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var merged = await DataFile.UploadAsync(Store, $"{Name}/{++_uploads}.parquet", rows, nowMs, dataChange: false);
        var commit = new Commit { Operation = "OPTIMIZE", Adds = [merged], Removes = [.. files.Select(file => DataFile.Remove(file, nowMs, dataChange: false))] };
        var outcome = await table.CommitAsync(commit, CancellationToken.None);
        Say($"merges {string.Join(' ', files.Select(file => file.Path))}: {outcome}");
        World.Audit.Acknowledge(Machine.Name, appId: null, 0, commit, outcome);
    }
}
