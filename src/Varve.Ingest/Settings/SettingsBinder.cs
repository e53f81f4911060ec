using Varve.Datasets;
using Varve.Datasets.Settings;
using Varve.Storage;

namespace Varve.Ingest.Settings;

/// <summary>Binds one definition of settings to a dataset.</summary>
sealed class SettingsBinder(IngestSettingsDefinition definition, Dataset dataset, byte[]? key, IngestSettingsLimits limits)
{
    readonly Dictionary<string, FieldRule> _rules = [];
    readonly Dictionary<string, List<(string Key, FieldRule Rule)>> _keys = [];
    readonly HashSet<string> _hidden = new(StringComparer.OrdinalIgnoreCase);
    bool _dropsUnknown;

    public IngestSettings Bind()
    {
        if (definition.Redactions.Count > limits.RedactionsMax)
            throw new VarveException(FaultKind.LimitExceeded,
                $"There are {definition.Redactions.Count} redactions; {limits.RedactionsMax} are the most.");
        var filter = definition.Filter is { } json ? new FilterReader(dataset, limits).Read(json) : null;
        foreach (var redaction in definition.Redactions)
            Redact(redaction);
        foreach (var (map, keys) in _keys)
            _rules[map] = new KeyRules(keys);
        SwitchOff();
        // Varve's own note in the extra column, that a timestamp is the arrival's, is kept.
        var known = _dropsUnknown ? dataset.Fields.Select(field => field.Name).Append(TableLayout.TimestampSourceKey) : null;
        return new IngestSettings(filter, _rules, _hidden, known, redacts: definition.Redactions.Count > 0, IndexedFields());
    }

    List<string>? IndexedFields()
    {
        if (definition.Index is not { } names)
            return null;
        if (names.Count > limits.IndexedFieldsMax)
            throw new VarveException(FaultKind.LimitExceeded, $"'index' names {names.Count} fields; {limits.IndexedFieldsMax} are the most.");
        var indexed = new List<string>();
        foreach (var name in names)
        {
            var field = dataset.Find(name) ?? throw UnknownField(name, "'index' names");
            if (field.Type != FieldType.String)
                throw StrictJson.Invalid($"{field.Name} cannot be indexed: only texts are.");
            if (indexed.Contains(field.Name))
                throw StrictJson.Invalid($"'index' names {field.Name} twice: leave one of them out.");
            indexed.Add(field.Name);
        }

        return indexed;
    }

    void SwitchOff()
    {
        if (definition.Fields is not { } names)
            return;
        // Records are placed and sorted by the timestamp: it is always kept.
        var kept = new HashSet<DatasetField> { dataset.TimestampField };
        foreach (var name in names)
            kept.Add(dataset.Find(name) ?? throw UnknownField(name, "'fields' names"));
        _dropsUnknown = true;
        foreach (var field in dataset.Fields.Where(field => !kept.Contains(field)))
        {
            _rules[field.Name] = DropRule.Instance;
            _hidden.Add(field.Name);
        }
    }

    void Redact(Redaction redaction)
    {
        if (redaction.Keep < 0 || redaction.Keep > limits.KeepCharsMax)
            throw StrictJson.Invalid(
                $"'keep' of the redaction of {redaction.Field} is {redaction.Keep}: a mask keeps 0 to {limits.KeepCharsMax} characters.");
        if (dataset.Find(redaction.Field) is { } whole)
        {
            RedactField(redaction, whole);
            return;
        }

        var dot = redaction.Field.IndexOf('.', StringComparison.Ordinal);
        var (name, member) = dot < 0 ? (redaction.Field, null) : (redaction.Field[..dot], redaction.Field[(dot + 1)..]);
        if (name == TableLayout.ExtraColumn)
            RedactExtra(redaction, member);
        else if (member is { Length: > 0 } && dataset.Find(name) is { } map)
            RedactKey(redaction, map, member);
        else
            throw UnknownField(redaction.Field, "A redaction names");
    }

    void RedactField(Redaction redaction, DatasetField field)
    {
        if (field == dataset.TimestampField)
            throw StrictJson.Invalid($"{field.Name} cannot be redacted: records are placed and sorted by it.");
        if (redaction.Method != RedactionMethod.Drop && field.Type is not (FieldType.String or FieldType.StringArray))
            throw StrictJson.Invalid(field.Type == FieldType.Map
                ? $"{field.Name} is a map: redact single keys of it ({field.Name}.key), or drop it."
                : $"{field.Name} is no text: it can only be dropped.");
        if (_keys.ContainsKey(field.Name) || !_rules.TryAdd(field.Name, RuleFor(redaction)))
            throw Twice(field.Name);
        _hidden.Add(field.Name);
    }

    void RedactKey(Redaction redaction, DatasetField map, string member)
    {
        if (map.Type != FieldType.Map)
            throw StrictJson.Invalid($"{redaction.Field} names a key of {map.Name}, which is no map: name the field alone.");
        if (!_keys.TryGetValue(map.Name, out var keys))
            _keys[map.Name] = keys = [];
        if (_rules.ContainsKey(map.Name) || keys.Exists(each => each.Key.Equals(member, StringComparison.OrdinalIgnoreCase)))
            throw Twice(redaction.Field);
        keys.Add((member, RuleFor(redaction)));
        // A value that is no map is kept aside as it came, with the key in it: it is not kept then.
        _hidden.Add(map.Name);
    }

    void RedactExtra(Redaction redaction, string? member)
    {
        if (redaction.Method != RedactionMethod.Drop)
            throw StrictJson.Invalid($"{redaction.Field} can only be dropped.");
        if (member is null)
            _dropsUnknown = true;
        else
            _hidden.Add(member);
    }

    FieldRule RuleFor(Redaction redaction) => redaction.Method switch
    {
        RedactionMethod.Drop => DropRule.Instance,
        RedactionMethod.Mask => new MaskRule(redaction.Keep),
        _ => new HashRule(key ?? throw new InvalidOperationException("A redaction that hashes needs the account's key.")),
    };

    static VarveException Twice(string field) => StrictJson.Invalid($"{field} is redacted twice: leave one of them out.");

    VarveException UnknownField(string name, string subject)
    {
        var suggestion = Suggestion.Nearest(name, dataset.Fields.Select(field => field.Name));
        return new VarveException(
            FaultKind.Invalid, $"{subject} {name}, which is no field of {dataset.Name}.{(suggestion is null ? "" : $" Did you mean {suggestion}?")}")
        {
            Detail = new FaultDetail("unknown_field", Suggestion: suggestion),
        };
    }
}
