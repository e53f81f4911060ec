using Varve.Query.Execution;

namespace Varve.Query.Workers;

/// <summary>A statement in a worker. What does not stop when it is asked to, or takes too much memory, is killed together with its process.</summary>
sealed class WorkerCall : IEngineCall
{
    readonly EngineRequest _request;
    readonly WorkerPool _pool;
    readonly LaneSettings _lane;
    readonly WorkerProcess _worker;
    readonly CancellationToken _cancellationToken;
    readonly Lock _lock = new();
    readonly ITimer _kill;
    readonly ITimer _look;
    readonly CancellationTokenRegistration _registration;
    double? _percentage;
    bool _isOver;
    bool _isIdle;
    bool _hadTooMuch;

    /// <param name="request">What to run.</param>
    /// <param name="pool">Where the worker comes from, and goes back to.</param>
    /// <param name="lane">What it may take.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public WorkerCall(EngineRequest request, WorkerPool pool, LaneSettings lane, TimeProvider clock, CancellationToken cancellationToken)
    {
        (_request, _pool, _lane, _cancellationToken) = (request, pool, lane, cancellationToken);
        _worker = pool.Take();
        _kill = clock.CreateTimer(static state => ((WorkerCall)state!).Kill(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _look = clock.CreateTimer(static state => ((WorkerCall)state!).Look(), this, lane.MemoryLookEvery, lane.MemoryLookEvery);
        _registration = cancellationToken.Register(static state => ((WorkerCall)state!).Cancel(), this);
    }

    /// <inheritdoc/>
    public bool Run(Action<IReadOnlyList<ResultColumn>> started, Action<RowBlock> send)
    {
        Tell(WorkerMessageKind.Run, writer => WorkerCodec.Write(writer, _request));
        if (_cancellationToken.IsCancellationRequested)
            Cancel();
        OperationCanceledException? stopped = null;
        while (_worker.Messages.Read() is { } message)
            switch (message.Kind)
            {
                case WorkerMessageKind.Progress:
                    SetPercentage(message.Body.ReadDouble());
                    break;
                case WorkerMessageKind.Columns:
                    started(WorkerCodec.ReadColumns(message.Body));
                    break;
                case WorkerMessageKind.Rows when stopped is null:
                    try
                    {
                        send(ValueCodec.Read(message.Body));
                    }
                    catch (OperationCanceledException fault)
                    {
                        // The worker is on its way to stop as well, and can be used again when it has.
                        stopped = fault;
                    }

                    break;
                case WorkerMessageKind.Done:
                    _isIdle = true;
                    return stopped is null ? message.Body.ReadBoolean() : throw stopped;
                case WorkerMessageKind.Fault:
                    _isIdle = true;
                    throw stopped ?? WorkerCodec.ReadFault(message.Body);
            }

        lock (_lock)
            if (_hadTooMuch)
                throw EngineFaults.WorkerOutOfMemory(_lane.WorkerBytesMax);
        throw EngineFaults.WorkerDied(_worker.WaitForExitCode());
    }

    /// <inheritdoc/>
    public double? Percentage()
    {
        lock (_lock)
            return _isOver ? null : _percentage;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _isOver = true;
        _registration.Dispose();
        _kill.Dispose();
        _look.Dispose();
        if (_isIdle)
            _pool.Return(_worker);
        else
            _worker.Dispose();
    }

    void SetPercentage(double known)
    {
        lock (_lock)
            _percentage = known;
    }

    void Cancel()
    {
        _kill.Change(_lane.StopGrace, Timeout.InfiniteTimeSpan);
        lock (_lock)
            if (!_isOver)
                Tell(WorkerMessageKind.Cancel);
    }

    void Tell(WorkerMessageKind kind, Action<BinaryWriter>? content = null)
    {
        try
        {
            _worker.Messages.Write(kind, content);
        }
        catch (IOException)
        {
            // It has died: its end is read, and says so.
        }
    }

    void Kill()
    {
        lock (_lock)
            if (!_isOver)
                _worker.Kill();
    }

    void Look()
    {
        lock (_lock)
        {
            if (_isOver || _hadTooMuch || _worker.ResidentBytes() <= _lane.WorkerBytesMax)
                return;
            _hadTooMuch = true;
            Telemetry.StoppedForMemory.Add(1, new KeyValuePair<string, object?>("lane", _lane.Name));
            _worker.Kill();
        }
    }
}
