using System.Collections.Concurrent;
using Varve.Datasets;
using Varve.Delta;
using Varve.Storage;

namespace Varve.Query.Planning;

/// <summary>A table of a scope at its newest version.</summary>
/// <param name="Name">Its place.</param>
/// <param name="Snapshot">Its state.</param>
public sealed record ScopeTable(TableName Name, Snapshot Snapshot);

/// <summary>Finds the tables that a dataset has in a scope. Opened tables are kept, and brought up to date by what was committed since.</summary>
public sealed class TableDirectory(IObjectStore store, DeltaOptions? deltaOptions = null)
{
    readonly ConcurrentDictionary<string, DeltaTable> _open = new(StringComparer.Ordinal);

    /// <summary>Accounts that have data, in ordinal order.</summary>
    public Task<IReadOnlyList<string>> AccountsAsync(CancellationToken cancellationToken) => store.ListFoldersAsync("accounts/", cancellationToken);

    /// <summary>Zones of an account that have data, in ordinal order.</summary>
    public Task<IReadOnlyList<string>> ZonesAsync(string account, CancellationToken cancellationToken) =>
        store.ListFoldersAsync($"accounts/{account}/zones/", cancellationToken);

    /// <summary>The tables that hold a dataset in the scope; without a zone, those of all zones.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="account">The account.</param>
    /// <param name="zone">The zone, or null for all.</param>
    /// <param name="cancellationToken">Stops the reading of logs.</param>
    /// <param name="asOf">Which state of them; null: the newest. At a time, those that were not there yet are left out.</param>
    /// <exception cref="VarveException">There is no such version or time any more, or a version is asked of several tables.</exception>
    public async Task<IReadOnlyList<ScopeTable>> FindAsync(
        Dataset dataset, string account, string? zone, CancellationToken cancellationToken, AsOf? asOf = null)
    {
        CheckName("account", account);
        if (zone is not null)
            CheckName("zone", zone);
        var names = new List<TableName>();
        if (dataset.Scope == DatasetScope.Account || (zone is null && dataset.Scopes.Contains(DatasetScope.Account)))
            names.Add(new TableName(account, null, dataset.Name));
        if (dataset.Scope == DatasetScope.Zone)
            names.AddRange((zone is null ? await ZonesAsync(account, cancellationToken) : [zone]).Select(each => new TableName(account, each, dataset.Name)));
        var tables = new List<ScopeTable>();
        foreach (var name in names.Where(name => asOf?.Versions?.ContainsKey(name.Path) != false))
            if (await OpenAsync(name.Path, cancellationToken) is { } table && await StateAsync(table, name.Path, asOf, cancellationToken) is { } snapshot)
                tables.Add(new ScopeTable(name, snapshot));
        if (asOf?.Version is { } version && tables.Count > 1)
            throw new VarveException(FaultKind.Invalid,
                $"{dataset.Name} has {tables.Count} tables here, each with versions of its own: name one zone to read version {version}, or give a time.");
        return tables;
    }

    static async Task<Snapshot?> StateAsync(DeltaTable table, string path, AsOf? asOf, CancellationToken cancellationToken)
    {
        if (asOf is null)
            return await table.RefreshAsync(cancellationToken);
        if (asOf.Version is { } version || asOf.Versions?.TryGetValue(path, out version) == true)
            return await table.LoadAsync(version, cancellationToken);
        try
        {
            return await table.LoadAsOfAsync(asOf.Time!.Value, cancellationToken);
        }
        catch (VarveException fault) when (fault.Detail?.Code == DeltaTable.AfterNewest)
        {
            return table.Latest;
        }
        catch (VarveException fault) when (fault.Detail?.Code == DeltaTable.BeforeFirst)
        {
            return null;
        }
    }

    async Task<DeltaTable?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (_open.TryGetValue(path, out var known))
            return known;
        var table = await DeltaTable.OpenAsync(store, path, deltaOptions, logger: null, cancellationToken);
        return table is null ? null : _open.GetOrAdd(path, table);
    }

    static void CheckName(string what, string name)
    {
        if (!TableLayout.IsScopeName(name))
            throw new VarveException(FaultKind.NotFound, $"There is no {what} '{name}': names are 1 to 64 letters, digits, '.', '_' and '-'.");
    }
}
