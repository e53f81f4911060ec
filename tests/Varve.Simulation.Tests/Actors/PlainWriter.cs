using System.Globalization;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Storage;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Appends without numbers: what may have been stored is never sent again.</summary>
sealed class PlainWriter(World world, string name) : Actor(world, name)
{
    int _uploads;

    protected override async Task StepAsync()
    {
        var table = await TableAsync();
        var number = ++_uploads;
        var nowMs = Machine.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var rows = Enumerable.Range(0, 2).Select(row => string.Create(CultureInfo.InvariantCulture, $"{Name}.{number}.{row}")).ToList();
        var file = await DataFile.UploadAsync(Store, $"{Name}/{number}.parquet", rows, nowMs, dataChange: true);
        try
        {
            await CommitAsync(table, file);
        }
        catch (VarveException fault) when (fault.Kind == FaultKind.Unavailable && World.Options.RetriesBlindly)
        {
            await World.Scheduler.DelayAsync(TimeSpan.FromMilliseconds(Random.Next(1, 30_000)));
            await CommitAsync(table, await DataFile.UploadAsync(Store, $"{Name}/{number}-again.parquet", rows, nowMs, dataChange: true));
        }
    }

    async Task CommitAsync(Varve.Delta.DeltaTable table, AddFile file)
    {
        var commit = new Commit { Operation = "WRITE", Adds = [file] };
        var outcome = await table.CommitAsync(commit, CancellationToken.None);
        Say($"{file.Path}: {outcome}");
        World.Audit.Acknowledge(Machine.Name, appId: null, 0, commit, outcome);
    }
}
