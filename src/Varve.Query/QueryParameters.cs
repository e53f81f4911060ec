using System.Globalization;
using System.Text.Json;
using Varve.Query.Sql;
using Varve.Storage;

namespace Varve.Query;

/// <summary>Values of a statement's parameters, as <see cref="QueryRequest.Parameters"/> has them, out of JSON.</summary>
public static class QueryParameters
{
    /// <summary>The values of an array (for <c>$1</c>, <c>$2</c> and <c>?</c>) or of an object (for <c>$name</c>); none of what is absent or null.</summary>
    /// <exception cref="VarveException">It is neither, or a value is no text, number, true, false or null: <see cref="FaultKind.Invalid"/>.</exception>
    public static IReadOnlyDictionary<string, object?> Read(JsonElement? json)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        switch (json?.ValueKind)
        {
            case null or JsonValueKind.Null or JsonValueKind.Undefined:
                break;
            case JsonValueKind.Array:
                foreach (var item in json.Value.EnumerateArray())
                    Add(values, (values.Count + 1).ToString(CultureInfo.InvariantCulture), item);
                break;
            case JsonValueKind.Object:
                foreach (var member in json.Value.EnumerateObject())
                    Add(values, member.Name, member.Value);
                break;
            default:
                throw Refusal.Parameter("The parameters are neither an array nor an object: write [\"a\", 2] for $1 and $2, or {\"name\": \"a\"} for $name", at: null);
        }

        return values;
    }

    static void Add(Dictionary<string, object?> values, string name, JsonElement value)
    {
        if (!values.TryAdd(name, ValueOf(name, value)))
            throw Refusal.Parameter($"There are two values for the parameter ${name}", at: null);
    }

    static object? ValueOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number when value.TryGetDouble(out var real) && double.IsFinite(real) => real,
        _ => throw Refusal.Parameter($"The parameter ${name} is {value.ValueKind switch { JsonValueKind.Array => "an array", JsonValueKind.Object => "an object", _ => "a number out of range" }}: give a text, a number, true, false or null", at: null),
    };
}
