using Varve.Datasets.Settings;
using Varve.Storage;

namespace Varve.Datasets;

/// <summary>A declared dataset.</summary>
/// <param name="Definition">What was declared.</param>
/// <param name="Version">The number of the declaration: 1 for the first, one more with each change.</param>
public sealed record DeclaredDataset(DatasetDefinition Definition, long Version)
{
    /// <summary>True when a call declared it that was not declared before.</summary>
    public bool IsNew { get; init; }
}

/// <summary>
/// The datasets of each account: the built-in ones and those that it declared. Declarations are settings documents in the store; what other
/// processes declare shows within some seconds, or at once when it is asked for by name. Safe to use from many threads.
/// </summary>
public sealed class DatasetRegistry
{
    /// <summary>How long a change that another process made may stay unseen.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(5);

    const string Folder = "datasets";

    readonly SettingsStore _documents;
    readonly DatasetLimits _limits;
    readonly FreshCache<string, AccountDatasets> _accounts;

    /// <param name="store">Where declarations are kept.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="limits">What an account may declare; the default limits when null.</param>
    public DatasetRegistry(IObjectStore store, TimeProvider clock, DatasetLimits? limits = null)
    {
        (_documents, _limits) = (new SettingsStore(store, clock), limits ?? new DatasetLimits());
        _accounts = new FreshCache<string, AccountDatasets>(AgeMax, clock, ReadAsync);
    }

    /// <summary>All datasets of an account; the built-in ones alone when there is no such account.</summary>
    /// <exception cref="VarveException">A declaration is damaged, or the store does not answer.</exception>
    public async ValueTask<DatasetCatalog> CatalogAsync(string account, CancellationToken cancellationToken) => TableLayout.IsScopeName(account)
        ? (await _accounts.GetAsync(account, cancellationToken)).Catalog
        : DatasetCatalog.BuiltIn;

    /// <summary>The dataset of this name, in any case, or null. A built-in one is found without asking the store.</summary>
    /// <exception cref="VarveException">As <see cref="CatalogAsync"/>.</exception>
    public async ValueTask<Dataset?> FindAsync(string account, string name, CancellationToken cancellationToken)
    {
        if (DatasetCatalog.BuiltIn.Find(name) is { } builtIn)
            return builtIn;
        if (!TableLayout.IsScopeName(account))
            return null;
        return (await _accounts.GetAsync(account, cancellationToken)).Catalog.Find(name)
            ?? (await _accounts.RefreshAsync(account, cancellationToken)).Catalog.Find(name);
    }

    /// <summary>The dataset of this name, in any case.</summary>
    /// <exception cref="VarveException">
    /// There is none (<see cref="FaultKind.NotFound"/>, with a suggestion), or as <see cref="CatalogAsync"/>.
    /// </exception>
    public async ValueTask<Dataset> GetAsync(string account, string name, CancellationToken cancellationToken) =>
        await FindAsync(account, name, cancellationToken) ?? throw await UnknownAsync(account, name, cancellationToken);

    /// <summary>The fault of a name that no dataset of the account has: <see cref="FaultKind.NotFound"/>, with a suggestion.</summary>
    public async ValueTask<VarveException> UnknownAsync(string account, string name, CancellationToken cancellationToken)
    {
        var suggestion = (await CatalogAsync(account, cancellationToken)).Suggest(name);
        return new VarveException(
            FaultKind.NotFound,
            $"There is no dataset '{name}'.{(suggestion is null ? "" : $" Did you mean {suggestion}?")} "
            + "`varve dataset list` and GET /api/datasets name all of them.")
        {
            Detail = new FaultDetail("unknown_dataset", Suggestion: suggestion),
        };
    }

    /// <summary>What an account declared under this name, as the store has it now, or null.</summary>
    /// <exception cref="VarveException">As <see cref="CatalogAsync"/>.</exception>
    public async Task<DeclaredDataset?> DeclaredAsync(string account, string name, CancellationToken cancellationToken) =>
        TableLayout.IsScopeName(account)
        ? (await _accounts.RefreshAsync(account, cancellationToken)).Declared.GetValueOrDefault(name)
        : null;

