using Varve.Simulation.Tests.Actors;

namespace Varve.Simulation.Tests.Mutations;

/// <summary>Deletes every file that the newest snapshot does not name: of old snapshots and of writers on their way too.</summary>
sealed class HastyVacuum(World world) : Actor(world, "hasty")
{
    protected override async Task StepAsync()
    {
        var snapshot = await (await TableAsync()).RefreshAsync(CancellationToken.None);
        await foreach (var info in Store.ListAsync($"{World.Table}/", startAfter: null, CancellationToken.None))
            if (!info.Path.Contains("/_", StringComparison.Ordinal) && !snapshot.Files.ContainsKey(info.Path[(World.Table.Length + 1)..]))
                await Store.DeleteAsync(info.Path, CancellationToken.None);
    }
}
