using System.Runtime.InteropServices;
using System.Text.Json;
using Varve.Datasets;
using Varve.Datasets.Settings;
using Varve.Storage;

namespace Varve.Ingest.Settings;

/// <summary>
/// Reads Logpush's filter JSON and binds it to a dataset. https://developers.cloudflare.com/logs/logpush/logpush-job/filters/ has its form;
/// floating-point fields and timestamps can be compared too.
/// </summary>
sealed class FilterReader(Dataset dataset, IngestSettingsLimits limits)
{
    int _operators;

    /// <exception cref="VarveException">It is no filter of this dataset: the message names the field and what to change.</exception>
    public FilterNode Read(JsonElement filter)
    {
        if (JsonMarshal.GetRawUtf8Value(filter).Length > limits.FilterBytesMax)
            throw new VarveException(FaultKind.LimitExceeded, $"The filter has more than {limits.FilterBytesMax} bytes. Make it smaller.");
        StrictJson.CheckMembers(filter, "The filter", "where");
        return StrictJson.Has(filter, "where", out var where)
            ? ReadNode(where, depth: 0)
            : throw StrictJson.Invalid(
                "The filter has no 'where': it is {\"where\": {\"key\": …, \"operator\": …, \"value\": …}}, or null for no filter.");
    }

    FilterNode ReadNode(JsonElement node, int depth)
    {
        if (++_operators > limits.FilterOperatorsMax)
            throw new VarveException(FaultKind.LimitExceeded,
                $"The filter has more than {limits.FilterOperatorsMax} operators. Put values of one field into one 'in'.");
        if (node.ValueKind != JsonValueKind.Object)
            throw StrictJson.Invalid("A part of the filter is no object: each is a condition, or 'and' or 'or' with a list of parts.");
        var isAnd = node.TryGetProperty("and", out var parts);
        if (!isAnd && !node.TryGetProperty("or", out parts))
            return ReadCondition(node);
        var name = isAnd ? "and" : "or";
        StrictJson.CheckMembers(node, $"A part of the filter with '{name}'", name);
        if (depth == limits.FilterDepthMax)
            throw new VarveException(FaultKind.LimitExceeded,
                $"The filter has 'and' and 'or' in one another more than {limits.FilterDepthMax} deep. Make it flatter.");
        if (parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() == 0)
            throw StrictJson.Invalid($"'{name}' in the filter needs a list of one part or more.");
        FilterNode[] nodes = [.. parts.EnumerateArray().Select(part => ReadNode(part, depth + 1))];
        return isAnd ? new AllOf(nodes) : new AnyOf(nodes);
    }

    FieldCondition ReadCondition(JsonElement node)
    {
        const string What = "a condition of the filter";
        StrictJson.CheckMembers(node, "A condition of the filter", "key", "operator", "value");
        var key = StrictJson.Text(node, "key", What) ?? throw StrictJson.Invalid("A condition of the filter has no 'key': name a field.");
        var sign = StrictJson.Text(node, "operator", What) ?? throw StrictJson.Invalid($"The condition on {key} has no 'operator'.");
        if (!StrictJson.Has(node, "value", out var value))
            throw StrictJson.Invalid(
                $"The condition on {key} has no 'value'. A record without the field fails each operator, and meets each that begins with '!'.");
        var field = dataset.Find(key) ?? throw UnknownField(key);
        var index = 0;
        while (dataset.Fields[index] != field)
            index++;
        var isNegated = sign.StartsWith('!');
        return new FieldCondition(index, new FilterOperand(field, sign, value).Test(isNegated ? sign[1..] : sign), isNegated);
    }

    VarveException UnknownField(string key)
    {
        var suggestion = Suggestion.Nearest(key, dataset.Fields.Select(field => field.Name));
        return new VarveException(
            FaultKind.Invalid,
            $"The filter names {key}, which is no field of {dataset.Name}.{(suggestion is null ? "" : $" Did you mean {suggestion}?")}")
        {
            Detail = new FaultDetail("unknown_field", Suggestion: suggestion),
        };
    }
}
