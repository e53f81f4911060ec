using DuckDB.NET.Data;

namespace Varve.Query.Execution;

/// <summary>
/// Interrupts a command once a token is cancelled. The engine forgets an interrupt that comes before it has begun, so it is repeated until
/// this is disposed.
/// </summary>
sealed class Interruption : IDisposable
{
    static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    readonly DuckDBCommand _command;
    readonly Lock _lock = new();
    readonly ITimer _again;
    readonly CancellationTokenRegistration _registration;
    bool _isOver;

    public Interruption(DuckDBCommand command, TimeProvider clock, CancellationToken cancellationToken)
    {
        _command = command;
        _again = clock.CreateTimer(static state => ((Interruption)state!).Interrupt(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registration = cancellationToken.Register(static state => ((Interruption)state!).Begin(), this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _isOver = true;
        _registration.Dispose();
        _again.Dispose();
    }

    void Begin()
    {
        Interrupt();
        _again.Change(Period, Period);
    }

    void Interrupt()
    {
        lock (_lock)
            if (!_isOver)
                _command.Cancel();
    }
}
