using System.Globalization;
using System.Text.Json.Nodes;

namespace Varve.Query.Sql;

/// <summary>Puts values in the places of <c>?</c>, <c>$1</c> and <c>$name</c>, as constants of the tree: no text of theirs is ever parsed.</summary>
static class ParameterBinder
{
    /// <exception cref="Storage.VarveException">A value is missing, is not used, or is of a type that no constant has.</exception>
    public static void Bind(JsonObject root, IReadOnlyDictionary<string, object?> values)
    {
        if (values.Count > SqlLimits.ParametersMax)
            throw Refusal.TooComplex($"There are more than {SqlLimits.ParametersMax} parameters");
        var places = Ast.ObjectsIn(root).Where(node => Ast.TypeIs(node, "VALUE_PARAMETER")).ToList();
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var place in places)
        {
            Ast.Only(place, "class", "type", "alias", "query_location", "identifier");
            var name = Ast.Text(place, "identifier");
            if (values.FirstOrDefault(value => value.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { Key: { } key } given)
                throw Refusal.Parameter($"The statement has the parameter {Sign(name)}, and no value was given for it", place);
            used.Add(key);
            var constant = ConstantOf(given.Value, key, place);
            constant["alias"] = Ast.Text(place, "alias");
            place.ReplaceWith(constant);
        }

        if (values.Keys.FirstOrDefault(key => !used.Contains(key)) is { } surplus)
            throw Refusal.Parameter($"A value was given for the parameter {Sign(surplus)}, which the statement does not have", at: null);
        root["statements"]![0]!["named_param_map"] = new JsonArray();
    }

    static JsonObject ConstantOf(object? value, string name, JsonNode at) => value switch
    {
        null => Ast.Null(),
        string text when text.Length <= SqlLimits.ParameterLengthMax => Ast.Constant(Ast.VarcharType, text),
        string => throw Refusal.TooComplex($"The parameter {Sign(name)} is longer than {SqlLimits.ParameterLengthMax} characters", at),
        bool flag => Ast.Constant("BOOLEAN", flag),
        int or long => Ast.Constant("BIGINT", Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        double real when double.IsFinite(real) => Ast.Constant("DOUBLE", real),
        DateTimeOffset instant => Ast.Constant(Ast.VarcharType, instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
        _ => throw Refusal.Parameter($"The parameter {Sign(name)} is neither a text, a number, true, false nor null", at),
    };

    static string Sign(string name) => $"${name}";
}
