using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Varve.Datasets;
using Varve.Datasets.Settings;
using Varve.Storage;

namespace Varve.Ingest.Settings;

/// <summary>Ingest settings of a table as they are stored.</summary>
/// <param name="Version">Their number; 0 when they were never set.</param>
/// <param name="Definition">What was set.</param>
public sealed record StoredIngestSettings(long Version, IngestSettingsDefinition Definition);

/// <summary>
/// Reads and keeps ingest settings, which are documents in the store. A batch takes the settings once, at its start, and goes by them to its
/// end; what another process changed counts after some seconds at most. Safe to use from many threads.
/// </summary>
public sealed class IngestSettingsSource
{
    /// <summary>How long a change that another process made may not count yet.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(5);

    const string Folder = "ingest";
    const string KeyPath = "keys/redaction";
    const int KeyBytes = 32;

    readonly SettingsStore _documents;
    readonly IngestSettingsLimits _limits;
    readonly Func<byte[]> _newKey;
    readonly FreshCache<TableName, Stored> _tables;
    readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <param name="store">Where settings are kept.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="limits">What settings may hold; the default limits when null.</param>
    /// <param name="newKey">Makes a key of 32 random bytes; of the operating system's generator when null.</param>
    public IngestSettingsSource(IObjectStore store, TimeProvider clock, IngestSettingsLimits? limits = null, Func<byte[]>? newKey = null)
    {
        (_documents, _limits) = (new SettingsStore(store, clock), limits ?? new IngestSettingsLimits());
        _newKey = newKey ?? (() => RandomNumberGenerator.GetBytes(KeyBytes));
        _tables = new FreshCache<TableName, Stored>(AgeMax, clock, ReadAsync);
    }

    /// <summary>The settings that a batch which begins now goes by.</summary>
    /// <exception cref="VarveException">
    /// The account's or zone's name is not allowed, the settings are damaged or do not fit the dataset any more, or the store does not answer.
    /// Nothing may be stored then: it could be what was to be left out.
    /// </exception>
    public async ValueTask<IngestSettings> ForAsync(IngestTarget target, CancellationToken cancellationToken)
    {
        var table = NameOf(target.Account, target.Zone, target.Dataset);
        var stored = await _tables.GetAsync(table, cancellationToken);
        if (stored.Settings.Version == 0)
            return IngestSettings.Everything;
        if (stored.Bound is { } bound && ReferenceEquals(bound.Dataset, target.Dataset))
            return bound.Settings;
        var settings = IngestSettings.Bind(
            stored.Settings.Definition, target.Dataset, await KeyForAsync(table, stored.Settings.Definition, cancellationToken), _limits);
        stored.Bound = new Binding(target.Dataset, settings);
        return settings;
    }

    /// <summary>The table of a dataset that settings are for; the zone counts for datasets of zone scope only.</summary>
    /// <exception cref="VarveException">The account's or zone's name is not allowed.</exception>
    public static TableName NameOf(string account, string zone, Dataset dataset)
    {
        var table = new TableName(account, dataset.Scope == DatasetScope.Account ? null : zone, dataset.Name);
        table.Check();
        return table;
    }

    /// <summary>The settings of a table as the store has them now.</summary>
    /// <exception cref="VarveException">They are damaged, or the store does not answer.</exception>
    public async Task<StoredIngestSettings> GetAsync(TableName table, CancellationToken cancellationToken) =>
        (await _tables.RefreshAsync(table, cancellationToken)).Settings;

    /// <summary>The fields that files of a table get a side index of: those that its settings name, else the dataset's.</summary>
    /// <exception cref="VarveException">As <see cref="GetAsync"/>.</exception>
    public async ValueTask<IEnumerable<string>> IndexedFieldsAsync(TableName table, Dataset dataset, CancellationToken cancellationToken) =>
        (await _tables.GetAsync(table, cancellationToken)).Settings.Definition.Index?.Select(field => dataset.Find(field)?.Name ?? field) ?? dataset.IndexedFields;

    /// <summary>Sets the settings of a table. In this process they count for every batch that begins after the answer.</summary>
    /// <param name="table">The table.</param>
    /// <param name="dataset">Its dataset.</param>
    /// <param name="definition">The settings.</param>
    /// <param name="expected">The version that has to be the newest; null for any.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="VarveException">
    /// They do not fit the dataset, or were changed meanwhile (<see cref="FaultKind.Conflict"/>), or the store does not answer.
    /// </exception>
    public async Task<StoredIngestSettings> SetAsync(
        TableName table, Dataset dataset, IngestSettingsDefinition definition, long? expected, CancellationToken cancellationToken)
    {
        table.Check();
        IngestSettings.Bind(definition, dataset, await KeyForAsync(table, definition, cancellationToken), _limits);
        var document = definition.ToJson();
        await _documents.UpdateAsync(DocumentOf(table), expected, _ => document, cancellationToken);
        return await GetAsync(table, cancellationToken);
    }

    async Task<Stored> ReadAsync(TableName table, Stored? before, CancellationToken cancellationToken)
    {
        var name = DocumentOf(table);
        var newest = before is null
            ? await _documents.NewestAsync(name, cancellationToken)
            : await _documents.NewerAsync(name, before.Settings.Version, cancellationToken);
        if (newest is null)
            return before!;
        try
        {
            var definition = newest.Document is { } document ? IngestSettingsDefinition.Read(document) : new IngestSettingsDefinition();
            return new Stored(new StoredIngestSettings(newest.Version, definition));
        }
        catch (VarveException fault)
        {
            throw new VarveException(FaultKind.Corrupt, $"Version {newest.Version} of {name.Folder} are no ingest settings: {fault.Message}", fault);
        }
    }

    async ValueTask<byte[]?> KeyForAsync(TableName table, IngestSettingsDefinition definition, CancellationToken cancellationToken)
    {
        if (!definition.NeedsKey)
            return null;
        if (_keys.TryGetValue(table.Account, out var known))
            return known;
        // The first to ask makes it; whoever asks at the same time gets the same.
        var name = new SettingsName(table.Account, KeyPath);
        var version = await _documents.UpdateAsync(name, expected: null, newest => newest.Document ?? NewKey(), cancellationToken);
        if (!version.Document!.Value.TryGetProperty("key", out var text) || !text.TryGetBytesFromBase64(out var key) || key.Length != KeyBytes)
            throw new VarveException(FaultKind.Corrupt,
                $"{name.Folder} holds no key of {KeyBytes} bytes in base64. Restore it: with another key equal values are no longer equal.");
        return _keys.GetOrAdd(table.Account, key);
    }

    JsonElement NewKey() => JsonSerializer.SerializeToElement(new Dictionary<string, byte[]> { ["key"] = _newKey() });

    static SettingsName DocumentOf(TableName table) =>
        new(table.Account, table.Zone is null ? $"{Folder}/account/{table.Dataset}" : $"{Folder}/zones/{table.Zone}/{table.Dataset}");

    sealed record Binding(Dataset Dataset, IngestSettings Settings);

    sealed class Stored(StoredIngestSettings settings)
    {
        volatile Binding? _bound;

        public StoredIngestSettings Settings { get; } = settings;

        public Binding? Bound
        {
            get => _bound;
            set => _bound = value;
        }
    }
}
