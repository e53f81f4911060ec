using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Varve.Datasets;
using Varve.Storage;

namespace Varve.Ingest.Settings;

/// <summary>What is kept of the records of one table, and in which form. Bound to the dataset; immutable.</summary>
public sealed class IngestSettings
{
    const int NameCharsMax = 512;

    readonly FilterNode? _filter;
    readonly FrozenDictionary<string, FieldRule> _rules;
    readonly FrozenSet<string> _hidden;
    readonly FrozenSet<string>? _known;
    readonly IReadOnlyList<string>? _indexed;

    /// <param name="filter">The filter, or null.</param>
    /// <param name="rules">The rules of fields by their names.</param>
    /// <param name="hidden">Names that may not stand in the extra column.</param>
    /// <param name="known">When given, no other name may stand there.</param>
    /// <param name="redacts">True when some rule redacts.</param>
    /// <param name="indexed">The fields that files get a side index of; null for those of the dataset.</param>
    internal IngestSettings(
        FilterNode? filter, IReadOnlyDictionary<string, FieldRule> rules, IEnumerable<string> hidden, IEnumerable<string>? known, bool redacts,
        IReadOnlyList<string>? indexed = null)
    {
        _indexed = indexed;
        (_filter, _rules, Redacts) = (filter, rules.ToFrozenDictionary(StringComparer.Ordinal), redacts);
        (_hidden, _known) = (hidden.ToFrozenSet(StringComparer.OrdinalIgnoreCase), known?.ToFrozenSet(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Every record, every field, as it came.</summary>
    public static IngestSettings Everything { get; } = new(filter: null, new Dictionary<string, FieldRule>(), [], known: null, redacts: false);

    /// <summary>Binds settings to the dataset of their table.</summary>
    /// <param name="definition">What a user wrote.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="key">The account's key; needed when a redaction hashes.</param>
    /// <param name="limits">Bounds; the default ones when null.</param>
    /// <exception cref="VarveException">They do not fit the dataset: the message names the field and what to change.</exception>
    public static IngestSettings Bind(IngestSettingsDefinition definition, Dataset dataset, byte[]? key, IngestSettingsLimits? limits = null) =>
        new SettingsBinder(definition, dataset, key, limits ?? new IngestSettingsLimits()).Bind();

    /// <summary>True when nothing is left out or changed.</summary>
    internal bool KeepsEverything => _filter is null && _rules.Count == 0 && _hidden.Count == 0 && _known is null;

    /// <summary>True when some field is redacted: then the text of rejected lines is not kept either, since it may hold it.</summary>
    internal bool Redacts { get; }

    /// <summary>True when there is an ingest filter.</summary>
    internal bool Filters => _filter is not null;

    /// <summary>True when the filter lets the record in. It sees the values before they are redacted, also of fields that are not kept.</summary>
    internal bool Passes(IRowValues record) => _filter is null || _filter.Passes(record);

    /// <summary>What becomes of a field's values; null: they are kept as they are.</summary>
    internal FieldRule? RuleOf(DatasetField field) => _rules.GetValueOrDefault(field.Name);

    /// <summary>The fields that files get a side index of.</summary>
    internal IEnumerable<string> IndexedFields(Dataset dataset) => _indexed ?? dataset.IndexedFields;

    /// <summary>
    /// True when a value that no column can take may stand in the extra column under this name: not for redacted fields; not for unknown ones when only
    /// named fields are kept. The name may be as it stands in the line, with JSON's escapes.
    /// </summary>
    internal bool KeepsExtra(ReadOnlySpan<byte> name)
    {
        if (_hidden.Count == 0 && _known is null)
            return true;
        var letters = name.Length <= NameCharsMax ? stackalloc char[NameCharsMax] : new char[name.Length];
        letters = letters[..Encoding.UTF8.GetChars(name, letters)];
        if (name.Contains((byte)'\\') && !KeepsName(Unescape(name)))
            return false;
        return KeepsName(letters);
    }

    bool KeepsName(ReadOnlySpan<char> name) => !_hidden.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)
        && _known?.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name) is not false;

    static string Unescape(ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader((byte[])[(byte)'"', .. name, (byte)'"']);
            reader.Read();
            return reader.GetString()!;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
