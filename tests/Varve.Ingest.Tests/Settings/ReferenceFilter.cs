using System.Globalization;
using System.Text.Json;

namespace Varve.Ingest.Tests.Settings;

/// <summary>Logpush's filter, read from the JSON anew for each record, by the words of its documentation.</summary>
static class ReferenceFilter
{
    public static bool Passes(JsonElement node, JsonElement record)
    {
        if (node.TryGetProperty("and", out var all))
            return all.EnumerateArray().All(part => Passes(part, record));
        if (node.TryGetProperty("or", out var any))
            return any.EnumerateArray().Any(part => Passes(part, record));
        var sign = node.GetProperty("operator").GetString()!;
        var holds = record.TryGetProperty(node.GetProperty("key").GetString()!, out var value)
            && Holds(node.GetProperty("key").GetString()!, sign.TrimStart('!'), value, node.GetProperty("value"));
        return sign[0] == '!' ? !holds : holds;
    }

    static bool Holds(string key, string sign, JsonElement value, JsonElement operand) => sign switch
    {
        "in" => operand.EnumerateArray().Any(item => Holds(key, "eq", value, item)),
        "contains" when value.ValueKind == JsonValueKind.Array => value.EnumerateArray().Any(item => Plain(key, item) == Plain(key, operand)),
        "contains" => value.GetString()!.Contains(operand.GetString()!, StringComparison.Ordinal),
        "startsWith" => value.GetString()!.StartsWith(operand.GetString()!, StringComparison.Ordinal),
        "endsWith" => value.GetString()!.EndsWith(operand.GetString()!, StringComparison.Ordinal),
        "eq" when key is "Text" or "Truth" => Plain(key, value) == Plain(key, operand),
        _ => Compares(sign, Ordered(key, value), Ordered(key, operand)),
    };

    static bool Compares(string sign, (decimal Whole, double Real) a, (decimal Whole, double Real) b)
    {
        var order = a.Whole != b.Whole ? a.Whole.CompareTo(b.Whole) : a.Real.CompareTo(b.Real);
        return sign switch
        {
            "eq" => order == 0,
            "lt" => order < 0,
            "leq" => order <= 0,
            "gt" => order > 0,
            "geq" => order >= 0,
            _ => throw new ArgumentOutOfRangeException(nameof(sign), sign, "An operator that the test does not know."),
        };
    }

    static string Plain(string key, JsonElement value) => key == "Text" || value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    static (decimal, double) Ordered(string key, JsonElement value) => key switch
    {
        "Real" => (0, double.Parse(Plain(key, value), CultureInfo.InvariantCulture)),
        "When" when value.ValueKind == JsonValueKind.String => (DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeSeconds(), 0),
        "When" => (value.GetInt64() > 100_000_000_000 ? value.GetInt64() / 1_000 : value.GetInt64(), 0),
        _ => (decimal.Parse(Plain(key, value), CultureInfo.InvariantCulture), 0),
    };
}
