using System.CommandLine;
using System.Text.Json;
using Varve.Cli.Remote;
using Varve.Datasets;
using Varve.Ingest.Settings;
using Varve.Storage;

namespace Varve.Cli.Commands;

/// <summary>Where a command finds and keeps datasets: in a store that it opens, or with a server.</summary>
sealed class DatasetPlace
{
    readonly Option<string> _data = CommonOptions.Data();
    readonly Option<string?> _store = CommonOptions.Store();
    readonly Option<string?> _server = CommonOptions.Server();
    readonly Option<string?> _token = CommonOptions.Token();

    public Option<string> Account { get; } = CommonOptions.Account();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Account, _data, _store, _server, _token })
            command.Add(option);
    }

    public async Task<IReadOnlyList<DatasetLine>> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (Connect(parsed) is not { } client)
        {
            var catalog = await new DatasetRegistry(OpenStore(parsed), TimeProvider.System).CatalogAsync(AccountOf(parsed), cancellationToken);
            return [.. catalog.Datasets.Select(each =>
                new DatasetLine(each.Name, each.Title, each.Description, each.Scope, each.TimestampField.Name, each.Fields.Count, each.IsCustom))];
        }

        using (client)
        {
            var answer = await client.CallAsync(HttpMethod.Get,
                $"/api/datasets?account={Escaped(AccountOf(parsed))}", content: null, cancellationToken);
            return answer.GetProperty("datasets").Deserialize<IReadOnlyList<DatasetLine>>(CliJson.Indented)!;
        }
    }

    public async Task<Dataset> FindAsync(ParseResult parsed, string name, CancellationToken cancellationToken)
    {
        if (Connect(parsed) is not { } client)
            return await CommonOptions.FindDatasetAsync(OpenStore(parsed), AccountOf(parsed), name, cancellationToken);
        using (client)
            return await client.FindDatasetAsync(AccountOf(parsed), name, cancellationToken);
    }

    public async Task<string> DeclareAsync(ParseResult parsed, DatasetDefinition definition, CancellationToken cancellationToken)
    {
        if (Connect(parsed) is not { } client)
        {
            var declared = await new DatasetRegistry(await OpenToWriteAsync(parsed, cancellationToken), TimeProvider.System)
                .DeclareAsync(AccountOf(parsed), definition, expected: null, cancellationToken);
            return $"{definition.Name} is declared in the account {AccountOf(parsed)}, version {declared.Version}.";
        }

        using (client)
            await client.CallAsync(HttpMethod.Put,
                $"/api/accounts/{Escaped(AccountOf(parsed))}/datasets/{Escaped(definition.Name)}", definition.ToJson(), cancellationToken);
        return $"{definition.Name} is declared in the account {AccountOf(parsed)}.";
    }

    public async Task<string> RemoveAsync(ParseResult parsed, string name, CancellationToken cancellationToken)
    {
        if (Connect(parsed) is not { } client)
        {
            var removed = await new DatasetRegistry(await OpenToWriteAsync(parsed, cancellationToken), TimeProvider.System)
                .RemoveAsync(AccountOf(parsed), name, expected: null, cancellationToken);
            var path = new TableName(AccountOf(parsed), removed.Scope == DatasetScope.Zone ? "<zone>" : null, removed.Name).Path;
            return $"The declaration is taken back. Records that were stored stay in {path}.";
        }

        using (client)
        {
            var answer = await client.CallAsync(HttpMethod.Delete,
                $"/api/accounts/{Escaped(AccountOf(parsed))}/datasets/{Escaped(name)}", content: null, cancellationToken);
            return answer.GetProperty("message").GetString()!;
        }
    }

    public async Task<JsonElement> SettingsAsync(ParseResult parsed, string name, string zone, CancellationToken cancellationToken)
    {
        if (Connect(parsed) is { } client)
            using (client)
                return await client.CallAsync(HttpMethod.Get, SettingsPath(parsed, name, zone), content: null, cancellationToken);
        var store = OpenStore(parsed);
        var dataset = await CommonOptions.FindDatasetAsync(store, AccountOf(parsed), name, cancellationToken);
        var table = IngestSettingsSource.NameOf(AccountOf(parsed), zone, dataset);
        return (await new IngestSettingsSource(store, TimeProvider.System).GetAsync(table, cancellationToken)).Definition.ToJson();
    }

    public async Task SetSettingsAsync(
        ParseResult parsed, string name, string zone, IngestSettingsDefinition definition, CancellationToken cancellationToken)
    {
        if (Connect(parsed) is { } client)
        {
            using (client)
                await client.CallAsync(HttpMethod.Put, SettingsPath(parsed, name, zone), definition.ToJson(), cancellationToken);
            return;
        }

        var store = await OpenToWriteAsync(parsed, cancellationToken);
        var dataset = await CommonOptions.FindDatasetAsync(store, AccountOf(parsed), name, cancellationToken);
        var table = IngestSettingsSource.NameOf(AccountOf(parsed), zone, dataset);
        await new IngestSettingsSource(store, TimeProvider.System).SetAsync(table, dataset, definition, expected: null, cancellationToken);
    }

    VarveClient? Connect(ParseResult parsed) => parsed.GetValue(_server) is { } address ? new VarveClient(address, parsed.GetValue(_token)) : null;

    IObjectStore OpenStore(ParseResult parsed) => CommonOptions.OpenStore(parsed, _data, _store);

    async Task<IObjectStore> OpenToWriteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var store = OpenStore(parsed);
        await store.CheckConditionalPutsAsync(cancellationToken);
        return store;
    }

    string AccountOf(ParseResult parsed) => parsed.GetValue(Account)!;

    string SettingsPath(ParseResult parsed, string name, string zone) =>
        $"/api/accounts/{Escaped(AccountOf(parsed))}/zones/{Escaped(zone)}/datasets/{Escaped(name)}/ingest";

    static string Escaped(string text) => Uri.EscapeDataString(text);
}

/// <summary>A dataset as a list shows it.</summary>
sealed record DatasetLine(string Name, string Title, string Description, DatasetScope Scope, string TimestampField, int FieldCount, bool Custom);