    /// <summary>Declares a dataset, or changes one that is declared: fields may be added, and titles, descriptions and the like changed.</summary>
    /// <param name="account">The account.</param>
    /// <param name="definition">The dataset.</param>
    /// <param name="expected">The version that has to be the newest; null for any.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="VarveException">
    /// The definition breaks a rule or a limit, or changes what cannot change or what another changed meanwhile (<see cref="FaultKind.Conflict"/>);
    /// or the store does not answer.
    /// </exception>
    public async Task<DeclaredDataset> DeclareAsync(string account, DatasetDefinition definition, long? expected, CancellationToken cancellationToken)
    {
        new TableName(account, Zone: null, definition.Name).Check();
        DefinitionRules.Check(definition, _limits);
        var known = await _accounts.RefreshAsync(account, cancellationToken);
        if (!known.Declared.ContainsKey(definition.Name) && known.Declared.Count >= _limits.DatasetsMax)
            throw new VarveException(FaultKind.LimitExceeded,
                $"The account {account} has {known.Declared.Count} datasets of its own; {_limits.DatasetsMax} are the most. Remove one first.");
        var isNew = false;
        var written = await _documents.UpdateAsync(
            NameOf(account, definition.Name),
            expected,
            newest =>
            {
                isNew = newest.Document is null;
                if (newest.Document is { } before)
                    DefinitionRules.CheckChange(DefinitionJson.Read(before), definition);
                return definition.ToJson();
            },
            cancellationToken);
        await _accounts.RefreshAsync(account, cancellationToken);
        return new DeclaredDataset(definition, written.Version) { IsNew = isNew };
    }

    /// <summary>Takes a declaration back. Stored records stay where they are.</summary>
    /// <exception cref="VarveException">
    /// There is no such declaration (<see cref="FaultKind.NotFound"/>), it was changed meanwhile (<see cref="FaultKind.Conflict"/>), or the store
    /// does not answer.
    /// </exception>
    public async Task<Dataset> RemoveAsync(string account, string name, long? expected, CancellationToken cancellationToken)
    {
        if (DatasetCatalog.BuiltIn.Find(name) is not null)
            throw new VarveException(FaultKind.Conflict, $"{name} is a built-in dataset and cannot be removed.");
        var declared = await DeclaredAsync(account, name, cancellationToken) ?? throw await UnknownAsync(account, name, cancellationToken);
        await _documents.UpdateAsync(NameOf(account, declared.Definition.Name), expected, _ => null, cancellationToken);
        await _accounts.RefreshAsync(account, cancellationToken);
        return new Dataset(declared.Definition);
    }

    async Task<AccountDatasets> ReadAsync(string account, AccountDatasets? before, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<string, DatasetVersion>(StringComparer.Ordinal);
        await foreach (var (name, version) in _documents.ListAsync(account, Folder, cancellationToken))
            versions[name.Path] = before?.Versions.GetValueOrDefault(name.Path) is { } known && known.Version == version
                ? known
                : Parse(name, await _documents.ReadAsync(name, version, cancellationToken));
        // The same objects for what is the same: what was bound to a dataset stays bound.
        var isSame = before is not null && before.Versions.Count == versions.Count
            && versions.All(pair => ReferenceEquals(pair.Value, before.Versions.GetValueOrDefault(pair.Key)));
        return isSame ? before! : new AccountDatasets(versions);
    }

    static DatasetVersion Parse(SettingsName name, SettingsVersion version)
    {
        try
        {
            var definition = version.Document is { } document ? DefinitionJson.Read(document) : null;
            return new DatasetVersion(version.Version, definition, definition is null ? null : new Dataset(definition));
        }
        catch (Exception fault) when (fault is VarveException or ArgumentException or KeyNotFoundException)
        {
            throw new VarveException(FaultKind.Corrupt,
                $"Version {version.Version} of {name.Folder} is no definition of a dataset: {fault.Message}", fault);
        }
    }

    static SettingsName NameOf(string account, string dataset) => new(account, $"{Folder}/{dataset}");

    /// <summary>A declaration as one version of its document has it; nulls when that took it away.</summary>
    sealed record DatasetVersion(long Version, DatasetDefinition? Definition, Dataset? Dataset);

    /// <summary>What an account had declared when it was read.</summary>
    sealed class AccountDatasets(Dictionary<string, DatasetVersion> versions)
    {
        public Dictionary<string, DatasetVersion> Versions { get; } = versions;

        public Dictionary<string, DeclaredDataset> Declared { get; } = versions.Values.Where(version => version.Definition is not null)
            .Select(version => new DeclaredDataset(version.Definition!, version.Version))
            .ToDictionary(declared => declared.Definition.Name, StringComparer.OrdinalIgnoreCase);

        // A later version of Varve may build in a dataset of a declared name: the built-in one counts then.
        public DatasetCatalog Catalog { get; } = DatasetCatalog.BuiltIn.With(
            versions.Values.Select(version => version.Dataset).OfType<Dataset>().Where(dataset => DatasetCatalog.BuiltIn.Find(dataset.Name) is null));
    }
}
