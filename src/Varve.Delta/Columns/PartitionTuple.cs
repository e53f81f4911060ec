using System.Text.Json;

namespace Varve.Delta.Columns;

/// <summary>The partition values that many files share. Two of one text are one object within a segment.</summary>
/// <param name="Values">Column to value as text; null is the null value.</param>
sealed record PartitionTuple(IReadOnlyDictionary<string, string?> Values)
{
    /// <summary>Equal for equal values, whatever the order of the columns.</summary>
    public string Key { get; } = string.Concat(Values.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
        .Select(static pair => pair.Value is null ? $"{pair.Key}\0\0" : $"{pair.Key}\0={pair.Value}\0"));

    public static PartitionTuple Empty { get; } = new(new Dictionary<string, string?>());

    /// <summary>Reads the JSON object of an action; null when it is not an object of texts.</summary>
    public static PartitionTuple? Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        var values = new Dictionary<string, string?>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                return null;
            values[name] = reader.GetString();
        }

        return values.Count == 0 ? Empty : new PartitionTuple(values);
    }

    /// <summary>The JSON object, so that tuples of one order of columns are found by their text.</summary>
    public static byte[] Text(IReadOnlyDictionary<string, string?> values) =>
        JsonSerializer.SerializeToUtf8Bytes(values.ToDictionary(pair => pair.Key, pair => pair.Value), Actions.ActionJsonContext.Default.DictionaryStringString);
}
