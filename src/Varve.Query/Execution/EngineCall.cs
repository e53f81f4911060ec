using DuckDB.NET.Data;

namespace Varve.Query.Execution;

/// <summary>
/// A statement on a connection of its own, that other threads look at and interrupt once a token is cancelled. The engine forgets an interrupt
/// that comes before it has begun, so it is repeated until this is disposed of.
/// </summary>
sealed class EngineCall : IEngineCall
{
    static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    readonly EngineRequest _request;
    readonly DuckDBConnection _connection;
    readonly DuckDBCommand _command;
    readonly TimeSpan _grace;
    readonly CancellationToken _cancellationToken;
    readonly Lock _lock = new();
    readonly ITimer _again;
    readonly ITimer _giveUp;
    readonly CancellationTokenRegistration _registration;
    bool _isOver;
    bool _isDone;

    /// <param name="request">What to run.</param>
    /// <param name="instance">Where; the connection to it is closed with this.</param>
    /// <param name="grace">How long it may go on after the first interrupt.</param>
    /// <param name="giveUp">Called when it went on for longer.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public EngineCall(
        EngineRequest request, EngineInstance instance, TimeSpan grace, Action<EngineCall> giveUp, TimeProvider clock, CancellationToken cancellationToken)
    {
        (_request, Instance, _grace, _cancellationToken) = (request, instance, grace, cancellationToken);
        _connection = instance.Connect();
        _command = _connection.CreateCommand();
        _command.CommandText = request.Sql;
        _command.UseStreamingMode = true;
        _again = clock.CreateTimer(static state => ((EngineCall)state!).Interrupt(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _giveUp = clock.CreateTimer(_ => GiveUp(giveUp), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registration = cancellationToken.Register(static state => ((EngineCall)state!).Begin(), this);
    }

    /// <summary>Where it runs.</summary>
    public EngineInstance Instance { get; }

    /// <inheritdoc/>
    public bool Run(Action<IReadOnlyList<ResultColumn>> started, Action<RowBlock> send)
    {
        using var reader = _command.ExecuteReader();
        var answer = new AnswerReader(_request);
        started(answer.ColumnsOf(reader));
        var isCut = answer.Read(reader, send, _cancellationToken);
        _isDone = answer.IsAtEnd;
        return isCut;
    }

    /// <inheritdoc/>
    public double? Percentage()
    {
        lock (_lock)
            return !_isOver && _connection.GetQueryProgress().Percentage is >= 0 and <= 100 and var known ? known : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _isOver = true;
        _registration.Dispose();
        _again.Dispose();
        _giveUp.Dispose();
        _command.Dispose();
        // Of one that was interrupted, or has rows left, nobody knows whether something of that is still under way.
        if (_isDone && !_cancellationToken.IsCancellationRequested)
            Instance.GiveBack(_connection);
        else
            _connection.Dispose();
    }

    void Begin()
    {
        Interrupt();
        _again.Change(Period, Period);
        _giveUp.Change(_grace, Timeout.InfiniteTimeSpan);
    }

    void Interrupt()
    {
        lock (_lock)
            if (!_isOver)
                _command.Cancel();
    }

    void GiveUp(Action<EngineCall> giveUp)
    {
        lock (_lock)
            if (_isOver)
                return;
        giveUp(this);
    }
}
