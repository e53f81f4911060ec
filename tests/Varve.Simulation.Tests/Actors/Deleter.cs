using Varve.Delta.Commits;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Deletes whole files, as retention does.</summary>
sealed class Deleter(World world, string name) : Actor(world, name)
{
    protected override async Task StepAsync()
    {
        var table = await TableAsync();
        var snapshot = Random.Next(3) == 0 ? table.Latest : await table.RefreshAsync(CancellationToken.None);
        var files = DataFile.Choose(snapshot, Random, Random.Next(1, 4));
        if (files.Count == 0)
            return;
        var nowMs = Machine.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var commit = new Commit { Operation = "DELETE", Removes = [.. files.Select(file => DataFile.Remove(file, nowMs, dataChange: true))] };
        var outcome = await table.CommitAsync(commit, CancellationToken.None);
        Say($"deletes {string.Join(' ', files.Select(file => file.Path))}: {outcome}");
        World.Audit.Acknowledge(Machine.Name, appId: null, 0, commit, outcome);
    }
}
