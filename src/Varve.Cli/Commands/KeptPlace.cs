using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Varve.Datasets;
using Varve.Ingest.Settings;
using Varve.Maintenance;
using Varve.Maintenance.Rules;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary>The options that name a table and who works on it.</summary>
sealed class KeptPlace
{
    readonly Option<string> _dataset = CommonOptions.Dataset();
    readonly Option<string> _account = CommonOptions.Account();
    readonly Option<string> _zone = CommonOptions.Zone();
    readonly Option<string> _data = CommonOptions.Data();
    readonly Option<string?> _store = CommonOptions.Store();
    readonly Option<string> _who = new("--who") { Description = "Who does it, for the table's history", DefaultValueFactory = _ => $"{Environment.UserName}@{Environment.MachineName}" };
    readonly Option<string?> _reason = new("--reason") { Description = "Why, for the table's history" };

    public Option<bool> Json { get; } = CommonOptions.Json();

    public void AddTo(Command command, bool hasActor)
    {
        foreach (var option in new Option[] { _dataset, _account, _zone, _data, _store, Json })
            command.Add(option);
        if (!hasActor)
            return;
        command.Add(_who);
        command.Add(_reason);
    }

    public async Task<(TableKeeper Keeper, TableName Name)> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var store = CommonOptions.OpenStore(parsed, _data, _store);
        var dataset = await CommonOptions.FindDatasetAsync(store, parsed.GetValue(_account)!, parsed.GetValue(_dataset)!, cancellationToken);
        var name = new TableName(parsed.GetValue(_account)!, dataset.Scope == DatasetScope.Account ? null : parsed.GetValue(_zone), dataset.Name);
        return (Keeper(store), name);
    }

    public Actor ActorOf(ParseResult parsed) => new(parsed.GetValue(_who)!, parsed.GetValue(_reason) ?? "");

    /// <summary>A keeper of the tables of a store.</summary>
    public static TableKeeper Keeper(IObjectStore store)
    {
        var settings = new IngestSettingsSource(store, TimeProvider.System);
        return new TableKeeper(
            store, new DatasetRegistry(store, TimeProvider.System), limits: null,
            new MaintenanceOptions { IndexedFields = settings.IndexedFieldsAsync }, NullLogger<TableKeeper>.Instance);
    }
}
