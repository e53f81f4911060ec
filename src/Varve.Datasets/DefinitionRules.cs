using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Varve.Storage;

namespace Varve.Datasets;

/// <summary>What a declared dataset has to keep to, by itself and against what it was before.</summary>
static partial class DefinitionRules
{
    // The folder of an account's zones stands beside its tables of account scope.
    const string ZonesFolder = "zones";

    static readonly FieldType[] NoStatistics = [FieldType.StringArray, FieldType.IntArray, FieldType.Map, FieldType.Json];

    /// <exception cref="VarveException">The definition breaks a rule.</exception>
    public static void Check(DatasetDefinition definition, DatasetLimits limits)
    {
        CheckName(definition.Name, limits);
        CheckLength("title", definition.Title, limits.TitleCharsMax, $"the dataset {definition.Name}");
        CheckLength("description", definition.Description, limits.DescriptionCharsMax, $"the dataset {definition.Name}");
        if (definition.Fields.Count > limits.FieldsMax)
            throw Over($"The dataset {definition.Name} has {definition.Fields.Count} fields; {limits.FieldsMax} are the most.");
        if (definition.Fields.Count(field => field.Index) is var indexed && indexed > limits.IndexedFieldsMax)
            throw Over($"The dataset {definition.Name} has {indexed} fields with 'index'; {limits.IndexedFieldsMax} are the most.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in definition.Fields)
        {
            CheckField(field, limits);
            if (!names.Add(field.Name))
                throw Invalid($"The field {field.Name} is there twice: names have to differ by more than upper and lower case.");
        }

        if (Find(definition, definition.TimestampField, "timestampField").Type != FieldType.Timestamp)
            throw Invalid($"The timestamp field {definition.TimestampField} has to be of type timestamp.");
        if (definition.IdField is { } id)
            Find(definition, id, "idField");
        if (JsonMarshal.GetRawUtf8Value(definition.ToJson()).Length > limits.DefinitionBytesMax)
            throw Over($"The definition of {definition.Name} has more than {limits.DefinitionBytesMax} bytes. Shorten its descriptions.");
    }

    /// <summary>A table that holds records keeps its columns and its place: a dataset can grow, and be told of otherwise.</summary>
    /// <exception cref="VarveException">The change is none of these: <see cref="FaultKind.Conflict"/>.</exception>
    public static void CheckChange(DatasetDefinition before, DatasetDefinition after)
    {
        if (before.Scope != after.Scope)
            throw Refused(after,
                $"the scope cannot be changed from {ScopeName(before.Scope)} to {ScopeName(after.Scope)}: the tables lie elsewhere then");
        if (before.TimestampField != after.TimestampField)
            throw Refused(after, $"the timestamp field cannot be changed from {before.TimestampField}: records are placed and sorted by it");
        foreach (var old in before.Fields)
        {
            var field = after.Fields.FirstOrDefault(each => each.Name.Equals(old.Name, StringComparison.OrdinalIgnoreCase))
                ?? throw Refused(after,
                    $"the field {old.Name} cannot be taken away, since stored records have it. Switch it off in the ingest settings instead");
            if (field.Name != old.Name)
                throw Refused(after, $"the field {old.Name} cannot be written {field.Name}: its column is there by that name");
            if (field.Type != old.Type)
                throw Refused(after,
                    $"the type of {old.Name} cannot be changed from {DefinitionJson.NameOf(old.Type)} to {DefinitionJson.NameOf(field.Type)}, "
                    + "since stored records have it. Add a field of another name instead");
        }
    }

    static void CheckName(string name, DatasetLimits limits)
    {
        if (name.Length > limits.NameCharsMax)
            throw Over($"The dataset's name has {name.Length} characters; {limits.NameCharsMax} are the most.");
        if (!DatasetName().IsMatch(name))
            throw Invalid($"'{name}' cannot be the name of a dataset: use lower case letters, digits and '_', starting with a letter.");
        if (name == ZonesFolder)
            throw Invalid($"'{name}' cannot be the name of a dataset: the folder of that name holds the zones. Choose another name.");
        if (DatasetCatalog.BuiltIn.Find(name) is not null)
            throw new VarveException(FaultKind.Conflict, $"{name} is a built-in dataset and stays as it is. Choose another name.");
    }

    static void CheckField(DatasetField field, DatasetLimits limits)
    {
        if (field.Name.Length > limits.NameCharsMax)
            throw Over($"The name of the field {field.Name[..Math.Min(20, limits.NameCharsMax)]}… has {field.Name.Length} characters; "
                + $"{limits.NameCharsMax} are the most.");
        if (TableLayout.IsOwnColumn(field.Name))
            throw Invalid($"The field {field.Name} cannot be called so: Varve has a column of that name. Choose another name.");
        if (!FieldName().IsMatch(field.Name))
            throw Invalid($"The field '{field.Name}' cannot be called so: use letters, digits, '_' and '-', starting with a letter.");
        if (field.Statistics && NoStatistics.Contains(field.Type))
            throw Invalid($"The field {field.Name} is of type {DefinitionJson.NameOf(field.Type)}, which has no smallest and greatest value: "
                + "leave out 'statistics'.");
        if (field.Index && field.Type != FieldType.String)
            throw Invalid($"The field {field.Name} is of type {DefinitionJson.NameOf(field.Type)}, and only texts are indexed: leave out 'index'.");
        var what = $"the field {field.Name}";
        foreach (var (member, text) in new[] { ("group", field.Group), ("unit", field.Unit), ("rule", field.Rule) })
            CheckLength(member, text, limits.TitleCharsMax, what);
        foreach (var value in field.KnownValues ?? [])
            CheckLength("enum", value, limits.TitleCharsMax, what);
        CheckLength("description", field.Description, limits.DescriptionCharsMax, what);
    }

    static void CheckLength(string member, string? text, int charsMax, string what)
    {
        if (text?.Length > charsMax)
            throw Over($"'{member}' of {what} has {text.Length} characters; {charsMax} are the most.");
    }

    static DatasetField Find(DatasetDefinition definition, string name, string member) =>
        definition.Fields.FirstOrDefault(field => field.Name == name)
        ?? throw Invalid($"'{member}' names {name}, which is no field.{Suggestion.Hint(name, definition.Fields.Select(field => field.Name))}");

    static string ScopeName(DatasetScope scope) => scope == DatasetScope.Zone ? "zone" : "account";

    static VarveException Refused(DatasetDefinition definition, string why) => new(FaultKind.Conflict,
        $"The dataset {definition.Name} is declared, and {why}.");

    static VarveException Over(string message) => new(FaultKind.LimitExceeded, message);

    static VarveException Invalid(string message) => new(FaultKind.Invalid, message);

    [GeneratedRegex(@"\A[a-z][a-z0-9_]*\z")]
    private static partial Regex DatasetName();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]*\z")]
    private static partial Regex FieldName();
}
