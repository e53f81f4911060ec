using Varve.Delta;
using Varve.Delta.Commits;
using Varve.Simulation.Tests.Model;
using Varve.Storage;
using Varve.TestKit;

namespace Varve.Simulation.Tests.Actors;

/// <summary>Knows what is true and compares what the library says and does with it, while a run goes on.</summary>
sealed class Audit
{
    readonly World _world;
    readonly Dictionary<string, DateTimeOffset> _deleted = new(StringComparer.Ordinal);
    readonly List<(string Who, string? AppId, long Batch, Commit Commit, CommitOutcome Outcome)> _acknowledged = [];

    public Audit(World world)
    {
        _world = world;
        Model = new ModelTable(world.Trace.Fail, path => world.Bucket.Head(World.InBucket(path)) is not null);
    }

    public ModelTable Model { get; }

    DateTimeOffset Now => _world.Scheduler.Now;

    /// <summary>Removed files that may be gone were removed before.</summary>
    DateTimeOffset FilesKeptSince => Now - _world.FileRetention + 2 * World.SkewMax;

    /// <summary>An object was written.</summary>
    public void Written(string path, byte[] content)
    {
        if (LogFolder.Commit(path) is { } version)
            Model.Land(version, content, Now);
    }

    /// <summary>An object was deleted: of the log only what no version within retention needs, and no file that somebody may still read or add.</summary>
    public void Deleted(string path, DateTimeOffset written)
    {
        if (path.Contains("/_delta_log/", StringComparison.Ordinal))
        {
            DeletedFromLog(path);
            return;
        }

        var file = path[(World.Table.Length + 1)..];
        _deleted[file] = Now;
        if (Model.Head.Files.ContainsKey(file))
            _world.Trace.Fail($"{file} was deleted, and the table has it");
        else if (Model.Head.Tombstones.TryGetValue(file, out var removed) && removed.Landed > FilesKeptSince)
            _world.Trace.Fail($"{file} was deleted {Now - removed.Landed} after it was removed from the table");
        else if (written > FilesKeptSince)
            _world.Trace.Fail($"{file} was deleted {Now - written} after it was written: its commit may be on its way");
    }

    /// <summary>The library gave a snapshot to somebody who asked when <paramref name="landed"/> was the newest version.</summary>
    public void Seen(string who, Snapshot snapshot, long landed)
    {
        if (snapshot.Version >= Model.Versions.Count)
            _world.Trace.Fail($"{who} sees version {snapshot.Version}, which does not exist");
        else if (snapshot.Version < landed)
            _world.Trace.Fail($"{who} sees version {snapshot.Version}, though {landed} was there before it looked");
        else if (SnapshotText.Difference(
            snapshot, Model.Versions[(int)snapshot.Version], FilesKeptSince.ToUnixTimeMilliseconds(),
            _world.Bucket.Head(TestTable.CommitPath(snapshot.Version)) is not null) is { } difference)
            _world.Trace.Fail($"{who} sees a wrong version {snapshot.Version}: {difference}");
    }

    /// <summary>The library said what became of a commit.</summary>
    public void Acknowledge(string who, string? appId, long batch, Commit commit, CommitOutcome outcome)
    {
        _acknowledged.Add((who, appId, batch, commit, outcome));
        CheckAcknowledged(who, appId, batch, commit, outcome);
    }

    /// <summary>Somebody did not find a file that a snapshot names.</summary>
    public void Missed(string who, string path)
    {
        var file = Uri.UnescapeDataString(path);
        if (!Model.Head.Tombstones.TryGetValue(file, out var removed) || removed.Landed > FilesKeptSince)
            _world.Trace.Fail($"{who} does not find {file}, which is in the table or was not long ago");
    }

    /// <summary>Somebody was told that a version cannot be read any more.</summary>
    public void NotFound(string who, long version, VarveException fault)
    {
        // A version is needed for as long as it was the newest at some time within retention.
        var ended = version + 1 < Model.Versions.Count ? Model.Versions[(int)version + 1].Landed : DateTimeOffset.MaxValue;
        if (ended > Now - _world.LogRetention + 2 * World.SkewMax)
            _world.Trace.Fail($"{who} cannot read version {version}: {fault.Message}");
    }

    /// <summary>What can only be said at the end: every row is there once, unless it was deleted, and what was acknowledged is still in the log.</summary>
    public void Finish()
    {
        foreach (var (who, appId, batch, commit, outcome) in _acknowledged)
            CheckAcknowledged(who, appId, batch, commit, outcome);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Model.Head.Files.Keys)
            if (_world.Bucket.Read(World.InBucket(path)) is not { } content)
                _world.Trace.Fail($"{path} is in the table and not in the store");
            else
                foreach (var row in DataFile.Rows(content))
                    if (!seen.TryAdd(row, path))
                        _world.Trace.Fail($"the row {row} is there twice: in {seen[row]} and in {path}");
    }

    void CheckAcknowledged(string who, string? appId, long batch, Commit commit, CommitOutcome outcome)
    {
        switch (outcome)
        {
            case CommitOutcome.Committed { Version: var version }:
                if (version >= Model.Versions.Count)
                    _world.Trace.Fail($"{who} was told that it made version {version}, which does not exist");
                else if (!Has(Model.Versions[(int)version], commit))
                    _world.Trace.Fail($"{who} was told that it made version {version}, which holds something else");
                break;
            case CommitOutcome.AlreadyCommitted:
                if (appId is null || !Model.Versions.Any(version => version.Moved.Contains((appId, batch))))
                    _world.Trace.Fail($"{who} was told that batch {batch} is stored already, and it is not");
                break;
            case CommitOutcome.Conflicted when commit.Removes.Count == 0:
                _world.Trace.Fail($"{who} was told that a plain append conflicts: {outcome}");
                break;
        }
    }

    // A version may hold several commits that were made at once.
    static bool Has(ModelVersion version, Commit commit) =>
        commit.Adds.All(add => version.Adds.Contains(Uri.UnescapeDataString(add.Path)))
        && commit.Removes.All(remove => version.Removes.Contains(Uri.UnescapeDataString(remove.Path)));

    void DeletedFromLog(string path)
    {
        var newest = Model.Head.Version;
        var oldest = LogFolder.OldestReadable(_world.Bucket.Paths, newest);
        var since = Now - _world.LogRetention + 2 * World.SkewMax;
        var needed = Model.Versions.First(version => version.Version == newest || Model.Versions[(int)version.Version + 1].Landed > since).Version;
        if (oldest is null || oldest > needed)
            _world.Trace.Fail($"{path} was deleted, and version {needed} can no longer be read");
    }
}
