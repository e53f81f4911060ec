using Varve.Datasets;
using Varve.Ingest.Settings;
using Varve.Maintenance;
using Varve.Storage;

namespace Varve.Server.Maintenance;

/// <summary>Looks after the tables beside everything else, on a thread of the lowest priority.</summary>
sealed class MaintenanceHost(TableKeeper keeper, ServeOptions options) : BackgroundService
{
    /// <summary>The keeper of a server's store.</summary>
    public static TableKeeper Keeper(IServiceProvider provider, IObjectStore store, ServeOptions options)
    {
        var settings = provider.GetRequiredService<IngestSettingsSource>();
        return new TableKeeper(
            store,
            provider.GetRequiredService<DatasetRegistry>(),
            options.MaintenanceLimits,
            new MaintenanceOptions
            {
                Scheduler = new LowPriorityScheduler("maintenance"),
                TemporaryFolder = Path.Combine(Path.GetFullPath(options.DataFolder), "tmp", "maintenance"),
                IndexedFields = (name, dataset, cancellationToken) => settings.IndexedFieldsAsync(name, dataset, cancellationToken),
            },
            provider.GetRequiredService<ILogger<TableKeeper>>());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Maintains)
            return;
        try
        {
            await keeper.RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops: what a merge has written is taken by vacuum, and the next server begins anew.
        }
    }
}
