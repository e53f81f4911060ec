using System.Globalization;
using Varve.Delta;
using Varve.Delta.Actions;
using Varve.Delta.Commits;
using Varve.Storage;

namespace Varve.Simulation.Tests.Actors;

/// <summary>
/// Ingests a source batch by batch, each under a number of its own: a batch that may have been stored is sent again until it certainly
/// is. A new process goes on after the number that the table has.
/// </summary>
sealed class Writer(World world, string name) : Actor(world, name)
{
    readonly bool _appends = world.Random.Next(2) == 0;
    AddFile? _uploaded;
    long _batch;
    int _uploads;

    protected override void Forget() => (_uploaded, _batch) = (null, 0);

    protected override async Task StepAsync()
    {
        if (Random.Next(20) == 0)
            await ReopenAsync();
        if (_batch == 0)
            _batch = (await LatestAsync()).Transactions.TryGetValue(Name, out var last) ? last.Version + 1 : 1;
        var nowMs = Machine.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _uploaded ??= await DataFile.UploadAsync(Store, $"{Name}/part {_batch}-{++_uploads}.parquet", RowsOf(_batch), nowMs, dataChange: true);
        var commit = new Commit
        {
            Operation = "WRITE",
            Adds = [_uploaded],
            Transaction = new AppTransaction { AppId = Name, Version = _batch, LastUpdated = nowMs },
        };

        while (!await TryAsync(commit))
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(1, 2_000)), Machine.Clock, CancellationToken.None);
        (_uploaded, _batch) = (null, _batch + 1);
    }

    async Task<bool> TryAsync(Commit commit)
    {
        // Now and then somebody loses patience.
        using var patience = Random.Next(8) == 0 ? new CancellationTokenSource(TimeSpan.FromMilliseconds(Random.Next(1, 500)), Machine.Clock) : null;
        try
        {
            var token = patience?.Token ?? CancellationToken.None;
            var outcome = _appends ? await (await AppenderAsync()).CommitAsync(commit, token) : await (await TableAsync()).CommitAsync(commit, token);
            Say($"batch {_batch}: {outcome}");
            World.Audit.Acknowledge(Machine.Name, Name, _batch, commit, outcome);
            return true;
        }
        catch (Exception fault) when (fault is VarveException { Kind: FaultKind.Unavailable } or OperationCanceledException)
        {
            Say($"batch {_batch} is sent again: {fault.GetType().Name}");
            return false;
        }
    }

    async Task<TableState> LatestAsync() => _appends ? (await AppenderAsync()).Latest : (await TableAsync()).Latest;

    string[] RowsOf(long batch) =>
        [.. Enumerable.Range(0, (int)(batch % 3) + 1).Select(row => string.Create(CultureInfo.InvariantCulture, $"{Name}.{batch}.{row}"))];
}
