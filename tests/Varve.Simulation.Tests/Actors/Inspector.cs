using Varve.Delta.Log;
using Varve.Simulation.Tests.Model;
using Varve.Simulation.Tests.Scheduling;
using Varve.TestKit;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Builds the table at the end of a run from every base that it has, alone and with what came after, and compares.</summary>
sealed class Inspector(World world)
{
    // Reading Parquet is what a run spends most of its time on.
    const int CheckpointsMax = 2;

    readonly Machine _machine = world.NewMachine("inspector");

    public async Task InspectAsync()
    {
        var head = world.Audit.Model.Head.Version;
        await LoadAsync("cold", CopyOf(static _ => true), version: null, head);
        await LoadAsync("pristine", await PristineAsync(0), version: null, head);
        var checkpoints = world.Bucket.Paths.Where(path => LogFolder.Checkpoint(path) is not null).ToArray();
        world.Random.Shuffle(checkpoints);
        foreach (var path in checkpoints.Take(CheckpointsMax))
        {
            var version = LogFolder.Checkpoint(path)!.Value;
            var store = await PristineAsync(version);
            await store.PutAsync(path, world.Bucket.Read(path)!, CancellationToken.None);
            foreach (var sidecar in world.Bucket.Paths.Where(file => file.Contains("/_sidecars/", StringComparison.Ordinal)))
                await store.PutAsync(sidecar, world.Bucket.Read(sidecar)!, CancellationToken.None);
            await LoadAsync($"checkpoint {version}", store, version, version);
            await LoadAsync($"checkpoint {version} and after", store, version: null, head);
        }

        var oldest = LogFolder.OldestReadable(world.Bucket.Paths, head);
        if (oldest is null)
            world.Trace.Fail("the log has no base at the end");
        else
            foreach (var version in new[] { oldest.Value, world.Random.NextInt64(oldest.Value, head + 1), world.Random.NextInt64(oldest.Value, head + 1) })
                await LoadAsync($"version {version}", CopyOf(static _ => true), version, version);
    }

    async Task LoadAsync(string how, MemoryObjectStore store, long? version, long expected)
    {
        var snapshot = await new SnapshotLoader(store, World.Table).LoadAsync(version, CancellationToken.None);
        if (snapshot?.Version != expected)
            world.Trace.Fail($"{how}: version {snapshot?.Version} instead of {expected}");
        else
            world.Audit.Seen($"{_machine.Name} ({how})", snapshot, landed: 0);
    }

    /// <summary>The bucket's log as it is, without the ways there and back.</summary>
    MemoryObjectStore CopyOf(Func<string, bool> which)
    {
        var store = new MemoryObjectStore(_machine.Clock);
        foreach (var path in world.Bucket.Paths.Where(path => path.Contains("/_delta_log/", StringComparison.Ordinal) && which(path)))
            store.PutAsync(path, world.Bucket.Read(path)!, CancellationToken.None);
        return store;
    }

    /// <summary>Every commit from a version on as it was first written.</summary>
    async Task<MemoryObjectStore> PristineAsync(long first)
    {
        var store = new MemoryObjectStore(_machine.Clock);
        foreach (var version in world.Audit.Model.Versions.Where(version => version.Version >= first))
            await store.PutAsync(TestTable.CommitPath(version.Version), version.Content, CancellationToken.None);
        return store;
    }
}
