using Varve.Storage;

namespace Varve.Server;

/// <summary>Keeps a server from starting over a store that would lose commits, or that it cannot reach.</summary>
sealed class StoreCheck(IObjectStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.CheckConditionalPutsAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
