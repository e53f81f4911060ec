using Varve.Control;

namespace Varve.Server.Control;

/// <summary>Opens the control database before the server takes calls: what is wrong with it is told at the start.</summary>
sealed class ControlHost(ServeOptions options, TimeProvider clock) : IHostedService
{
    ControlStore? _store;

    /// <summary>What people keep.</summary>
    public ControlStore Store => _store ?? throw new InvalidOperationException("The server was not started.");

    public async Task StartAsync(CancellationToken cancellationToken) =>
        _store = await ControlStore.OpenAsync(options.ControlFile, options.ControlLimits, clock, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
