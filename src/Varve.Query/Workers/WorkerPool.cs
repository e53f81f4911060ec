using Varve.Query.Execution;

namespace Varve.Query.Workers;

/// <summary>Workers of one lane: used again and again, and ended when nobody has needed them for a while.</summary>
sealed class WorkerPool : IDisposable
{
    readonly QueryWorkers _workers;
    readonly LaneSettings _lane;
    readonly string? _dataFolder;
    readonly bool _filesGrow;
    readonly string _temporaryFolder;
    readonly TimeProvider _clock;
    readonly ITimer _sweep;
    readonly Lock _lock = new();

    /// <summary>Those that nobody uses, the one used last at the end, with the timestamp of that.</summary>
    readonly List<(WorkerProcess Worker, long Since)> _idle = [];
    int _started;
    bool _isDisposed;

    /// <param name="workers">What to start.</param>
    /// <param name="lane">What they may take.</param>
    /// <param name="dataFolder">The only folder whose files are read; null when there is none.</param>
    /// <param name="filesGrow">True when files may get further content while they keep their names.</param>
    /// <param name="temporaryFolder">Where folders for what does not fit in memory are made.</param>
    /// <param name="clock">The clock.</param>
    public WorkerPool(QueryWorkers workers, LaneSettings lane, string? dataFolder, bool filesGrow, string temporaryFolder, TimeProvider clock)
    {
        (_workers, _lane, _dataFolder, _filesGrow, _temporaryFolder, _clock) = (workers, lane, dataFolder, filesGrow, temporaryFolder, clock);
        _sweep = clock.CreateTimer(static state => ((WorkerPool)state!).Sweep(), this, lane.WorkerIdleMax, lane.WorkerIdleMax);
    }

    /// <summary>Numbers of the processes that nobody uses.</summary>
    public IReadOnlyList<int> Idle
    {
        get
        {
            lock (_lock)
                return [.. _idle.Select(idle => idle.Worker.Id)];
        }
    }

    /// <summary>A worker that waits for a statement.</summary>
    public WorkerProcess Take()
    {
        int number;
        lock (_lock)
        {
            while (_idle.Count > 0)
            {
                var worker = _idle[^1].Worker;
                _idle.RemoveAt(_idle.Count - 1);
                if (!worker.HasEnded)
                    return worker;
                worker.Dispose();
            }

            number = ++_started;
        }

        return WorkerProcess.Start(_workers, new WorkerEngine(
            _lane.MemoryBytes / _lane.ConcurrencyMax, _lane.DiskBytes / _lane.ConcurrencyMax, _dataFolder, _filesGrow,
            Path.Combine(_temporaryFolder, FormattableString.Invariant($"{_lane.Name}-worker-{number}"))));
    }

    /// <summary>Takes a worker back that is done with its statement.</summary>
    public void Return(WorkerProcess worker)
    {
        lock (_lock)
            if (!_isDisposed)
            {
                _idle.Add((worker, _clock.GetTimestamp()));
                return;
            }

        worker.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sweep.Dispose();
        lock (_lock)
            _isDisposed = true;
        End(_ => true);
    }

    void Sweep() => End(idle => _clock.GetElapsedTime(idle.Since) >= _lane.WorkerIdleMax);

    void End(Predicate<(WorkerProcess Worker, long Since)> isTooOld)
    {
        List<(WorkerProcess Worker, long Since)> ended;
        lock (_lock)
        {
            ended = _idle.FindAll(isTooOld);
            _idle.RemoveAll(isTooOld);
        }

        foreach (var (worker, _) in ended)
            worker.Dispose();
    }
}
