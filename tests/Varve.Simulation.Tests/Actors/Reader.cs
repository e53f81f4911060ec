using Varve.Delta;
using Varve.Storage;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Reads the table in every way there is, and keeps old snapshots for a while.</summary>
sealed class Reader(World world, string name) : Actor(world, name)
{
    readonly List<Snapshot> _held = [];

    protected override void Forget() => _held.Clear();

    protected override async Task StepAsync()
    {
        var table = await TableAsync();
        var landed = World.Audit.Model.Versions.Count - 1;
        switch (Random.Next(6))
        {
            case 0 or 1:
                See(await table.RefreshAsync(CancellationToken.None), landed);
                break;
            case 2:
                See((await ReopenAsync()).Latest, landed);
                break;
            case 3:
                await ByVersionAsync(table, Random.NextInt64(table.Latest.Version + 1));
                break;
            case 4:
                await ByTimeAsync(table);
                break;
            default:
                await ReadFilesAsync();
                break;
        }
    }

    async Task ByVersionAsync(DeltaTable table, long version)
    {
        try
        {
            var snapshot = await table.LoadAsync(version, CancellationToken.None);
            if (snapshot.Version != version)
                World.Trace.Fail($"{Machine.Name} asked for version {version} and got {snapshot.Version}");
            See(snapshot, landed: 0);
        }
        catch (VarveException fault) when (IsGone(fault))
        {
            World.Audit.NotFound(Machine.Name, version, fault);
        }
    }

    async Task ByTimeAsync(DeltaTable table)
    {
        var versions = World.Audit.Model.Versions;
        var (first, last) = (versions[0].TimestampMs, World.Audit.Model.Head.TimestampMs);
        var timeMs = Random.NextInt64(first, last + 1);
        var expected = versions.Last(version => version.TimestampMs <= timeMs);
        try
        {
            var snapshot = await table.LoadAsOfAsync(DateTimeOffset.FromUnixTimeMilliseconds(timeMs), CancellationToken.None);
            if (snapshot.Version != expected.Version)
                World.Trace.Fail($"{Machine.Name} asked for the version at {timeMs} and got {snapshot.Version} instead of {expected.Version}");
            See(snapshot, landed: 0);
        }
        catch (VarveException fault) when (IsGone(fault))
        {
            World.Audit.NotFound(Machine.Name, expected.Version, fault);
        }
    }

    // While cleanup is at work, an old version looks like one with a gap before it.
    static bool IsGone(VarveException fault) => fault.Kind == FaultKind.NotFound || fault.Message.Contains("has a gap", StringComparison.Ordinal);

    void See(Snapshot snapshot, long landed)
    {
        Say($"sees version {snapshot.Version} with {snapshot.Files.Count} files");
        World.Audit.Seen(Machine.Name, snapshot, landed);
        if (_held.Count == 3)
            _held.RemoveAt(Random.Next(3));
        _held.Add(snapshot);
    }

    async Task ReadFilesAsync()
    {
        if (_held.Count == 0)
            return;
        foreach (var file in DataFile.Choose(_held[Random.Next(_held.Count)], Random, 3))
            if (await Store.ReadAsync(World.InBucket(Uri.UnescapeDataString(file.Path)), CancellationToken.None) is not { } content)
                World.Audit.Missed(Machine.Name, file.Path);
            else if (content.Length != file.Size)
                World.Trace.Fail($"{Machine.Name} read {content.Length} bytes of {file.Path} instead of {file.Size}");
    }
}
