using Varve.Delta;
using Varve.Storage;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Does by hand what keeps a table short and clean: checkpoints, compactions, log cleanup and vacuum.</summary>
sealed class Housekeeper(World world, string name) : Actor(world, name)
{
    protected override async Task StepAsync()
    {
        var table = await TableAsync();
        try
        {
            switch (Random.Next(6))
            {
                case 0:
                    Say($"checkpoint of version {await table.CheckpointAsync(CancellationToken.None)}");
                    break;
                case 1:
                    Say($"compaction {await table.CompactLogAsync(CancellationToken.None)}");
                    break;
                case 2:
                    Say($"cleanup of {await table.CleanUpLogAsync(CancellationToken.None)} files");
                    break;
                default:
                    var mode = Random.Next(2) == 0 ? VacuumMode.Full : VacuumMode.Lite;
                    var result = await table.VacuumAsync(
                        new VacuumOptions { Mode = mode, WritesHistory = Random.Next(2) == 0, DryRun = Random.Next(8) == 0 }, CancellationToken.None);
                    Say($"{mode} vacuum of {result.Files} files");
                    break;
            }
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.NotFound || fault.Message.Contains("full vacuum", StringComparison.Ordinal))
        {
            // The commit of the checkpoint, or what a lite vacuum has to know, was cleaned up meanwhile.
            Say($"gives up: {fault.Message}");
        }
    }
}
