using Varve.Simulation.Tests.Actors;
using Varve.Simulation.Tests.Model;

namespace Varve.Simulation.Tests.Mutations;

/// <summary>Deletes every commit up to the newest checkpoint that the hint names, however young.</summary>
sealed class HastyCleaner(World world) : Actor(world, "hasty")
{
    protected override async Task StepAsync()
    {
        var newest = (await TableAsync()).Latest.Version;
        await foreach (var info in Store.ListAsync($"{World.Table}/_delta_log/", startAfter: null, CancellationToken.None))
            if (LogFolder.Commit(info.Path) < newest)
                await Store.DeleteAsync(info.Path, CancellationToken.None);
    }
}
