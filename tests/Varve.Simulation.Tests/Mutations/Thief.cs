using Varve.Simulation.Tests.Actors;

namespace Varve.Simulation.Tests.Mutations;

/// <summary>Deletes one live file, rarely.</summary>
sealed class Thief(World world) : Actor(world, "thief")
{
    protected override async Task StepAsync()
    {
        var snapshot = await (await TableAsync()).RefreshAsync(CancellationToken.None);
        if (DataFile.Choose(snapshot, Random, 1) is [var file] && Random.Next(3) == 0)
            await Store.DeleteAsync(World.InBucket(Uri.UnescapeDataString(file.Path)), CancellationToken.None);
    }
}
