using System.Globalization;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Storage;

namespace Varve.Simulation.Tests.Actors;

/// <summary>A server that takes several calls at once: their appends share versions, and some of the callers hang up.</summary>
sealed class GroupWriter(World world, string name) : Actor(world, name)
{
    int _calls;

    protected override async Task StepAsync()
    {
        var table = await TableAsync();
        await Task.WhenAll(Enumerable.Range(0, Random.Next(2, 6)).Select(_ => CallAsync(table, ++_calls)));
    }

    async Task CallAsync(DeltaTable table, int call)
    {
        var nowMs = Machine.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var appId = string.Create(CultureInfo.InvariantCulture, $"{Name}/{call % 3}");
        using var patience = Random.Next(6) == 0 ? new CancellationTokenSource(TimeSpan.FromMilliseconds(Random.Next(1, 300)), Machine.Clock) : null;
        try
        {
            var rows = Enumerable.Range(0, 2).Select(row => string.Create(CultureInfo.InvariantCulture, $"{Name}.{call}.{row}")).ToList();
            var file = await DataFile.UploadAsync(Store, string.Create(CultureInfo.InvariantCulture, $"{Name}/{call}.parquet"), rows, nowMs, dataChange: true);
            var commit = new Commit
            {
                Operation = "WRITE",
                Adds = [file],
                Transaction = Random.Next(2) == 0 ? new AppTransaction { AppId = appId, Version = call, LastUpdated = nowMs } : null,
            };
            var outcome = await table.CommitAsync(commit, patience?.Token ?? CancellationToken.None);
            Say($"call {call}: {outcome}");
            // Calls of one application may overtake one another: then the later one counts for both.
            if (outcome is not CommitOutcome.AlreadyCommitted)
                World.Audit.Acknowledge(Machine.Name, appId: null, 0, commit, outcome);
        }
        catch (Exception fault) when (fault is VarveException { Kind: FaultKind.Unavailable } or OperationCanceledException)
        {
            Say($"call {call} fails: {fault.GetType().Name}");
        }
    }
}
