using Varve.Delta.Commits;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Puts the rows of several files into one.</summary>
sealed class Optimizer(World world, string name) : Actor(world, name)
{
    int _uploads;

    protected override async Task StepAsync()
    {
        var table = await TableAsync();
        var transaction = Random.Next(3) == 0 ? table.Begin("OPTIMIZE") : await table.BeginAsync("OPTIMIZE", CancellationToken.None);
        var snapshot = transaction.Snapshot;
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

            transaction.ReadFile(file.Path);
            rows.AddRange(DataFile.Rows(content));
        }

        var nowMs = Machine.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var merged = await DataFile.UploadAsync(Store, $"{Name}/{++_uploads}.parquet", rows, nowMs, dataChange: false);
        var commit = new Commit { Operation = "OPTIMIZE", Adds = [merged], Removes = [.. files.Select(file => DataFile.Remove(file, nowMs, dataChange: false))] };
        var outcome = Random.Next(2) == 0 ? await table.CommitAsync(commit, CancellationToken.None) : await CommitAsync(transaction, commit);
        Say($"merges {string.Join(' ', files.Select(file => file.Path))}: {outcome}");
        World.Audit.Acknowledge(Machine.Name, appId: null, 0, commit, outcome);
    }

    static Task<CommitOutcome> CommitAsync(OptimisticTransaction transaction, Commit commit)
    {
        foreach (var add in commit.Adds)
            transaction.Add(add);
        foreach (var remove in commit.Removes)
            transaction.Remove(remove);
        return transaction.CommitAsync(CancellationToken.None);
    }
}
